package dev.lockstep.isa;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Assembles the instructions of the table, for tests and tools. It reads what {@link Disassembler}
 * writes; there are no aliases (li, ret) and nothing is compressed that is not written so.
 */
public final class Assembler {

    private Assembler() {}

    /**
     * Returns the encoding of a base instruction; what it has no use for is ignored.
     *
     * @throws IllegalArgumentException if the encoding cannot hold a value
     */
    public static int encode(Op op, int rd, int rs1, int rs2, int rs3, long imm, int rm) {
        var values = new EnumMap<Slot, Long>(Slot.class);
        values.put(Slot.RD, (long) rd);
        values.put(Slot.RS1, (long) rs1);
        values.put(Slot.RS2, (long) rs2);
        values.put(Slot.RS3, (long) rs3);
        values.put(Slot.IMM, imm);
        values.put(Slot.RM, (long) rm);
        return InstructionTable.base(op.mnemonic()).pattern().encode(values);
    }

    /** Returns the encoding of one instruction at address 0, such as {@code addi a0,a1,-3}. */
    public static int encode(String instruction) {
        return Statement.parse(instruction.strip()).encode(0, Map.of());
    }

    /**
     * Returns the bytes of a program, one instruction or {@code label:} a line. Targets of branches
     * and jumps are labels or absolute addresses; {@code #} starts a comment.
     *
     * @param pc the address of the first instruction
     * @throws IllegalArgumentException if a line cannot be assembled; the message shows the line
     */
    public static byte[] assemble(long pc, String program) {
        var labels = new HashMap<String, Long>();
        var statements = new ArrayList<Statement>();
        long end = pc;
        for (String line : program.lines().map(Assembler::withoutComment).toList()) {
            if (line.endsWith(":")) {
                labels.put(line.substring(0, line.length() - 1), end);
            } else if (!line.isEmpty()) {
                statements.add(Statement.parse(line));
                end += statements.getLast().length();
            }
        }
        return encode(pc, Math.toIntExact(end - pc), statements, labels);
    }

    private static byte[] encode(
            long pc, int length, List<Statement> statements, Map<String, Long> labels) {
        var bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        for (Statement statement : statements) {
            int code = statement.encode(pc + bytes.position(), labels);
            if (statement.length() == Short.BYTES) {
                bytes.putShort((short) code);
            } else {
                bytes.putInt(code);
            }
        }
        return bytes.array();
    }

    private static String withoutComment(String line) {
        return line.replaceFirst("#.*", "").strip();
    }
}
