package dev.lockstep.riscv.command;

import dev.lockstep.proto.v1.Role;
import dev.lockstep.sdk.CoordinatorAddress;
import dev.lockstep.sdk.TlsFiles;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.io.IOException;
import java.nio.file.Path;

/** The options that make an engine a member of a run. Address, run and role are needed together. */
final class Membership {
    /** Which side to stand on, as typed. */
    enum Side {
        reference(Role.ROLE_REFERENCE),
        subject(Role.ROLE_SUBJECT);

        final Role role;

        Side(Role role) {
            this.role = role;
        }
    }

    @Option(
            names = "--connect",
            required = true,
            paramLabel = "ADDRESS",
            description =
                    "The coordinator's engine socket: a path, or HOST:PORT, with TLS unless it is"
                            + " on this machine.")
    private String address = "";

    @Option(names = "--run", required = true, paramLabel = "NAME", description = "The run to join.")
    String run = "";

    @Option(
            names = "--role",
            required = true,
            paramLabel = "ROLE",
            description = "${COMPLETION-CANDIDATES}.")
    Side side = Side.subject;

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "Name within the run; default: the engine's own.")
    @Nullable String name;

    @Option(
            names = "--tls-cert",
            paramLabel = "FILE",
            description =
                    "The engine's certificate (PEM), for a coordinator at a port; default:"
                            + " $LOCKSTEP_TLS_CERT.")
    private @Nullable Path certificate;

    @Option(
            names = "--tls-key",
            paramLabel = "FILE",
            description = "Its private key; default: $LOCKSTEP_TLS_KEY.")
    private @Nullable Path key;

    @Option(
            names = "--tls-ca",
            paramLabel = "FILE",
            description =
                    "The authority that has signed the coordinator's certificate; default:"
                            + " $LOCKSTEP_TLS_CA.")
    private @Nullable Path authority;

    /**
     * Returns where the coordinator is.
     *
     * @throws IOException if that is no address, or the files for TLS cannot be used
     */
    CoordinatorAddress coordinator() throws IOException {
        TlsFiles files = TlsFiles.choose(certificate, key, authority, System.getenv());
        return CoordinatorAddress.parse(address, files);
    }

    /** Returns whether a person started the engine; 'lockstep run' tells the verdict itself. */
    boolean isOfAPerson() {
        return System.getenv("LOCKSTEP_RUN") == null;
    }
}
