package dev.lockstep.cli.evidence;

import dev.lockstep.cli.code.GuestCode;
import dev.lockstep.cli.text.Quantity;
import dev.lockstep.cli.text.TextTable;
import dev.lockstep.proto.v1.Effect;
import dev.lockstep.proto.v1.Evidence;
import dev.lockstep.proto.v1.InputRequest;
import dev.lockstep.proto.v1.MemoryDifference;
import dev.lockstep.protocol.Digest;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Evidence for people: labels, and a few lines of text for each. */
public final class EvidenceText {
    /** Registers and pieces of memory that still leave it one screen; the reports have all. */
    private static final int MAX_REGISTERS = 6;

    private static final int MAX_PIECES = 3;
    private static final int MAX_PIECE_BYTES = 16;

    /** Stands before what differs. */
    private static final String MARK = ">";

    private static final String EQUAL = "=";

    /** Questions to the world that no system call asks (docs/protocol.md, "Inputs"). */
    private static final Map<Long, String> NO_CALLS =
            Map.of(
                    -1L, "what the guest starts with",
                    -2L, "whether the timer has expired",
                    -3L, "the CSR time",
                    -4L, "a byte from the console",
                    -5L, "bytes to the console");

    private final Finding finding;
    private final Evidence evidence;
    private final GuestCode code;
    private final List<Line> lines = new ArrayList<>();

    /**
     * A part of the evidence.
     *
     * @param text one line or several
     */
    public record Line(String label, String text) {}

    private EvidenceText(Finding finding, GuestCode code) {
        this.finding = finding;
        this.code = code;
        evidence = finding.evidence();
    }

    /** Returns what names the instruction and its values, and all that was found around it. */
    public static List<Line> lines(Finding finding, GuestCode code) {
        EvidenceText text = new EvidenceText(finding, code);
        text.what();
        text.around();
        return text.lines;
    }

    /** What both sides made of the instruction, in words. */
    record Values(String reference, String subject) {}

    static Values values(Finding finding, GuestCode code) {
        EvidenceText text = new EvidenceText(finding, code);
        return new Values(text.value(true), text.value(false));
    }

    /** Returns what differs, where, and its class: {@code x10 at step 2,000: off by one}. */
    public static String place(Finding finding) {
        return "%s of %s at step %s: %s"
                .formatted(
                        finding.field(),
                        finding.divergence().engine(),
                        Quantity.exact(finding.step()),
                        finding.faultClass().text());
    }

    /** Returns the whole of it on one line. */
    public static String line(Finding finding, GuestCode code) {
        return "%s, %s: %s against %s"
                .formatted(
                        place(finding),
                        instruction(finding, code),
                        finding.reference(),
                        finding.subject());
    }

    private static String instruction(Finding finding, GuestCode code) {
        return code.place(finding.pc()) + "  " + finding.disassembly();
    }

    private void what() {
        add("difference", place(finding));
        add("code", instruction(finding, code));
        add("reference", value(true));
        add("subject", value(false));
        finding.xor().ifPresent(xor -> add("xor", xor));
        add("operands", operands());
    }

    private void around() {
        add("found by", evidence.getText());
        add("registers", registers());
        add("memory", memory());
        if (evidence.hasLastInput()) {
            add("last input", input(evidence.getLastInput()));
        }
        add("blocks", blocks());
    }

    private void add(String label, String text) {
        if (!text.isEmpty()) {
            lines.add(new Line(label, text.stripTrailing()));
        }
    }

    private String value(boolean ofReference) {
        Optional<Effect> effect = finding.effect(ofReference);
        String value = ofReference ? finding.reference() : finding.subject();
        int slot = effect.map(Effect::getSlot).orElse(finding.fault().slot());
        if (effect.isPresent() && Slots.isStore(slot)) {
            int width = Slots.width(slot);
            return "%s in %d byte%s at %s"
                    .formatted(
                            value,
                            width,
                            width == 1 ? "" : "s",
                            code.place(effect.get().getAddress()));
        }
        if (slot == Digest.TRANSFER) {
            return "goes on at "
                    + step(ofReference)
                            .map(step -> code.place(step.traced().getNextPc()))
                            .orElse(value);
        }
        return Slots.isRegister(slot) ? Slots.abiName(slot) + " = " + value : value;
    }

    private Optional<Step> step(boolean ofReference) {
        return ofReference ? finding.fault().reference() : finding.fault().subject();
    }

    private String operands() {
        TextTable table = new TextTable("");
        for (SideBySide.Row row : SideBySide.operands(finding).rows()) {
            table.row(row.name(), row.reference(), row.differs() ? MARK : EQUAL, row.subject());
        }
        return table.text();
    }

    private String registers() {
        TextTable table = new TextTable("");
        for (SideBySide.Row row : first(SideBySide.registers(finding).rows(), MAX_REGISTERS)) {
            table.row(row.name(), row.reference(), row.subject());
        }
        return table.text() + more(evidence.getRegistersCount(), MAX_REGISTERS);
    }

    private String memory() {
        String pieces =
                first(evidence.getMemoryList(), MAX_PIECES).stream()
                        .map(this::piece)
                        .collect(Collectors.joining());
        String more = more(evidence.getMemoryCount(), MAX_PIECES);
        return pieces.isEmpty() ? "" : pieces + more + total();
    }

    private String piece(MemoryDifference piece) {
        return "%s  %s against %s%n"
                .formatted(
                        code.place(piece.getAddress()),
                        bytes(piece.getReference().toByteArray()),
                        bytes(piece.getSubject().toByteArray()));
    }

    private static String bytes(byte[] bytes) {
        int shown = Math.min(bytes.length, MAX_PIECE_BYTES);
        String text = HexFormat.ofDelimiter(" ").formatHex(bytes, 0, shown);
        return shown < bytes.length ? text + " ..." : text;
    }

    private String total() {
        return "%s of %s"
                .formatted(
                        Quantity.count(evidence.getDifferingByteCount(), "byte"),
                        Quantity.count(evidence.getDifferingPageCount(), "page"));
    }

    private String input(InputRequest input) {
        return "%s at step %s, %s"
                .formatted(
                        question(input),
                        Quantity.exact(input.getStep()),
                        code.place(input.getPc()));
    }

    private static String question(InputRequest input) {
        String named = NO_CALLS.get(input.getNumber());
        return named == null ? "call %d(%s)".formatted(input.getNumber(), arguments(input)) : named;
    }

    private static String arguments(InputRequest input) {
        return input.getArgumentsList().stream()
                .map(GuestCode::hex)
                .collect(Collectors.joining(", "));
    }

    private String blocks() {
        TextTable table = new TextTable("");
        boolean marked = false;
        for (SideBySide.Row row : SideBySide.blocks(finding, code).rows()) {
            boolean isFirst = row.differs() && !marked;
            marked |= isFirst;
            String other = row.differs() ? row.subject() : EQUAL;
            table.row(isFirst ? MARK : "", row.name(), row.reference(), other);
        }
        return table.text();
    }

    private static <T> List<T> first(List<T> all, int limit) {
        return all.subList(0, Math.min(all.size(), limit));
    }

    private static String more(int count, int limit) {
        return count > limit ? "and %d more%n".formatted(count - limit) : "";
    }
}
