package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.EOFException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Arrays;

/** Implementations behind RVFI-DII as engines: a stand-in, over a real socket. */
final class DiiIT {
    private static final int DIVERGED = 1;
    private static final int WRONG = 2;
    private static final int INCOMPLETE = 5;

    @TempDir private Path home;

    private static Path program(String name) {
        return Lockstep.PROGRAMS.resolve("bin/" + name);
    }

    private Lockstep.Ended run(DiiStandIn peer, String... options) throws Exception {
        String[] command = new String[options.length + 4];
        command[0] = "run";
        System.arraycopy(options, 0, command, 1, options.length);
        command[options.length + 1] = "--subject";
        command[options.length + 2] = peer.address() + " --timeout 1500";
        command[options.length + 3] = "bin/bare/hello";
        return new Lockstep(home).run(command);
    }

    private DiiStandIn hello(DiiStandIn.Answers answers) throws Exception {
        return new DiiStandIn(program("bare/hello"), answers);
    }

    @ParameterizedTest
    @ValueSource(strings = {"block", "window", "strict"})
    void anImplementationAgrees(String grain) throws Exception {
        try (DiiStandIn peer = hello(DiiStandIn.Answers.RIGHT)) {
            Lockstep.Ended ended = run(peer, "--grain", grain).hasExitCode(0);

            assertThat(ended.err()).contains("MATCH", "full strength", "1 memory image");
            assertThat(ended.out()).isEqualTo("Hello from a bare machine!\n");
        }
    }

    @Test
    void anImplementationIsTheReferenceAndTheGuestPrintsOnce() throws Exception {
        try (DiiStandIn peer = hello(DiiStandIn.Answers.RIGHT)) {
            Lockstep.Ended ended =
                    new Lockstep(home)
                            .run(
                                    "run",
                                    "--reference",
                                    peer.address(),
                                    "--subject",
                                    "recomp",
                                    "bin/bare/hello")
                            .hasExitCode(0);

            assertThat(ended.out()).isEqualTo("Hello from a bare machine!\n");
        }
    }

    @Test
    void aWrongRegisterIsNamedByItsInstruction() throws Exception {
        DiiStandIn.Answers faulty =
                (number, record, out) -> {
                    if (number >= 0 && record[84] == 5) {
                        record[48] ^= 1; // What lbu has loaded into t0.
                    }
                    out.write(record);
                };
        try (DiiStandIn peer = hello(faulty)) {
            assertThat(run(peer).hasExitCode(DIVERGED).err()).contains("lbu t0,0(a0)", "<print");
        }
    }

    @Test
    void anImplementationThatDiesInMidRecordIsToldOf() throws Exception {
        DiiStandIn.Answers dying =
                (number, record, out) -> {
                    out.write(record, 0, number == 50 ? 40 : record.length);
                    if (number == 50) {
                        throw new EOFException();
                    }
                };
        try (DiiStandIn peer = hello(dying)) {
            assertThat(run(peer).hasExitCode(INCOMPLETE).err())
                    .contains("closed the connection after 40 of the 88 bytes");
        }
    }

    @Test
    void anImplementationThatFallsSilentIsGivenUp() throws Exception {
        DiiStandIn.Answers silent =
                (number, record, out) -> out.write(record, 0, number < 0 ? record.length : 0);
        try (DiiStandIn peer = hello(silent)) {
            assertThat(run(peer).err()).contains("did not answer within 1500 ms");
        }
    }

    @Test
    void anImplementationThatNeverAnswersIsRefusedBeforeTheRunBegins() throws Exception {
        try (DiiStandIn peer = hello((number, record, out) -> {})) {
            assertThat(run(peer).hasExitCode(WRONG).err())
                    .contains("did not answer within 1500 ms");
        }
    }

    @Test
    void garbageIsToldOf() throws Exception {
        DiiStandIn.Answers garbage =
                (number, record, out) -> {
                    if (number > 20) {
                        Arrays.fill(record, (byte) 0x5a);
                    }
                    out.write(record);
                };
        try (DiiStandIn peer = hello(garbage)) {
            assertThat(run(peer).hasExitCode(INCOMPLETE).err())
                    .contains("executed an instruction at 0x5a5a5a5a5a5a5a5a");
        }
    }

    @Test
    void anAddressWhereNobodyListensIsRefused() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        Lockstep.Ended ended =
                new Lockstep(home)
                        .run("run", "--subject", "rvfi-dii:localhost:" + port, "bin/bare/hello")
                        .hasExitCode(WRONG);

        assertThat(ended.err()).contains("localhost:" + port, "expected: an implementation");
    }

    @ParameterizedTest
    @ValueSource(strings = {"nowhere", "localhost:0", "localhost:99999", ":5000"})
    void whatIsNoAddressIsRefused(String address) throws Exception {
        Lockstep.Ended ended =
                new Lockstep(home)
                        .run("run", "--subject", "rvfi-dii:" + address, "bin/bare/hello")
                        .hasExitCode(WRONG);

        assertThat(ended.err()).contains("expected: HOST:PORT");
    }
}
