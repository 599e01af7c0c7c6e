package dev.lockstep.cli;

import dev.lockstep.cli.code.GuestCode;
import dev.lockstep.cli.profile.ProfileFile;
import dev.lockstep.server.run.ConfigException;
import dev.lockstep.server.run.Limits;
import dev.lockstep.server.run.Profile;
import dev.lockstep.server.run.RunSpec;
import dev.lockstep.server.run.Window;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** The options of a run that say what is compared, how, and what follows from a divergence. */
final class ComparisonOptions {
    @Mixin private PolicyOptions policy;

    @Option(
            names = "--profile",
            paramLabel = "NAME|FILE",
            defaultValue = "default",
            description =
                    "default: all that engines report is compared. qemu: as QEMU's lockstep"
                            + " plugin does, and with its messages. FILE: as default, but for"
                            + " what its rules ignore (docs/profiles.md).")
    private String profileName = "default";

    /** Read when it is needed: the options of a past run may name a file that is gone. */
    private @Nullable Profile profile;

    @Option(names = "--verbose", description = "Tell of every divergence as it is found.")
    private boolean verbose;

    @Option(
            names = "--from-pc",
            paramLabel = "PC",
            description =
                    "Compare from the first time the reference is at PC, an address 0x... or a"
                            + " symbol.")
    private @Nullable String fromPc;

    @Option(
            names = "--from-step",
            paramLabel = "N",
            defaultValue = "0",
            converter = StepNumber.class,
            description = "Compare from step N on.")
    private long fromStep;

    @Option(
            names = "--until-step",
            paramLabel = "N",
            converter = StepNumber.class,
            description = "Compare up to step N; what is equal so far is a MATCH.")
    private @Nullable Long untilStep;

    @Option(
            names = "--max-steps",
            paramLabel = "N",
            converter = StepNumber.class,
            description = "End the run INCOMPLETE at step N.")
    private @Nullable Long maxSteps;

    @Option(
            names = "--max-time",
            paramLabel = "TIME",
            converter = Durations.class,
            description = "End the run INCOMPLETE after this time.")
    private @Nullable Duration maxTime;

    @Option(
            names = "--events",
            description =
                    "Keep an event log of each engine: its guest's system calls, memory maps,"
                            + " signals and end (docs/events.md).")
    private boolean events;

    /**
     * Adds what was chosen to the description of a run.
     *
     * @param code knows the symbols of the program
     * @throws ConfigException if the options do not go together, or a symbol is not known
     */
    RunSpec.Builder addTo(RunSpec.Builder spec, GuestCode code) {
        return spec.profile(profile())
                .policy(policy.policy(profile()))
                .verbose(verbose)
                .window(window(code))
                .limits(limits())
                .events(events);
    }

    /** Returns whether windows cannot compare what was chosen. */
    boolean needsBlocks() {
        return profile().isQemu() || fromPc != null || fromStep != 0;
    }

    /** Returns whether divergences are to be told by us, and not in the words of the profile. */
    boolean tellsDivergences() {
        return verbose && !profile().isQemu();
    }

    /** Returns the file with the rules, empty if there is none. */
    Optional<Path> profileFile() {
        return ProfileFile.isBuiltIn(profileName)
                ? Optional.empty()
                : Optional.of(Path.of(profileName));
    }

    /**
     * Reads that file, if there is one.
     *
     * @throws ConfigException if it is no profile
     */
    void readProfile() {
        profile();
    }

    private Profile profile() {
        if (profile == null) {
            try {
                profile = ProfileFile.of(profileName);
            } catch (ConfigException e) {
                throw new ConfigException("--profile: " + e.getMessage(), e);
            }
        }
        return profile;
    }

    private Window window(GuestCode code) {
        if (untilStep != null && untilStep <= fromStep) {
            throw new ConfigException(
                    "--until-step %d: nothing would be compared (expected: more than --from-step %d)"
                            .formatted(untilStep, fromStep));
        }
        Long pc = fromPc == null ? null : code.address(fromPc);
        return new Window(pc, fromStep, untilStep);
    }

    private Limits limits() {
        if (maxSteps != null && maxSteps < 1) {
            throw new ConfigException("--max-steps 0: nothing would run (expected: 1 or more)");
        }
        return new Limits(maxSteps, maxTime);
    }

    /** Reads the number of a step. */
    static final class StepNumber implements ITypeConverter<Long> {
        @Override
        public Long convert(String text) {
            if (!text.matches("\\d{1,18}")) {
                throw new ConfigException(
                        "'"
                                + text
                                + "' is not a number of steps (expected: a whole number of at most"
                                + " 18 digits)");
            }
            return Long.parseLong(text);
        }
    }
}
