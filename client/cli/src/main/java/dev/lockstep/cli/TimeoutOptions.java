package dev.lockstep.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.time.Duration;

/** The options that say how long engines are waited for. */
final class TimeoutOptions {
    @Option(
            names = "--connect-timeout",
            paramLabel = "TIME",
            converter = Durations.class,
            description =
                    "How long engines may take to join; default: 30s, where they join by hand 10m.")
    private @Nullable Duration connect;

    @Option(
            names = "--idle-timeout",
            paramLabel = "TIME",
            defaultValue = "60s",
            converter = Durations.class,
            description = "How long an engine may owe an answer; default: 60s.")
    private Duration idle;

    /** Returns how long engines may take to join. */
    Duration connect(Duration usual) {
        return connect == null ? usual : connect;
    }

    /** Returns how long an engine may owe an answer. */
    Duration idle() {
        return idle;
    }
}
