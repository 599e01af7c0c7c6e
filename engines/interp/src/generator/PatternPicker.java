import dev.lockstep.isa.Decoder;
import dev.lockstep.isa.Instruction;
import dev.lockstep.isa.Kind;
import dev.lockstep.isa.Op;
import dev.lockstep.isa.RegisterFile;
import dev.lockstep.isa.elf.ElfFile;
import dev.lockstep.isa.elf.ProgramHeader;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/**
 * Prints the sequences of operations that are most frequent in programs, for NodeGenerator. {@code
 * java PatternPicker.java COUNT LONGEST ELF...}
 */
final class PatternPicker {
    private final int longest;
    private final Map<String, Double> frequencies = new HashMap<>();

    private PatternPicker(int longest) {
        this.longest = longest;
    }

    public static void main(String[] arguments) throws IOException {
        var picker = new PatternPicker(Integer.parseInt(arguments[1]));
        for (String file : List.of(arguments).subList(2, arguments.length)) {
            picker.addProgram(file);
        }
        picker.frequencies.entrySet().stream()
                .sorted(
                        Map.Entry.<String, Double>comparingByValue()
                                .reversed()
                                .thenComparing(Map.Entry.comparingByKey()))
                .limit(Integer.parseInt(arguments[0]))
                .forEach(entry -> System.out.println(entry.getKey()));
    }

    /** Adds the relative frequencies of one program, so that large ones count no more. */
    private void addProgram(String file) throws IOException {
        ElfFile program = ElfFile.parse(file, ByteBuffer.wrap(Files.readAllBytes(Path.of(file))));
        program.loaded()
                .filter(segment -> (segment.flags() & ProgramHeader.EXECUTE) != 0)
                .forEach(segment -> addCode(program.content(segment)));
    }

    private void addCode(ByteBuffer content) {
        ByteBuffer code = content.order(ByteOrder.LITTLE_ENDIAN);
        double weight = 1.0 / code.remaining();
        var sequence = new ArrayList<Instruction>();
        while (code.remaining() >= Integer.BYTES) {
            Instruction instruction = Decoder.decode(code.getInt(code.position()));
            code.position(code.position() + instruction.length());
            add(instruction, sequence, weight);
        }
    }

    /** Adds the sequences that end with an instruction; {@code before} is what came before it. */
    private void add(Instruction instruction, List<Instruction> before, double weight) {
        Op op = instruction.op();
        boolean idle = op.rd() == RegisterFile.X && instruction.rd() == 0;
        switch (op.kind()) {
            case BRANCH, STORE, LOAD, FLOAT, ALU, JUMP, JUMP_REGISTER -> {
                if (!idle || op == Op.JALR) {
                    before.add(instruction);
                    count(before, weight);
                }
                if (op.endsBlock() && op.kind() != Kind.BRANCH) {
                    before.clear();
                }
            }
            case FENCE -> {}
            default -> before.clear();
        }
    }

    /** Counts what a node would save: calls of nodes, and registers that need not be read. */
    private void count(List<Instruction> instructions, double weight) {
        for (int length = 2; length <= Math.min(longest, instructions.size()); length++) {
            var sequence = instructions.subList(instructions.size() - length, instructions.size());
            add(words(sequence, false), weight * (length - 1));
            add(words(sequence, true), weight * (length - 1));
        }
    }

    private void add(String words, double weight) {
        long operands = words.chars().filter(Character::isDigit).count();
        frequencies.merge(words, weight * (1 + 0.5 * operands), Double::sum);
    }

    /** A trace leaves a branch on either way; {@code inverted} tells on which. */
    private static String words(List<Instruction> sequence, boolean inverted) {
        var words = new StringJoiner(" ");
        for (int i = 0; i < sequence.size(); i++) {
            Instruction in = sequence.get(i);
            String a = operand("a", in.op().rs1(), in.rs1(), sequence.subList(0, i));
            String b = operand("b", in.op().rs2(), in.rs2(), sequence.subList(0, i));
            words.add(operation(in.op(), inverted) + ((a + b).isEmpty() ? "" : "/" + a + b));
        }
        return words.toString();
    }

    /** Tells which instruction before computes an operand, if one does. */
    private static String operand(
            String name, RegisterFile file, int number, List<Instruction> before) {
        for (int i = before.size() - 1; i >= 0; i--) {
            Instruction in = before.get(i);
            boolean same = in.op().rd() == file && in.rd() == number;
            if (same && file != RegisterFile.NONE) {
                return name + i;
            }
        }
        return "";
    }

    private static Op operation(Op op, boolean inverted) {
        return switch (op) {
            case BEQ -> inverted ? Op.BNE : op;
            case BNE -> inverted ? Op.BEQ : op;
            case BLT -> inverted ? Op.BGE : op;
            case BGE -> inverted ? Op.BLT : op;
            case BLTU -> inverted ? Op.BGEU : op;
            case BGEU -> inverted ? Op.BLTU : op;
            case AUIPC, JAL -> Op.LUI;
            case FLD -> Op.LD;
            case FSW -> Op.SW;
            case FSD -> Op.SD;
            default -> op;
        };
    }
}
