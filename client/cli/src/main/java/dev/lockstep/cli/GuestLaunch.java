package dev.lockstep.cli;

import dev.lockstep.cli.text.JsonWriter;
import dev.lockstep.cli.text.Words;
import dev.lockstep.server.json.JsonReader;
import dev.lockstep.server.json.JsonSyntaxException;
import dev.lockstep.server.json.JsonValue;
import dev.lockstep.server.run.ConfigException;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How a guest was started, as its snapshots remember it.
 *
 * @param program where its file was, from the root
 * @param options what the guest found around it, as words of a command line; {@code --argv0} among
 *     them
 * @param stdin the file it read as standard input, from the root, if there was one
 */
record GuestLaunch(
        Path program, List<String> options, List<String> arguments, Optional<Path> stdin) {
    private static final String PROGRAM = "program";
    private static final String OPTIONS = "options";
    private static final String ARGUMENTS = "arguments";
    private static final String STDIN = "stdin";

    GuestLaunch {
        options = List.copyOf(options);
        arguments = List.copyOf(arguments);
    }

    /** Returns how a guest is started by options that were given. */
    static GuestLaunch of(String program, List<String> arguments, GuestOptions guest) {
        return new GuestLaunch(
                Path.of(program).toAbsolutePath().normalize(),
                guest.laterWords(program),
                arguments,
                guest.input().map(file -> file.toPath().toAbsolutePath().normalize()));
    }

    /** Returns it as a line of JSON. */
    String json() {
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put(PROGRAM, program.toString());
        document.put(OPTIONS, Words.join(options));
        document.put(ARGUMENTS, Words.join(arguments));
        document.put(STDIN, stdin.map(Path::toString).orElse(null));
        return JsonWriter.line(document).strip();
    }

    /**
     * Returns what a snapshot remembers; empty if it remembers nothing.
     *
     * @throws ConfigException if it is not what {@link #json} writes
     */
    static Optional<GuestLaunch> parse(String json) {
        if (json.isEmpty()) {
            return Optional.empty();
        }
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        try {
            if (JsonReader.read(bytes, 0, bytes.length) instanceof JsonValue.Struct(var members)
                    && members.get(PROGRAM) instanceof JsonValue.Text(String program)
                    && members.get(OPTIONS) instanceof JsonValue.Text(String options)
                    && members.get(ARGUMENTS) instanceof JsonValue.Text(String arguments)) {
                return Optional.of(
                        new GuestLaunch(
                                file(program),
                                Words.split(options),
                                Words.split(arguments),
                                members.get(STDIN) instanceof JsonValue.Text(String file)
                                        ? Optional.of(Path.of(file))
                                        : Optional.empty()));
            }
        } catch (JsonSyntaxException | InvalidPathException e) {
            throw new ConfigException(unknown(json), e);
        }
        throw new ConfigException(unknown(json));
    }

    /** What comes from elsewhere may name anything. */
    private static Path file(String program) {
        Path path = Path.of(program);
        if (!path.isAbsolute() || !path.equals(path.normalize()) || path.getFileName() == null) {
            throw new InvalidPathException(program, "no file from the root");
        }
        return path;
    }

    private static String unknown(String json) {
        return "the snapshot remembers how its program was started as '%s', which this lockstep does not understand; give PROGRAM and its arguments"
                .formatted(json);
    }
}
