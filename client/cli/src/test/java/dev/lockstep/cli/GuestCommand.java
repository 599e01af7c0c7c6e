package dev.lockstep.cli;

import dev.lockstep.cli.text.Words;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A command for a guest to run.
 *
 * @param line what stands in the list of commands
 * @param words the applet and its arguments
 * @param input name of the file that is standard input
 */
record GuestCommand(String line, List<String> words, Path input) {
    static GuestCommand parse(String line) {
        List<String> words = Words.split(line);
        int redirection = words.indexOf("<");
        return redirection < 0
                ? new GuestCommand(line, words, Lockstep.NOTHING)
                : new GuestCommand(
                        line, words.subList(0, redirection), Path.of(words.get(redirection + 1)));
    }

    /** Returns the commands of a list, one a line; empty lines and those with # do not count. */
    static Stream<GuestCommand> readAll(Path list) throws IOException {
        return Files.readAllLines(list).stream()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .map(GuestCommand::parse);
    }

    @Override
    public String toString() {
        return line;
    }
}
