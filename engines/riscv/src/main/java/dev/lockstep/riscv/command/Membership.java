package dev.lockstep.riscv.command;

import dev.lockstep.proto.v1.Role;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.nio.file.Path;

/** The options that make an engine a member of a run. All but the name are needed together. */
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
            paramLabel = "SOCKET",
            description = "The coordinator's engine socket.")
    Path socket = Path.of("");

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

    /** Returns whether a person started the engine; 'lockstep run' tells the verdict itself. */
    boolean isOfAPerson() {
        return System.getenv("LOCKSTEP_RUN") == null;
    }
}
