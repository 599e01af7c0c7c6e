package dev.lockstep.cli;

import dev.lockstep.server.run.ConfigException;
import dev.lockstep.server.run.Grain;

import picocli.CommandLine.ITypeConverter;

/** Reads a grain that runs can have. */
final class GrainName implements ITypeConverter<Grain> {
    @Override
    public Grain convert(String text) {
        return switch (text) {
            case "strict" -> Grain.STRICT;
            case "block" -> Grain.BLOCK;
            case "window" -> Grain.WINDOW;
            default ->
                    throw new ConfigException(
                            "unknown grain '" + text + "' (expected: strict, block or window)");
        };
    }
}
