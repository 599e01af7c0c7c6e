package dev.lockstep.interp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.isa.Assembler;
import dev.lockstep.isa.Decoder;
import dev.lockstep.isa.Instruction;
import dev.lockstep.isa.Kind;
import dev.lockstep.isa.Op;
import dev.lockstep.isa.RegisterFile;
import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.Stop;
import dev.lockstep.riscv.block.BlockReader;
import dev.lockstep.riscv.memory.GuestMemory;
import dev.lockstep.riscv.memory.Permissions;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Compares results and flags of every instruction that only computes with qemu-riscv64's. */
@Tag("third-party")
final class OperationsQemuTest {
    private static final int CASES_PER_OPERATION = 2_000;
    private static final int IMMEDIATES_PER_OPERATION = 5;
    private static final long CODE = 0x10000;
    private static final long CODE_BYTES = 0x10000;
    private static final int SLOT_BYTES = 2 * Integer.BYTES;
    private static final int DYNAMIC = 7;
    private static final Path NO_INPUT = Path.of("/dev/null");

    /** Registers of the operands, in either file as a C function gets them, and of the result. */
    private static final int A = 10;

    private static final int B = 11;
    private static final int C = 12;
    private static final int RESULT = 13;

    private final Seed seed = Seed.fresh();
    private final Random random = seed.random();
    private final FloatOperands singles = new FloatOperands(Format.SINGLE, random);
    private final FloatOperands doubles = new FloatOperands(Format.DOUBLE, random);
    private final List<Instruction> operations = drawOperations();
    private final GuestMemory memory = new GuestMemory(1 << 20);
    private final Hart hart = new Hart();
    private final Interpreter interpreter =
            new Interpreter(memory, new BlockReader(memory), hart, null);

    @TempDir Path directory;

    /** Fields as in {@code operation-cases.c}. */
    private record Case(int operation, int rounding, long a, long b, long c) {
        static final int BYTES = 5 * Long.BYTES;

        void write(ByteBuffer buffer) {
            buffer.putLong(operation).putLong(rounding).putLong(a).putLong(b).putLong(c);
        }
    }

    private record Outcome(long result, long flags) {}

    @AfterEach
    void releaseMemory() {
        memory.close();
    }

    @Test
    void resultsAndFlagsEqualQemus() throws Exception {
        loadOperations();
        List<Case> cases = cases();
        List<Outcome> expected = byQemu(cases);
        for (int i = 0; i < cases.size(); i++) {
            Case test = cases.get(i);
            assertThat(byInterpreter(test))
                    .as("%s %s; %s", operations.get(test.operation), test, seed)
                    .isEqualTo(expected.get(i));
        }
    }

    private List<Instruction> drawOperations() {
        var drawn = new ArrayList<Instruction>();
        for (Op op : Op.values()) {
            boolean computes = op.kind() == Kind.ALU || op.kind() == Kind.FLOAT;
            int variants = op.rs2() == RegisterFile.NONE ? IMMEDIATES_PER_OPERATION : 1;
            for (int variant = 0; computes && op != Op.AUIPC && variant < variants; variant++) {
                int code = Assembler.encode(op, RESULT, A, B, C, immediate(op), DYNAMIC);
                drawn.add(Decoder.decode(code));
            }
        }
        return drawn;
    }

    private long immediate(Op op) {
        return switch (op) {
            case LUI -> random.nextInt() & -4096;
            case SLLI, SRLI, SRAI -> random.nextInt(Long.SIZE);
            case SLLIW, SRLIW, SRAIW -> random.nextInt(Integer.SIZE);
            default -> random.nextInt(-2048, 2048);
        };
    }

    private List<Case> cases() {
        var cases = new ArrayList<Case>();
        for (int operation = 0; operation < operations.size(); operation++) {
            for (int i = 0; i < CASES_PER_OPERATION; i++) {
                int rounding = random.nextInt(Rounding.values().length);
                cases.add(new Case(operation, rounding, operand(), operand(), operand()));
            }
        }
        return cases;
    }

    /** Returns what either file may hold: a boxed single, a double, an integer of any size. */
    private long operand() {
        return switch (random.nextInt(5)) {
            case 0, 1 -> Format.SINGLE.box(singles.next());
            case 2, 3 -> doubles.next();
            default -> random.nextLong() >> random.nextInt(Long.SIZE);
        };
    }

    /** Puts each operation into memory with an ecall behind it. */
    private void loadOperations() {
        byte[] code = new byte[operations.size() * SLOT_BYTES];
        int ecall = Assembler.encode("ecall");
        ByteBuffer buffer = littleEndian(code);
        operations.forEach(operation -> buffer.putInt(operation.raw()).putInt(ecall));
        memory.map(CODE, CODE_BYTES, Permissions.ALL);
        assertThat(memory.write(CODE, code, 0, code.length)).isTrue();
    }

    private Outcome byInterpreter(Case test) {
        long[] operands = {test.a, test.b, test.c};
        System.arraycopy(operands, 0, hart.x, A, operands.length);
        System.arraycopy(operands, 0, hart.f, A, operands.length);
        hart.frm = test.rounding;
        hart.fflags = 0;
        hart.pc = CODE + (long) test.operation * SLOT_BYTES;
        assertThat(interpreter.run(Long.MAX_VALUE)).isEqualTo(Stop.ECALL);
        boolean inF = operations.get(test.operation).op().writesF();
        return new Outcome(inF ? hart.f[RESULT] : hart.x[RESULT], hart.fflags);
    }

    private List<Outcome> byQemu(List<Case> cases) throws IOException, InterruptedException {
        Path program = directory.resolve("operation-cases");
        run(
                NO_INPUT,
                "riscv64-linux-gnu-gcc",
                "-O1",
                "-static",
                "-o",
                program.toString(),
                driver().toString(),
                operationsInAssembly().toString());
        byte[] input = new byte[cases.size() * Case.BYTES];
        ByteBuffer buffer = littleEndian(input);
        cases.forEach(test -> test.write(buffer));
        Path inputFile = Files.write(directory.resolve("cases"), input);
        ByteBuffer output = littleEndian(run(inputFile, "qemu-riscv64", program.toString()));
        var outcomes = new ArrayList<Outcome>();
        while (output.hasRemaining()) {
            outcomes.add(new Outcome(output.getLong(), output.getLong()));
        }
        assertThat(outcomes).hasSameSizeAs(cases);
        return outcomes;
    }

    private Path driver() throws IOException {
        Path driver = directory.resolve("operation-cases.c");
        try (InputStream source =
                OperationsQemuTest.class.getResourceAsStream("operation-cases.c")) {
            assertThat(source).isNotNull();
            Files.copy(source, driver);
        }
        return driver;
    }

    /** Writes the table of functions that {@code operation-cases.c} calls. */
    private Path operationsInAssembly() throws IOException {
        var functions = new StringBuilder();
        var table = new StringBuilder(".section .rodata\n.global operations\noperations:\n");
        for (int i = 0; i < operations.size(); i++) {
            Instruction instruction = operations.get(i);
            boolean inF = instruction.op().writesF();
            functions.append("operation_%d:\n".formatted(i));
            functions.append("fmv.d.x fa0,a0\nfmv.d.x fa1,a1\nfmv.d.x fa2,a2\n");
            functions.append(".word 0x%x\n".formatted(instruction.raw()));
            functions.append(inF ? "fmv.x.d a0,fa3\nret\n" : "mv a0,a3\nret\n");
            table.append(".dword operation_%d\n".formatted(i));
        }
        return Files.writeString(directory.resolve("operations.s"), functions.append(table));
    }

    private byte[] run(Path input, String... command) throws IOException, InterruptedException {
        Path output = directory.resolve("output");
        Path errors = directory.resolve("errors");
        var builder = new ProcessBuilder(command).redirectError(errors.toFile());
        builder.redirectInput(input.toFile()).redirectOutput(output.toFile());
        int status = builder.start().waitFor();
        assertThat(status).as("%s: %s", command[0], Files.readString(errors)).isZero();
        return Files.readAllBytes(output);
    }

    private static ByteBuffer littleEndian(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
