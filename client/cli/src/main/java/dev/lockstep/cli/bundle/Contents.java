package dev.lockstep.cli.bundle;

import dev.lockstep.server.run.InputRecord;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.List;

/**
 * What goes into a bundle.
 *
 * @param about lines for people: which run it was, and how it came out
 * @param command the line that started the run
 * @param options the options of {@code lockstep run} that need no file
 * @param program the guest program
 * @param name its name as the guest finds it
 * @param arguments its arguments
 * @param inputs what it asked of the world, null if that was not kept
 * @param input its standard input, null for none that can be packed, or needed
 * @param profile the file with the rules of its profile, null for none
 * @param sysroot where its libraries are, null for none
 * @param report the run's report as JSON
 * @param lacks what belongs to the run and cannot be packed
 */
public record Contents(
        List<String> about,
        String command,
        List<String> options,
        Path program,
        String name,
        List<String> arguments,
        @Nullable InputRecord inputs,
        @Nullable Path input,
        @Nullable Path profile,
        @Nullable Path sysroot,
        String report,
        List<String> lacks) {
    public Contents {
        about = List.copyOf(about);
        options = List.copyOf(options);
        arguments = List.copyOf(arguments);
        lacks = List.copyOf(lacks);
    }
}
