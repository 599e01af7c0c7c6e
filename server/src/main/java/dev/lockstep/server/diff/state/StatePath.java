package dev.lockstep.server.diff.state;

/**
 * Where a value is in its document: {@code objects[handle=0x10].details.count}.
 *
 * @param text the whole path
 * @param pattern the same with {@code []} for whatever element it is: {@code
 *     objects[].details.count}
 * @param field the name of the innermost field on the way
 */
record StatePath(String text, String pattern, String field) {
    static final StatePath ROOT = new StatePath("", "", "");

    StatePath member(String name) {
        return text.isEmpty()
                ? new StatePath(name, name, name)
                : new StatePath(text + "." + name, pattern + "." + name, name);
    }

    StatePath element(String which) {
        return new StatePath(text + "[" + which + "]", pattern + "[]", field);
    }
}
