package dev.lockstep.server.run;

import java.util.regex.Pattern;

/**
 * An engine that a run waits for.
 *
 * @param name name within the run, 1 to 64 characters of {@code [A-Za-z0-9._-]}; empty for an open
 *     place, which takes any name the run does not have yet
 */
public record EngineSpec(String name, Role role) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    public EngineSpec {
        if (!name.isEmpty()) {
            checkName("engine name", name);
        }
    }

    /** Returns an open place. */
    public static EngineSpec open(Role role) {
        return new EngineSpec("", role);
    }

    /** Returns whether any engine of this role will do. */
    public boolean isOpen() {
        return name.isEmpty();
    }

    /** Returns what to call the engine in a sentence. */
    String title() {
        return isOpen() ? "a " + role.text() : "engine \"" + name + "\"";
    }

    /** Returns the role and, if it has one, the name. */
    String text() {
        return isOpen() ? role.text() : role.text() + " \"" + name + "\"";
    }

    static void checkName(String what, String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "%s: \"%s\" (expected: 1 to 64 characters of [A-Za-z0-9._-])"
                            .formatted(what, Excerpt.ofName(name)));
        }
    }
}
