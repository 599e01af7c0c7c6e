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
                "How much is exchanged before a verdict; default: window; block with an engine of"
                        + " others,",
                "with --strength registers, --from-..., with --profile qemu, and of a server.",
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
                    "What is compared: full (every effect; the default), commit (stores and"
                        + " transfers; registers at the end of a window), registers (where blocks"
                        + " lead, and all registers there; not with windows), path (transfers) or"
                        + " pc (where blocks lead). Engines may lower it.")
    private Strength strength;

    /**
     * Returns the grain.
     *
     * @param usual what it is if nothing that was chosen makes it another
     * @throws ConfigException if what was chosen does not go together
     */
    Grain grain(Grain usual) {
        boolean ofRegisters = strength == Strength.REGISTERS;
        Grain chosen = chosen(ofRegisters ? Grain.BLOCK : usual);
        if (ofRegisters && chosen == Grain.WINDOW) {
            throw new ConfigException(
                    "--strength: registers, in window grain (expected: --grain block or strict;"
                            + " registers are told with every block)");
        }
        return chosen;
    }

    /**
     * Returns the grain that options name.
     *
     * @param usual what it is if neither it nor the length of a window was chosen
     * @throws ConfigException if there is a length, but there are no windows
     */
    private Grain chosen(Grain usual) {
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
                case "registers" -> Strength.REGISTERS;
                case "path" -> Strength.PATH;
                case "pc" -> Strength.PC;
                default ->
                        throw new ConfigException(
                                "unknown strength '"
                                        + text
                                        + "' (expected: full, commit, registers, path or pc)");
            };
        }
    }
}
