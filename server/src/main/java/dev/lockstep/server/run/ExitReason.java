package dev.lockstep.server.run;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Why a guest is at its end. */
public enum ExitReason {
    EXITED(dev.lockstep.proto.v1.ExitReason.EXIT_REASON_EXITED),
    SIGNALED(dev.lockstep.proto.v1.ExitReason.EXIT_REASON_SIGNALED),
    TRAPPED(dev.lockstep.proto.v1.ExitReason.EXIT_REASON_TRAPPED),
    LIMIT(dev.lockstep.proto.v1.ExitReason.EXIT_REASON_LIMIT),
    KILLED(dev.lockstep.proto.v1.ExitReason.EXIT_REASON_KILLED);

    private final dev.lockstep.proto.v1.ExitReason wire;

    ExitReason(dev.lockstep.proto.v1.ExitReason wire) {
        this.wire = wire;
    }

    /** Returns the reason that engines spell so; empty for what is none. */
    static Optional<ExitReason> of(dev.lockstep.proto.v1.ExitReason wire) {
        return Arrays.stream(values()).filter(reason -> reason.wire == wire).findFirst();
    }

    /** Returns the reason whose {@link #text} is given. */
    public static ExitReason ofText(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }

    /** Returns this reason as the protocol spells it. */
    public dev.lockstep.proto.v1.ExitReason wire() {
        return wire;
    }

    /** Returns the name for reports, in lower case. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    static String texts() {
        return Arrays.stream(values()).map(ExitReason::text).collect(Collectors.joining(", "));
    }
}
