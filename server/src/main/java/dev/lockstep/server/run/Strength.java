package dev.lockstep.server.run;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Which effects the digest counts, and what is compared beside it, weakest first. */
public enum Strength {
    PC(dev.lockstep.proto.v1.Strength.STRENGTH_PC),
    PATH(dev.lockstep.proto.v1.Strength.STRENGTH_PATH),
    /** No effects; where blocks lead, and all registers after them. */
    REGISTERS(dev.lockstep.proto.v1.Strength.STRENGTH_REGISTERS),
    COMMIT(dev.lockstep.proto.v1.Strength.STRENGTH_COMMIT),
    FULL(dev.lockstep.proto.v1.Strength.STRENGTH_FULL);

    private final dev.lockstep.proto.v1.Strength wire;

    Strength(dev.lockstep.proto.v1.Strength wire) {
        this.wire = wire;
    }

    /** Returns the strength that is spelt so in messages; empty for what is none. */
    public static Optional<Strength> of(dev.lockstep.proto.v1.Strength wire) {
        return Arrays.stream(values()).filter(value -> value.wire == wire).findFirst();
    }

    /** Returns this strength as Hello and Welcome spell it. */
    public dev.lockstep.proto.v1.Strength wire() {
        return wire;
    }

    /** Returns the name for reports, in lower case. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
