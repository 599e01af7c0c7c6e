package dev.lockstep.cli;

import com.google.protobuf.ByteString;

import dev.lockstep.cli.profile.EventProfileFile;
import dev.lockstep.proto.v1.LogDiffOptions;
import dev.lockstep.server.diff.events.EventProfile;
import dev.lockstep.server.diff.events.EventProfiles;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

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

    EventProfile profile() {
        return EventProfileFile.of(profile == null ? EventProfiles.DEFAULT : profile);
    }

    LogDiffOptions message() {
        LogDiffOptions.Builder options = LogDiffOptions.newBuilder();
        if (profile != null && !EventProfiles.SHIPPED.contains(profile)) {
            options.setProfileYaml(ByteString.copyFrom(EventProfileFile.bytes(profile)));
        } else if (profile != null) {
            options.setProfile(profile);
        }
        return options.build();
    }
}
