package dev.lockstep.cli.evidence;

import dev.lockstep.cli.code.GuestCode;
import dev.lockstep.isa.Disassembler;
import dev.lockstep.proto.v1.Effect;
import dev.lockstep.proto.v1.Evidence;
import dev.lockstep.proto.v1.ExecutedBlock;
import dev.lockstep.proto.v1.InputRequest;
import dev.lockstep.proto.v1.MemoryDifference;
import dev.lockstep.proto.v1.RegisterDifference;
import dev.lockstep.proto.v1.TracedStep;

import org.jspecify.annotations.Nullable;

import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Evidence as the maps and lists of reports for programs. Every key is always there. */
public final class EvidenceDocument {
    private final GuestCode code;

    private EvidenceDocument(GuestCode code) {
        this.code = code;
    }

    /** Returns all that was found out. */
    public static Map<String, @Nullable Object> of(Evidence evidence, GuestCode code) {
        return new EvidenceDocument(code).document(evidence);
    }

    private Map<String, @Nullable Object> document(Evidence evidence) {
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("naming", naming(evidence));
        document.put("text", evidence.getText());
        document.put("agreed_step", evidence.getAgreedStep());
        document.put("differing_step", evidence.getDifferingStep());
        document.put("reference_digest", GuestCode.hex(evidence.getReferenceDigest()));
        document.put("subject_digest", GuestCode.hex(evidence.getSubjectDigest()));
        document.put("reference", evidence.hasReference() ? step(evidence.getReference()) : null);
        document.put("subject", evidence.hasSubject() ? step(evidence.getSubject()) : null);
        document.put(
                "reference_effect",
                evidence.hasReferenceEffect() ? effect(evidence.getReferenceEffect()) : null);
        document.put(
                "subject_effect",
                evidence.hasSubjectEffect() ? effect(evidence.getSubjectEffect()) : null);
        document.put(
                "registers", evidence.getRegistersList().stream().map(this::register).toList());
        document.put("memory", evidence.getMemoryList().stream().map(this::memory).toList());
        document.put("differing_bytes", evidence.getDifferingByteCount());
        document.put("differing_pages", evidence.getDifferingPageCount());
        document.put("last_input", evidence.hasLastInput() ? input(evidence.getLastInput()) : null);
        document.put("reference_blocks", blocks(evidence.getReferenceBlocksList()));
        document.put("subject_blocks", blocks(evidence.getSubjectBlocksList()));
        document.put("reference_trace", steps(evidence.getReferenceTraceList()));
        document.put("subject_trace", steps(evidence.getSubjectTraceList()));
        document.put("examinations", evidence.getExaminationCount());
        document.put("elapsed_ms", evidence.getElapsedMs());
        return document;
    }

    private static String naming(Evidence evidence) {
        return evidence.getNaming().name().replace("NAMING_", "").toLowerCase(Locale.ROOT);
    }

    private List<Map<String, @Nullable Object>> steps(List<TracedStep> steps) {
        return steps.stream().map(this::step).toList();
    }

    private Map<String, @Nullable Object> step(TracedStep traced) {
        Step step = Step.of(traced);
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("step", traced.getStep());
        document.put("pc", GuestCode.hex(traced.getPc()));
        document.put("symbol", code.symbol(traced.getPc()).orElse(null));
        document.put("disassembly", Disassembler.text(step.instruction(), traced.getPc()));
        document.put("next_pc", GuestCode.hex(traced.getNextPc()));
        document.put("operands", traced.getOperandsList().stream().map(this::effect).toList());
        document.put("effects", traced.getEffectsList().stream().map(this::effect).toList());
        return document;
    }

    private Map<String, @Nullable Object> effect(Effect effect) {
        boolean isStore = Slots.isStore(effect.getSlot());
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("field", Slots.field(effect.getSlot()));
        document.put("value", GuestCode.hex(effect.getValue()));
        document.put("address", isStore ? GuestCode.hex(effect.getAddress()) : null);
        document.put("width", isStore ? Slots.width(effect.getSlot()) : null);
        return document;
    }

    private Map<String, @Nullable Object> register(RegisterDifference register) {
        int slot = register.getSlot();
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("field", Slots.field(slot));
        document.put("reference", GuestCode.hex(register.getReference()));
        document.put("subject", GuestCode.hex(register.getSubject()));
        return document;
    }

    private Map<String, @Nullable Object> memory(MemoryDifference memory) {
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("address", GuestCode.hex(memory.getAddress()));
        document.put("symbol", code.symbol(memory.getAddress()).orElse(null));
        document.put("reference", HexFormat.of().formatHex(memory.getReference().toByteArray()));
        document.put("subject", HexFormat.of().formatHex(memory.getSubject().toByteArray()));
        return document;
    }

    private Map<String, @Nullable Object> input(InputRequest input) {
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("step", input.getStep());
        document.put("pc", GuestCode.hex(input.getPc()));
        document.put("number", input.getNumber());
        document.put("arguments", input.getArgumentsList().stream().map(GuestCode::hex).toList());
        return document;
    }

    private List<Map<String, @Nullable Object>> blocks(List<ExecutedBlock> blocks) {
        return blocks.stream().map(this::block).toList();
    }

    private Map<String, @Nullable Object> block(ExecutedBlock block) {
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("step", block.getStep());
        document.put("pc", GuestCode.hex(block.getPc()));
        document.put("symbol", code.symbol(block.getPc()).orElse(null));
        document.put("steps", block.getStepCount());
        return document;
    }
}
