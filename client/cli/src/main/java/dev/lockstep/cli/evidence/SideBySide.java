package dev.lockstep.cli.evidence;

import dev.lockstep.cli.code.GuestCode;
import dev.lockstep.cli.text.Quantity;
import dev.lockstep.isa.Disassembler;
import dev.lockstep.proto.v1.Effect;
import dev.lockstep.proto.v1.ExecutedBlock;
import dev.lockstep.proto.v1.TracedStep;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/** A part of the evidence as a table: what the reference has, and what the subject has. */
public record SideBySide(String title, List<Row> rows) {
    private static final String ABSENT = "-";

    /** One line of it. */
    public record Row(String name, String reference, String subject) {
        /** Returns whether the sides differ. */
        public boolean differs() {
            return !reference.equals(subject);
        }
    }

    /** Returns the values of what differs. */
    public static SideBySide values(Finding finding, GuestCode code) {
        String place = code.place(finding.pc()) + "  " + finding.disassembly();
        EvidenceText.Values values = EvidenceText.values(finding, code);
        return new SideBySide(
                place, List.of(new Row(finding.field(), values.reference(), values.subject())));
    }

    /** Returns what the instruction reads. */
    public static SideBySide operands(Finding finding) {
        Optional<Step> right = finding.fault().reference();
        Optional<Step> wrong = finding.fault().subject();
        TreeSet<Integer> slots = new TreeSet<>();
        right.ifPresent(step -> step.operands().forEach(it -> slots.add(it.getSlot())));
        wrong.ifPresent(step -> step.operands().forEach(it -> slots.add(it.getSlot())));
        return new SideBySide(
                "operands",
                slots.stream()
                        .map(slot ->
                                new Row(
                                        Slots.abiName(slot),
                                        operand(right, slot),
                                        operand(wrong, slot)))
                        .toList());
    }

    private static String operand(Optional<Step> step, int slot) {
        return step.map(it -> it.operand(slot))
                .filter(value -> value.isPresent())
                .map(value -> GuestCode.hex(value.getAsLong()))
                .orElse("unknown");
    }

    /** Returns the registers that differ. */
    public static SideBySide registers(Finding finding) {
        return new SideBySide(
                "registers",
                finding.evidence().getRegistersList().stream()
                        .map(it ->
                                new Row(
                                        Slots.abiName(it.getSlot()),
                                        GuestCode.hex(it.getReference()),
                                        GuestCode.hex(it.getSubject())))
                        .toList());
    }

    /** Returns the memory that differs. */
    public static SideBySide memory(Finding finding, GuestCode code) {
        HexFormat hex = HexFormat.ofDelimiter(" ");
        return new SideBySide(
                "memory",
                finding.evidence().getMemoryList().stream()
                        .map(it ->
                                new Row(
                                        code.place(it.getAddress()),
                                        hex.formatHex(it.getReference().toByteArray()),
                                        hex.formatHex(it.getSubject().toByteArray())))
                        .toList());
    }

    /** Returns the last blocks of both sides. */
    public static SideBySide blocks(Finding finding, GuestCode code) {
        return paired(
                "blocks",
                finding.evidence().getReferenceBlocksList(),
                finding.evidence().getSubjectBlocksList(),
                ExecutedBlock::getStep,
                block ->
                        code.place(block.getPc())
                                + " "
                                + Quantity.count(block.getStepCount(), "step"));
    }

    /** Returns the last steps of both sides. */
    public static SideBySide trace(Finding finding, GuestCode code) {
        return paired(
                "steps",
                finding.evidence().getReferenceTraceList(),
                finding.evidence().getSubjectTraceList(),
                TracedStep::getStep,
                step -> step(step, code));
    }

    private static <T> SideBySide paired(
            String title,
            List<T> right,
            List<T> wrong,
            Function<T, Long> number,
            Function<T, String> text) {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < Math.max(right.size(), wrong.size()); i++) {
            Optional<T> one = i < right.size() ? Optional.of(right.get(i)) : Optional.empty();
            Optional<T> other = i < wrong.size() ? Optional.of(wrong.get(i)) : Optional.empty();
            rows.add(
                    new Row(
                            Quantity.exact(one.or(() -> other).map(number).orElseThrow()),
                            one.map(text).orElse(ABSENT),
                            other.map(text).orElse(ABSENT)));
        }
        return new SideBySide(title, List.copyOf(rows));
    }

    private static String step(TracedStep traced, GuestCode code) {
        String effects =
                traced.getEffectsList().stream()
                        .map(SideBySide::effect)
                        .collect(Collectors.joining(", "));
        return "%s  %s  %s"
                .formatted(
                        code.place(traced.getPc()),
                        Disassembler.text(Step.of(traced).instruction(), traced.getPc()),
                        effects)
                .stripTrailing();
    }

    private static String effect(Effect effect) {
        int slot = effect.getSlot();
        String value = GuestCode.hex(effect.getValue());
        if (Slots.isStore(slot)) {
            return "%d bytes at %s = %s"
                    .formatted(Slots.width(slot), GuestCode.hex(effect.getAddress()), value);
        }
        return Slots.abiName(slot) + " = " + value;
    }
}
