package dev.lockstep.cli;

import com.google.protobuf.ByteString;

import dev.lockstep.cli.profile.EventProfileFile;
import dev.lockstep.proto.v1.LogDiffOptions;
import dev.lockstep.server.diff.events.EventProfile;
import dev.lockstep.server.diff.events.EventProfiles;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The options of {@code lockstep watch} that ask for the event logs. */
final class EventDiffWatchOptions {
    @Option(
            names = "--event-diff",
            required = true,
            description =
                    "Compare the event logs of RUN's engines as they grow, and give the exit code"
                            + " of 'lockstep diff events'.")
    @SuppressWarnings("UnusedVariable") // That it was given is what these options are there by.
    private boolean wanted;

    @Option(
            names = "--profile",
            paramLabel = "NAME|FILE",
            description = "What may differ: default, xenia, xenia-strict, or a file of rules.")
    private @Nullable String profile;

    @Option(
            names = "--engine",
            paramLabel = "NAME",
            description = "The subject that is compared with the reference, if there are several.")
    private @Nullable String subject;

    /** Returns the subject that was asked for; empty for the only one. */
    String subject() {
        return subject == null ? "" : subject;
    }

    /**
     * Rules that say what may differ.
     *
     * @param message how a coordinator is asked to compare by them
     */
    record Rules(EventProfile profile, LogDiffOptions message) {}

    /** Returns a command line that compares two logs in the same way. */
    String command(Path stateDirectory, String reference, String subjectLog) {
        List<String> words = new ArrayList<>(List.of("diff", "events"));
        if (profile != null) {
            words.addAll(List.of("--profile", profile));
        }
        words.addAll(List.of(reference, subjectLog));
        return StateDirectory.command(stateDirectory, words.toArray(String[]::new));
    }

    /**
     * Reads the profile; to be called once, for a pipe gives it only once.
     *
     * @throws dev.lockstep.server.run.ConfigException if there is none, or it is wrong
     */
    Rules rules() {
        String chosen = profile == null ? EventProfiles.DEFAULT : profile;
        LogDiffOptions.Builder message = LogDiffOptions.newBuilder();
        if (EventProfiles.SHIPPED.contains(chosen)) {
            return new Rules(EventProfiles.shipped(chosen), message.setProfile(chosen).build());
        }
        byte[] bytes = EventProfileFile.bytes(chosen);
        return new Rules(
                EventProfiles.read(chosen, bytes),
                message.setProfileYaml(ByteString.copyFrom(bytes)).build());
    }
}
