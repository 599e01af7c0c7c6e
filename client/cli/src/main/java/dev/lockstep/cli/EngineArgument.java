package dev.lockstep.cli;

import dev.lockstep.cli.text.Words;
import dev.lockstep.server.run.ConfigException;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An ENGINE as typed.
 *
 * @param name name within the run, 1 to 64 characters of {@code [A-Za-z0-9._-]}
 * @param named whether the user chose the name
 * @param builtIn whether the launcher starts it; otherwise it is a command of the user's
 * @param words the engine or command, then its own options
 */
record EngineArgument(String name, boolean named, boolean builtIn, List<String> words) {
    private static final List<String> BUILT_IN = List.of("interp", "recomp");
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
        if (!isCommand && !BUILT_IN.contains(first)) {
            throw new ConfigException("unknown engine '" + first + "' (" + expected() + ")");
        }
        String defaultName = isCommand ? nameOf(first) : first;
        return new EngineArgument(
                name.isEmpty() ? defaultName : name, !name.isEmpty(), !isCommand, words);
    }

    /** Returns the same engine under another name. */
    EngineArgument renamed(String newName) {
        return new EngineArgument(newName, named, builtIn, words);
    }

    private static String expected() {
        return "expected: " + String.join(", ", BUILT_IN) + " or cmd:COMMAND...";
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
