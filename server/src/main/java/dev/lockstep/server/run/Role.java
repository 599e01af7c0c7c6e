package dev.lockstep.server.run;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Which side of the comparison an engine stands on. */
public enum Role {
    REFERENCE(dev.lockstep.proto.v1.Role.ROLE_REFERENCE),
    SUBJECT(dev.lockstep.proto.v1.Role.ROLE_SUBJECT);

    private final dev.lockstep.proto.v1.Role wire;

    Role(dev.lockstep.proto.v1.Role wire) {
        this.wire = wire;
    }

    /** Returns the role that Hello spells so; empty for what is no role. */
    public static Optional<Role> of(dev.lockstep.proto.v1.Role wire) {
        return Arrays.stream(values()).filter(role -> role.wire == wire).findFirst();
    }

    /** Returns this role as Hello spells it. */
    public dev.lockstep.proto.v1.Role wire() {
        return wire;
    }

    /** Returns the name for reports, in lower case. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
