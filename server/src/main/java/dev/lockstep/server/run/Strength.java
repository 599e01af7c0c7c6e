package dev.lockstep.server.run;

import java.util.Locale;

/** Which effects the digest counts, weakest first. */
public enum Strength {
    PC(dev.lockstep.proto.v1.Strength.STRENGTH_PC),
    PATH(dev.lockstep.proto.v1.Strength.STRENGTH_PATH),
    COMMIT(dev.lockstep.proto.v1.Strength.STRENGTH_COMMIT),
    FULL(dev.lockstep.proto.v1.Strength.STRENGTH_FULL);

    private final dev.lockstep.proto.v1.Strength wire;

    Strength(dev.lockstep.proto.v1.Strength wire) {
        this.wire = wire;
    }

    /** Returns this strength as Hello and Welcome spell it. */
    dev.lockstep.proto.v1.Strength wire() {
        return wire;
    }

    /** Returns the name for reports, in lower case. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
