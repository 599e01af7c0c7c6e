package dev.lockstep.riscv.contract;

import dev.lockstep.isa.Assembler;
import dev.lockstep.isa.Decoder;
import dev.lockstep.isa.Disassembler;
import dev.lockstep.isa.Instruction;
import dev.lockstep.isa.Kind;
import dev.lockstep.isa.Op;
import dev.lockstep.isa.RegisterFile;
import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.Recording;
import dev.lockstep.riscv.Stop;
import dev.lockstep.riscv.memory.GuestMemory;
import dev.lockstep.riscv.memory.Permissions;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * A Linux program that applies every computing instruction to a table of operands and writes the
 * results: 16 bytes for each pair, what was computed and fcsr after it.
 */
final class OperationProgram {
    private static final long CODE = 0x10000;
    private static final long OPERANDS = 0x80000;
    private static final long RESULTS = 0x100000;
    private static final int OPERAND_BYTES = 56;
    private static final int RESULT_BYTES = 16;
    private static final int SIZE_BYTES = 64 << 20;
    private static final int VARIANTS = 4;
    private static final int ROUNDING_MODES = 5;
    private static final int DYNAMIC = 7;

    private final List<Instruction> instructions = new ArrayList<>();
    private final List<long[]> operands = new ArrayList<>();

    OperationProgram(Random random, int operandCount) {
        for (Op op : Op.values()) {
            if (isKnownToQemu(op) && (op.kind() == Kind.ALU || op.kind() == Kind.FLOAT)) {
                addVariants(op, random);
            }
        }
        for (int row = 0; row < operandCount; row++) {
            operands.add(Operands.row(random));
        }
    }

    /** Version 7.2 has no Zicond. */
    private static boolean isKnownToQemu(Op op) {
        return op != Op.CZERO_EQZ && op != Op.CZERO_NEZ;
    }

    /** Adds an instruction with several immediates, or with a rounding mode of its own too. */
    private void addVariants(Op op, Random random) {
        instructions.add(instruction(op, immediate(op, random), DYNAMIC));
        for (int variant = 1; variant < VARIANTS; variant++) {
            int rm = random.nextInt(ROUNDING_MODES);
            Instruction other = instruction(op, immediate(op, random), rm);
            if (!instructions.contains(other)) {
                instructions.add(other);
            }
        }
    }

    private static long immediate(Op op, Random random) {
        return switch (op) {
            case LUI, AUIPC -> (long) random.nextInt() & -4096;
            case SLLI, SRLI, SRAI, SLLI_UW, RORI, BCLRI, BEXTI, BINVI, BSETI ->
                    random.nextInt(Long.SIZE);
            case SLLIW, SRLIW, SRAIW, RORIW -> random.nextInt(Integer.SIZE);
            default -> random.nextInt(-2048, 2048);
        };
    }

    /** Operands are in x10 to x12 or f10 to f12, the result goes to x13 or f13. */
    private static Instruction instruction(Op op, long imm, int rm) {
        return Decoder.decode(Assembler.encode(op, 13, 10, 11, 12, imm, rm));
    }

    int resultCount() {
        return instructions.size() * operands.size();
    }

    /** Returns which instruction and operands a result is of. */
    String describe(int result) {
        Instruction instruction = instructions.get(result / operands.size());
        long[] row = operands.get(result % operands.size());
        return Disassembler.text(instruction, 0)
                + " of "
                + Arrays.stream(row).mapToObj(Long::toHexString).toList();
    }

    /**
     * Returns whether version 7.2 of QEMU is known to be wrong: its ctzw counts on into the high
     * word when the low word is 0, where the manual says 32.
     */
    boolean isErrorOfQemu(int result) {
        long a = operands.get(result % operands.size())[0];
        return instructions.get(result / operands.size()).op() == Op.CTZW && a != 0 && (int) a == 0;
    }

    private byte[] image() {
        ByteBuffer image = ByteBuffer.allocate((int) (RESULTS - CODE));
        image.order(ByteOrder.LITTLE_ENDIAN);
        image.put(Assembler.assemble(CODE, source()));
        image.position((int) (OPERANDS - CODE));
        operands.forEach(row -> Arrays.stream(row).forEach(image::putLong));
        return image.array();
    }

    private String source() {
        StringBuilder source = new StringBuilder("lui s1,%d\n".formatted(RESULTS >> 12));
        for (int number = 0; number < instructions.size(); number++) {
            source.append(loop(number));
        }
        return source.append(writeAndExit()).toString();
    }

    private String loop(int number) {
        Instruction instruction = instructions.get(number);
        boolean floating = instruction.op().rd() == RegisterFile.F;
        return """
        lui s0,%d
        addi s2,x0,%d
        loop%d:
        ld a0,0(s0)
        ld a1,8(s0)
        ld a2,16(s0)
        fld fa0,24(s0)
        fld fa1,32(s0)
        fld fa2,40(s0)
        ld t0,48(s0)
        csrrw x0,fcsr,t0
        %s
        %s
        csrrs t1,fcsr,x0
        sd t1,8(s1)
        addi s0,s0,%d
        addi s1,s1,%d
        addi s2,s2,-1
        bne s2,x0,loop%d
        """
                .formatted(
                        OPERANDS >> 12,
                        operands.size(),
                        number,
                        Disassembler.text(instruction, 0),
                        floating ? "fsd fa3,0(s1)" : "sd a3,0(s1)",
                        OPERAND_BYTES,
                        RESULT_BYTES,
                        number);
    }

    private static String writeAndExit() {
        return """
        addi a0,x0,1
        lui a1,%d
        lui a2,%d
        sub a2,s1,a2
        addi a7,x0,64
        ecall
        addi a0,x0,0
        addi a7,x0,93
        ecall
        """
                .formatted(RESULTS >> 12, RESULTS >> 12);
    }

    /** Returns the results by an engine of ours. */
    ByteBuffer runBy(ExecutorFactory engine) {
        try (var memory = new GuestMemory(SIZE_BYTES)) {
            byte[] image = image();
            memory.map(CODE, SIZE_BYTES - CODE, Permissions.ALL);
            memory.write(CODE, image, 0, image.length);
            Hart hart = new Hart();
            hart.pc = CODE;
            Stop stop = engine.executor(memory, hart, Recording.FREE).run(Long.MAX_VALUE);
            byte[] results = new byte[resultCount() * RESULT_BYTES];
            if (stop != Stop.ECALL || !memory.read(RESULTS, results, 0, results.length)) {
                throw new IllegalStateException("stopped by " + stop + " at " + hart.pc);
            }
            return ByteBuffer.wrap(results).order(ByteOrder.LITTLE_ENDIAN);
        }
    }

    /** Returns the results by qemu-riscv64. */
    ByteBuffer runByQemu(Path directory) throws IOException, InterruptedException {
        return new QemuProgram(CODE, image(), SIZE_BYTES - CODE).run(directory);
    }
}
