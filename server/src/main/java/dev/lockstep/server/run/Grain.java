package dev.lockstep.server.run;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How much is exchanged before a verdict. */
public enum Grain {
    STRICT(dev.lockstep.proto.v1.Grain.GRAIN_STRICT),
    BLOCK(dev.lockstep.proto.v1.Grain.GRAIN_BLOCK),
    WINDOW(dev.lockstep.proto.v1.Grain.GRAIN_WINDOW);

    private final dev.lockstep.proto.v1.Grain wire;

    Grain(dev.lockstep.proto.v1.Grain wire) {
        this.wire = wire;
    }

    /** Returns the grain that is spelt so in messages; empty for what is none. */
    public static Optional<Grain> of(dev.lockstep.proto.v1.Grain wire) {
        return Arrays.stream(values()).filter(value -> value.wire == wire).findFirst();
    }

    /** Returns this grain as Hello and Welcome spell it. */
    public dev.lockstep.proto.v1.Grain wire() {
        return wire;
    }

    /** Returns the name for reports, in lower case. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
