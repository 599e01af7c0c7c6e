package dev.lockstep.cli;

import dev.lockstep.server.run.ConfigException;
import dev.lockstep.server.run.Policy;
import dev.lockstep.server.run.Policy.OnDivergence;
import dev.lockstep.server.run.Profile;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;

/** The options that say what follows from a divergence. */
final class PolicyOptions {
    @Option(
            names = "--on-divergence",
            paramLabel = "POLICY",
            converter = PolicyName.class,
            description =
                    "stop: the first divergence ends the run. track: go on, and give a subject up"
                            + " when it differs too often. resync: give the subject the"
                            + " reference's state and go on. Default: stop; track under the"
                            + " profile qemu.")
    private @Nullable OnDivergence onDivergence;

    @Option(
            names = "--max-divergences",
            paramLabel = "N",
            converter = DivergenceCount.class,
            description =
                    "Give a subject up at N divergences when the run goes on, at most 100000;"
                            + " default: 1000; 100000 under the profile qemu.")
    private @Nullable Integer maxDivergences;

    /**
     * Returns what was chosen, or what is usual.
     *
     * @throws ConfigException if the options do not go together
     */
    Policy policy(Profile profile) {
        Policy usual = profile.policy(Policy.STOP);
        OnDivergence chosen = onDivergence == null ? usual.onDivergence() : onDivergence;
        if (maxDivergences == null) {
            return new Policy(chosen, usual.maxDivergences());
        }
        if (chosen == OnDivergence.STOP) {
            throw new ConfigException(
                    "--max-divergences %d: the first one ends the run (expected: with"
                                    .formatted(maxDivergences)
                            + " --on-divergence track or resync)");
        }
        return new Policy(chosen, maxDivergences);
    }

    /** Reads a policy. */
    static final class PolicyName implements ITypeConverter<OnDivergence> {
        @Override
        public OnDivergence convert(String text) {
            return switch (text) {
                case "stop" -> OnDivergence.STOP;
                case "track" -> OnDivergence.TRACK;
                case "resync" -> OnDivergence.RESYNC;
                default ->
                        throw new ConfigException(
                                "unknown policy '" + text + "' (expected: stop, track or resync)");
            };
        }
    }

    /** Reads a number of divergences. */
    static final class DivergenceCount implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String text) {
            int count = text.matches("\\d{1,9}") ? Integer.parseInt(text) : 0;
            if (count < 1 || count > Policy.MAX_DIVERGENCES) {
                throw new ConfigException(
                        "'%s' is no such limit (expected: 1 to %d)"
                                .formatted(text, Policy.MAX_DIVERGENCES));
            }
            return count;
        }
    }
}
