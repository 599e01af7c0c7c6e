package dev.lockstep.cli;

import dev.lockstep.server.run.ConfigException;
import dev.lockstep.server.run.Grain;
import dev.lockstep.server.run.RunSpec;
import dev.lockstep.server.run.Strength;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;

/** The options that say how closely engines are compared. */
final class GrainOption {
    @Option(
            names = "--grain",
            paramLabel = "GRAIN",
            defaultValue = "window",
            converter = GrainName.class,
            description = {
                "How much is exchanged before a verdict; default: window.",
                "  window  one digest of about a million steps; both run at full speed",
                "  block   what many blocks did; the reference may run ahead, and print",
                "  strict  what one block did; nothing is printed before all up to it agreed"
            })
    private Grain grain;

    @Option(
            names = "--window",
            paramLabel = "K",
            converter = WindowSteps.class,
            defaultValue = "" + RunSpec.DEFAULT_WINDOW_STEPS,
            description = "Steps of a window; default: ${DEFAULT-VALUE}.")
    private long windowSteps;

    @Option(
            names = "--strength",
            paramLabel = "STRENGTH",
            defaultValue = "full",
            converter = StrengthName.class,
            description =
                    "What is compared: full (every effect; the default) or commit (stores and"
                        + " transfers; registers at the end of a window). Engines may lower it.")
    private Strength strength;

    Grain grain() {
        return grain;
    }

    long windowSteps() {
        return windowSteps;
    }

    Strength strength() {
        return strength;
    }

    /** Adds what was chosen to the description of a run. */
    RunSpec.Builder addTo(RunSpec.Builder spec) {
        return spec.grain(grain).strength(strength).windowSteps(windowSteps);
    }

    /** Reads the length of a window. */
    static final class WindowSteps implements ITypeConverter<Long> {
        @Override
        public Long convert(String text) {
            if (!text.matches("\\d{1,10}")) {
                throw new ConfigException(
                        "'%s' is not a number of steps (expected: a whole number, for instance 1000000)"
                                .formatted(text));
            }
            return Long.parseLong(text);
        }
    }

    /** Reads the name of a strength. */
    static final class StrengthName implements ITypeConverter<Strength> {
        @Override
        public Strength convert(String text) {
            for (Strength strength : Strength.values()) {
                if (strength.text().equals(text)) {
                    return strength;
                }
            }
            throw new ConfigException(
                    "unknown strength '%s' (expected: full, commit, path or pc)".formatted(text));
        }
    }
}
