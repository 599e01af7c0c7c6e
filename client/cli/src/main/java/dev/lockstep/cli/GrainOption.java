package dev.lockstep.cli;

import dev.lockstep.server.run.ConfigException;
import dev.lockstep.server.run.Grain;
import dev.lockstep.server.run.RunSpec;
import dev.lockstep.server.run.Strength;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;

/** The options that say how closely engines are compared. */
final class GrainOption {
    @Option(
            names = "--grain",
            paramLabel = "GRAIN",
            converter = GrainName.class,
            description = {
                "How much is exchanged before a verdict; default: window; block with a cmd:"
                        + " engine,",
                "with --from-..., with --profile qemu, and of a server.",
                "  window  one digest of about a million steps; both run at full speed",
                "  block   what many blocks did; the reference may run ahead, and print",
                "  strict  what one block did; nothing is printed before all up to it agreed"
            })
    private @Nullable Grain grain;

    @Option(
            names = "--window",
            paramLabel = "K",
            converter = WindowSteps.class,
            description =
                    "Compare in windows of K steps; default: " + RunSpec.DEFAULT_WINDOW_STEPS + ".")
    private @Nullable Long windowSteps;

    @Option(
            names = "--strength",
            paramLabel = "STRENGTH",
            defaultValue = "full",
            converter = StrengthName.class,
            description =
                    "What is compared: full (every effect; the default) or commit (stores and"
                        + " transfers; registers at the end of a window). Engines may lower it.")
    private Strength strength;

    /**
     * Returns the grain.
     *
     * @param usual what it is if neither it nor the length of a window was chosen
     * @throws ConfigException if there is a length, but there are no windows
     */
    Grain grain(Grain usual) {
        if (windowSteps == null) {
            return grain == null ? usual : grain;
        }
        if (grain != null && grain != Grain.WINDOW) {
            throw new ConfigException(
                    "--window: %d, with --grain %s (expected: window grain)"
                            .formatted(windowSteps, grain.text()));
        }
        return Grain.WINDOW;
    }

    long windowSteps() {
        return windowSteps == null ? RunSpec.DEFAULT_WINDOW_STEPS : windowSteps;
    }

    Strength strength() {
        return strength;
    }

    /**
     * Adds what was chosen to the description of a run.
     *
     * @param usual the grain if none was chosen
     */
    RunSpec.Builder addTo(RunSpec.Builder spec, Grain usual) {
        return spec.grain(grain(usual)).strength(strength).windowSteps(windowSteps());
    }

    /** Reads the length of a window. */
    static final class WindowSteps implements ITypeConverter<Long> {
        @Override
        public Long convert(String text) {
            long steps = new ComparisonOptions.StepNumber().convert(text);
            try {
                return RunSpec.checkedWindowSteps(steps);
            } catch (IllegalArgumentException e) {
                throw new ConfigException(String.valueOf(e.getMessage()), e);
            }
        }
    }

    /** Reads the name of a strength. */
    static final class StrengthName implements ITypeConverter<Strength> {
        @Override
        public Strength convert(String text) {
            return switch (text) {
                case "full" -> Strength.FULL;
                case "commit" -> Strength.COMMIT;
                default ->
                        throw new ConfigException(
                                "unknown strength '" + text + "' (expected: full or commit)");
            };
        }
    }
}
