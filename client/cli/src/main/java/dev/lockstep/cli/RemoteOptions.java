package dev.lockstep.cli;

import dev.lockstep.server.run.ConfigException;
import dev.lockstep.server.transport.TcpEndpoint;
import dev.lockstep.server.transport.TlsIdentity;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The options that say how engines of other machines come, and come back. */
final class RemoteOptions {
    private static final Duration DEFAULT_GRACE = Duration.ofSeconds(10);

    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT",
            description =
                    "Take engines at a port, too, with TLS unless it is on 127.0.0.1"
                            + " (docs/remote.md).")
    private @Nullable String address;

    @Option(
            names = "--tls-cert",
            paramLabel = "FILE",
            description = "The coordinator's certificate (PEM); 'lockstep certs' makes one.")
    private @Nullable Path certificate;

    @Option(names = "--tls-key", paramLabel = "FILE", description = "Its private key.")
    private @Nullable Path key;

    @Option(
            names = "--tls-ca",
            paramLabel = "FILE",
            description = "The authority that has signed the engines' certificates.")
    private @Nullable Path authority;

    @Option(
            names = "--reconnect-grace",
            paramLabel = "TIME",
            converter = Grace.class,
            description =
                    "How long a run waits for an engine whose connection broke, less than"
                            + " --idle-timeout; 0 for not at all; default: 10s, or half of that.")
    private @Nullable Duration grace;

    /**
     * Returns how long a run waits for an engine whose connection broke.
     *
     * @param idle how long one may be silent
     * @throws ConfigException if it would be given up before
     */
    Duration graceWithin(Duration idle) {
        if (grace == null) {
            Duration half = idle.dividedBy(2);
            return half.compareTo(DEFAULT_GRACE) < 0 ? half : DEFAULT_GRACE;
        }
        if (grace.compareTo(idle) >= 0) {
            throw new ConfigException(
                    "--reconnect-grace: %d ms (expected: less than the %d ms of --idle-timeout, after which a silent engine is given up)"
                            .formatted(grace.toMillis(), idle.toMillis()));
        }
        return grace;
    }

    /**
     * Returns the port to listen at, empty for none.
     *
     * @throws ConfigException if the options do not go together
     */
    Optional<TcpEndpoint> endpoint() {
        Optional<TlsIdentity> identity = identity();
        if (address == null) {
            identity.ifPresent(files -> {
                throw new ConfigException(
                        "--tls-cert %s: without --listen".formatted(files.certificate()));
            });
            return Optional.empty();
        }
        return Optional.of(TcpEndpoint.parse(address, identity));
    }

    private Optional<TlsIdentity> identity() {
        if (certificate != null && key != null && authority != null) {
            return Optional.of(new TlsIdentity(certificate, key, authority));
        }
        List<String> missing = new ArrayList<>();
        addIfNull(certificate, "--tls-cert", missing);
        addIfNull(key, "--tls-key", missing);
        addIfNull(authority, "--tls-ca", missing);
        if (missing.size() < 3) {
            throw new ConfigException(
                    "TLS without %s (expected: --tls-cert, --tls-key and --tls-ca, or none of them)"
                            .formatted(String.join(" and ", missing)));
        }
        return Optional.empty();
    }

    private static void addIfNull(@Nullable Path file, String option, List<String> missing) {
        if (file == null) {
            missing.add(option);
        }
    }

    /** Reads a duration that may be none. */
    static final class Grace implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String text) {
            return text.matches("0(ms|s|m|h|)") ? Duration.ZERO : new Durations().convert(text);
        }
    }
}
