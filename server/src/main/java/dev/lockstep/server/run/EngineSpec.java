package dev.lockstep.server.run;

import java.util.regex.Pattern;

/**
 * An engine that a run waits for.
 *
 * @param name name within the run, 1 to 64 characters of {@code [A-Za-z0-9._-]}
 */
public record EngineSpec(String name, Role role) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    public EngineSpec {
        checkName("engine name", name);
    }

    static void checkName(String what, String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    what + ": \"" + name + "\" (expected: 1 to 64 characters of [A-Za-z0-9._-])");
        }
    }
}
