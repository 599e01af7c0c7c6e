package dev.lockstep.server.run;

import java.util.List;
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

    /**
     * Returns the name of the only engine that has a role.
     *
     * @throws IllegalArgumentException if there is none, or not only one
     */
    public static String only(Role role, List<EngineSpec> engines) {
        List<String> names =
                engines.stream()
                        .filter(engine -> engine.role() == role)
                        .map(EngineSpec::name)
                        .toList();
        if (names.size() != 1) {
            throw new IllegalArgumentException(
                    "%s: %s (expected: the name of one; 'lockstep watch' takes that of a subject as --engine)"
                            .formatted(
                                    role.text(),
                                    names.isEmpty() ? "none" : String.join(" and ", names)));
        }
        return names.getFirst();
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

    /** Returns whether an engine may have this name. */
    public static boolean isName(String name) {
        return NAME.matcher(name).matches();
    }

    /**
     * Checks what is to be the name of an engine.
     *
     * @param what it is, for messages
     * @throws IllegalArgumentException if no engine may have it
     */
    public static void checkName(String what, String name) {
        if (!isName(name)) {
            throw new IllegalArgumentException(
                    "%s: \"%s\" (expected: 1 to 64 characters of [A-Za-z0-9._-])"
                            .formatted(what, Excerpt.ofName(name)));
        }
    }
}
