package dev.lockstep.server.run;

import dev.lockstep.server.run.RegisterFile.Register;

import org.jspecify.annotations.Nullable;

import java.math.BigInteger;
import java.util.Arrays;

/** The compared registers after each record of a batch. */
final class RegisterRows {
    private final RegisterFile file;
    private final int rowBytes;
    private final byte[] bytes;

    /**
     * @param file which, the same on all sides of a run
     * @param rowBytes bytes of all their values
     * @param bytes a row for each record
     */
    RegisterRows(RegisterFile file, int rowBytes, byte[] bytes) {
        this.file = file;
        this.rowBytes = rowBytes;
        this.bytes = bytes;
    }

    /** Returns the first register that differs after two records, or null. */
    @Nullable Difference compare(int index, RegisterRows subject, int subjectIndex) {
        int left = index * rowBytes;
        int right = subjectIndex * rowBytes;
        int at =
                Arrays.mismatch(
                        bytes, left, left + rowBytes, subject.bytes, right, right + rowBytes);
        return at < 0 ? null : name(at, left, subject, right);
    }

    private Difference name(int at, int left, RegisterRows subject, int right) {
        int start = 0;
        for (Register register : file.registers()) {
            int end = start + register.bytes();
            if (at < end) {
                return new Difference(
                        register.name(),
                        value(left + start, left + end),
                        subject.value(right + start, right + end));
            }
            start = end;
        }
        throw new IllegalStateException("byte " + at + " is in none of " + file);
    }

    private String value(int from, int to) {
        byte[] bigEndian = new byte[to - from];
        for (int i = 0; i < bigEndian.length; i++) {
            bigEndian[i] = bytes[to - 1 - i];
        }
        return "0x" + new BigInteger(1, bigEndian).toString(16);
    }
}
