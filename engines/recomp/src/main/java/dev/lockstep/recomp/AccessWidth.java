package dev.lockstep.recomp;

import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;

/** How many bytes a load or store moves, and Java's word for so many. */
enum AccessWidth {
    BYTE("Byte"),
    HALF("Short"),
    WORD("Int"),
    DOUBLE("Long");

    /** How methods that move so many bytes are named: {@code loadInt}. */
    final String javaName;

    AccessWidth(String javaName) {
        this.javaName = javaName;
    }

    /** Returns the width of 1, 2, 4 or 8 bytes. */
    static AccessWidth of(int bytes) {
        return values()[Integer.numberOfTrailingZeros(bytes)];
    }

    ClassDesc type() {
        return switch (this) {
            case BYTE -> ConstantDescs.CD_byte;
            case HALF -> ConstantDescs.CD_short;
            case WORD -> ConstantDescs.CD_int;
            case DOUBLE -> ConstantDescs.CD_long;
        };
    }

    boolean isBelowLong() {
        return this != DOUBLE;
    }
}
