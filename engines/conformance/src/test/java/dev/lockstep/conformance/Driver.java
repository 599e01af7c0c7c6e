package dev.lockstep.conformance;

import dev.lockstep.isa.Assembler;

import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The guest code around the sequences: for each record it loads the state, enters the sequence, and
 * saves the state. At the end it writes all records to standard output.
 */
final class Driver {
    private static final int PAGE_SHIFT = 12;

    private static final String PROLOGUE =
            """
            lui s0,%1$d
            lui ra,%2$d
            sd ra,%4$d(s0)
            next:
            lui s0,%1$d
            ld ra,%4$d(s0)
            ld t0,%5$d(s0)
            bgeu ra,t0,end
            addi a0,s0,%6$d
            sc.d zero,zero,(a0)
            ld t0,%3$d(ra)
            csrrw zero,fcsr,t0
            """
                    .formatted(
                            Layout.MIDDLE >> PAGE_SHIFT,
                            Layout.RECORDS >> PAGE_SHIFT,
                            State.FCSR_OFFSET,
                            Layout.CURRENT_RECORD,
                            Layout.END_OF_RECORDS,
                            Layout.UNRESERVED);

    private static final String ENTER =
            """
            ld t0,0(ra)
            jalr zero,0(t0)
            """;

    private static final String SAVE_ROUTINE =
            """
            lui ra,%1$d
            ld ra,%2$d(ra)
            """
                    .formatted(Layout.MIDDLE >> PAGE_SHIFT, Layout.CURRENT_RECORD);

    private static final String EPILOGUE =
            """
            csrrs t0,fcsr,zero
            sd t0,%2$d(ra)
            lui s0,%1$d
            ld t0,%3$d(s0)
            sd t0,%4$d(ra)
            """
                    .formatted(
                            Layout.MIDDLE >> PAGE_SHIFT,
                            State.FCSR_OFFSET,
                            Layout.SAVED_X1,
                            State.offsetOfX(1));

    private static final String NEXT =
            """
            addi ra,ra,%d
            sd ra,%d(s0)
            jal zero,next
            end:
            addi a0,zero,1
            lui a1,%d
            sub a2,ra,a1
            addi a7,zero,64
            ecall
            addi a0,zero,0
            addi a7,zero,93
            ecall
            """
                    .formatted(
                            State.SIZE_BYTES, Layout.CURRENT_RECORD, Layout.RECORDS >> PAGE_SHIFT);

    private static final String LOAD =
            PROLOGUE
                    + each(
                            0,
                            Layout.SCRATCH_BYTES / Long.BYTES,
                            k -> "ld t0,%d(ra)\nsd t0,%d(s0)".formatted(inRecord(k), inScratch(k)))
                    + each(0, 32, k -> "fld f%d,%d(ra)".formatted(k, State.offsetOfF(k)))
                    + each(2, 32, k -> "ld x%d,%d(ra)".formatted(k, State.offsetOfX(k)))
                    + ENTER;

    private static final String SAVE =
            SAVE_ROUTINE
                    + each(2, 32, k -> "sd x%d,%d(ra)".formatted(k, State.offsetOfX(k)))
                    + each(0, 32, k -> "fsd f%d,%d(ra)".formatted(k, State.offsetOfF(k)))
                    + EPILOGUE
                    + each(
                            0,
                            Layout.SCRATCH_BYTES / Long.BYTES,
                            k -> "ld t0,%d(s0)\nsd t0,%d(ra)".formatted(inScratch(k), inRecord(k)))
                    + NEXT;

    static final byte[] CODE = Assembler.assemble(Layout.CODE, LOAD + SAVE);

    static final long SAVE_ADDRESS = Layout.CODE + (LOAD.lines().count() - 1) * Integer.BYTES;

    private Driver() {}

    private static String each(int from, int to, IntFunction<String> instruction) {
        return IntStream.range(from, to).mapToObj(instruction).collect(Collectors.joining("\n"))
                + "\n";
    }

    private static int inRecord(int index) {
        return State.SCRATCH_OFFSET + index * Long.BYTES;
    }

    private static int inScratch(int index) {
        return index * Long.BYTES - Layout.HALF_SCRATCH;
    }
}
