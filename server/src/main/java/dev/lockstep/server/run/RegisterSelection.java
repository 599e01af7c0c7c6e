package dev.lockstep.server.run;

import com.google.protobuf.ByteString;

import dev.lockstep.server.run.RegisterFile.Register;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.Map;

/** Takes the registers that are compared out of the rows that one engine reports. */
final class RegisterSelection {
    /** For an engine that reports none. */
    static final RegisterSelection NOTHING =
            new RegisterSelection(RegisterFile.NONE, RegisterFile.NONE);

    private final RegisterFile wanted;
    private final int rowBytes;
    private final int wantedBytes;

    /** Where each of those wanted begins in a row of the engine's. */
    private final int[] origins;

    private final int[] sizes;

    /** Whether a row of the engine's is what is wanted. */
    private final boolean isAll;

    /**
     * @param reported all registers of the engine
     * @param wanted some of them, in any order
     */
    RegisterSelection(RegisterFile reported, RegisterFile wanted) {
        this.wanted = wanted;
        rowBytes = reported.rowBytes();
        wantedBytes = wanted.rowBytes();
        Map<Register, Integer> offsets = new HashMap<>();
        int end = 0;
        for (Register register : reported.registers()) {
            offsets.put(register, end);
            end += register.bytes();
        }
        origins = wanted.registers().stream().mapToInt(offsets::get).toArray();
        sizes = wanted.registers().stream().mapToInt(Register::bytes).toArray();
        isAll = wanted.equals(reported);
    }

    /** Returns how many bytes a row of the engine's has; 0 if it reports none. */
    int rowBytes() {
        return rowBytes;
    }

    /**
     * Takes the rows of so many records.
     *
     * @return null if registers are not reported
     * @throws ProtocolException if they are not as many, or not wanted
     */
    @Nullable RegisterRows select(ByteString reported, int records) throws ProtocolException {
        if (reported.size() != (long) records * rowBytes) {
            throw ProtocolException.badFrame(
                    "RecordBatch.registers: %d bytes (expected: %d, %d for each of %d records)"
                            .formatted(
                                    reported.size(), (long) records * rowBytes, rowBytes, records));
        }
        return rowBytes == 0
                ? null
                : new RegisterRows(wanted, wantedBytes, rows(reported.toByteArray()));
    }

    private byte[] rows(byte[] reported) {
        if (isAll) {
            return reported;
        }
        byte[] rows = new byte[reported.length / rowBytes * wantedBytes];
        int to = 0;
        for (int row = 0; row < reported.length; row += rowBytes) {
            to = selectRow(reported, row, rows, to);
        }
        return rows;
    }

    private int selectRow(byte[] reported, int row, byte[] rows, int start) {
        int to = start;
        for (int i = 0; i < origins.length; i++) {
            System.arraycopy(reported, row + origins[i], rows, to, sizes[i]);
            to += sizes[i];
        }
        return to;
    }
}
