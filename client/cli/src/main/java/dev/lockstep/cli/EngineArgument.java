package dev.lockstep.cli;

import dev.lockstep.cli.text.Words;
import dev.lockstep.server.run.ConfigException;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An ENGINE as typed.
 *
 * @param name name within the run, 1 to 64 characters of {@code [A-Za-z0-9._-]}
 * @param named whether the user chose the name
 * @param words the engine or command, then its own options
 */
record EngineArgument(String name, boolean named, Kind kind, List<String> words) {
    /** Who starts it. */
    enum Kind {
        /** The launcher: it is one of ours, or speaks for another in its own way. */
        BUILT_IN,
        /** qemu-riscv64, with our plugin. */
        QEMU,
        /** qemu-riscv64, with the lockstep plugin of its own. */
        QEMU_LOCKSTEP,
        /** A command of the user's. */
        COMMAND;

        /** Returns whether it is QEMU, which knows nothing of our options. */
        boolean isQemu() {
            return this == QEMU || this == QEMU_LOCKSTEP;
        }
    }

    private static final List<String> BUILT_IN = List.of("interp", "recomp");

    /**
     * Prefixes of what speaks for another emulator or for a file, and the option that takes what
     * follows.
     */
    private static final Map<String, String> ADAPTERS =
            Map.of("gdb", "--address", "rvfi-dii", "--address", "trace", "--file");

    private static final String QEMU = "qemu";
    private static final String QEMU_LOCKSTEP = "qemu-lockstep";
    private static final String COMMAND_PREFIX = "cmd:";
    private static final Pattern NAMED = Pattern.compile("([A-Za-z0-9._-]+)=(.*)", Pattern.DOTALL);
    private static final int MAX_NAME_LENGTH = 64;

    EngineArgument {
        words = List.copyOf(words);
    }

    /**
     * Parses {@code [NAME=]ENGINE}.
     *
     * @throws ConfigException if it is not an engine
     */
    static EngineArgument parse(String text) {
        Matcher matcher = NAMED.matcher(text);
        if (!matcher.matches()) {
            return parse("", text);
        }
        String name = matcher.group(1);
        if (name.length() > MAX_NAME_LENGTH) {
            throw new ConfigException(
                    "engine name '%s' has %d characters (expected: at most %d)"
                            .formatted(name, name.length(), MAX_NAME_LENGTH));
        }
        return parse(name, matcher.group(2));
    }

    private static EngineArgument parse(String name, String engine) {
        boolean isCommand = engine.startsWith(COMMAND_PREFIX);
        List<String> words =
                Words.split(isCommand ? engine.substring(COMMAND_PREFIX.length()) : engine);
        if (words.isEmpty()) {
            throw new ConfigException("engine '" + engine + "' is empty (" + expected() + ")");
        }
        String first = words.getFirst();
        String adapter = first.substring(0, Math.max(0, first.indexOf(':')));
        if (!isCommand && ADAPTERS.containsKey(adapter)) {
            return adapted(name, adapter, words);
        }
        Kind kind = isCommand ? Kind.COMMAND : kindOf(first);
        String defaultName = isCommand ? nameOf(first) : first;
        return new EngineArgument(
                name.isEmpty() ? defaultName : name, !name.isEmpty(), kind, words);
    }

    /** Turns {@code gdb:ADDRESS OPTIONS} into {@code gdb --address ADDRESS OPTIONS}. */
    private static EngineArgument adapted(String name, String adapter, List<String> words) {
        String what = words.getFirst().substring(adapter.length() + 1);
        if (what.isEmpty()) {
            throw new ConfigException(
                    "engine '%s' says nothing after the colon (%s)"
                            .formatted(words.getFirst(), expected()));
        }
        List<String> command =
                new ArrayList<>(
                        List.of(adapter, Objects.requireNonNull(ADAPTERS.get(adapter)), what));
        command.addAll(words.subList(1, words.size()));
        return new EngineArgument(
                name.isEmpty() ? adapter : name, !name.isEmpty(), Kind.BUILT_IN, command);
    }

    private static Kind kindOf(String engine) {
        if (engine.equals(QEMU)) {
            return Kind.QEMU;
        }
        if (engine.equals(QEMU_LOCKSTEP)) {
            return Kind.QEMU_LOCKSTEP;
        }
        if (!BUILT_IN.contains(engine)) {
            throw new ConfigException("unknown engine '" + engine + "' (" + expected() + ")");
        }
        return Kind.BUILT_IN;
    }

    /** Returns whether it is one of ours. */
    boolean builtIn() {
        return kind == Kind.BUILT_IN;
    }

    /** Returns whether it executes guests itself, and does not speak for somebody else. */
    boolean executes() {
        return BUILT_IN.contains(words.getFirst());
    }

    /** Returns the same engine under another name. */
    EngineArgument renamed(String newName) {
        return new EngineArgument(newName, named, kind, words);
    }

    private static String expected() {
        return "expected: "
                + String.join(", ", BUILT_IN)
                + ", qemu, qemu-lockstep, gdb:ADDRESS, trace:FILE, rvfi-dii:ADDRESS or"
                + " cmd:COMMAND...";
    }

    /** Returns the file name of {@code command} with what a name may not contain replaced. */
    private static String nameOf(String command) {
        Path file = Path.of(command).getFileName();
        String name =
                String.valueOf(file == null ? "cmd" : file).replaceAll("[^A-Za-z0-9._-]", "-");
        return name.substring(0, Math.min(name.length(), MAX_NAME_LENGTH));
    }

    /** Says less than would be generated, which costs every command 10 ms. */
    @Override
    public String toString() {
        return name;
    }
}
