package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lockstep.cli.certs.CertificateSet;
import dev.lockstep.cli.text.Words;
import dev.lockstep.proto.v1.CoordinatorFrame;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Engines that come over a port, with TLS as a user sets it up, and with TLS that is wrong. */
@Timeout(240)
final class RemoteIT {
    private static final Duration SECONDS = Duration.ofSeconds(60);
    private static final Pattern PORT = Pattern.compile("also at port    127\\.0\\.0\\.1:(\\d+)");

    @TempDir private static Path certificates;
    private static CertificateSet right;
    private static CertificateSet stranger;
    private static CertificateSet expired;

    @TempDir private Path home;
    private final List<Lockstep.Started> started = new ArrayList<>();
    private Lockstep.@Nullable Started server;
    private int port;

    @BeforeAll
    static void certificatesAreThere() throws Exception {
        right = make("right", "-1H", 1);
        stranger = make("stranger", "-1H", 1);
        expired = make("expired", "-9d", 1);
    }

    private static CertificateSet make(String name, String start, int days) throws Exception {
        return CertificateSet.make(certificates.resolve(name), List.of("localhost"), start, days);
    }

    @AfterEach
    void nothingIsLeft() {
        started.forEach(command -> command.process().destroyForcibly());
        started.forEach(command -> command.process().onExit().join());
    }

    @Test
    void theFilesOfTheCommandBringEnginesTogether() throws Exception {
        Path made = home.resolve("certs");
        Lockstep lockstep = new Lockstep(home);
        assertThat(lockstep.run("certs", made.toString(), "--days", "2").hasExitCode(0).err())
                .contains("lockstep serve --listen", made + "/engine-key.pem");
        for (String key : List.of("coordinator-key.pem", "engine-key.pem")) {
            assertThat(Files.getPosixFilePermissions(made.resolve(key)))
                    .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        }
        assertThat(lockstep.run("certs", made.toString()).hasExitCode(2).err())
                .contains("is there already; remove it, or choose another directory");

        CertificateSet set = new CertificateSet(made);
        serve(set);
        assertMatch(set);
    }

    @Test
    void whoIsNotTrustedIsToldAndTheOthersGoOn() throws Exception {
        serve(right);
        assertRefused(stranger, right.authority(), "does not trust this engine");
        assertRefused(right, stranger.authority(), "do not trust each other");
        assertRefused(
                new Identity(expired.engine(), expired.engineKey()),
                right.authority(),
                "does not trust this engine");
        assertThat(engine("tls://localhost:" + port, "none", "reference", "").hasExitCode(2).err())
                .contains("without certificates");
        assertThat(
                        Objects.requireNonNull(server)
                                .err()
                                .lines()
                                .filter(line -> line.contains("refused a connection")))
                .hasSize(3);
        assertMatch(right);
    }

    @Test
    void aNameThatIsNotOfTheCertificateIsNotBelieved() throws Exception {
        serve(right);
        String options =
                options(new Identity(right.engine(), right.engineKey()), right.authority());
        assertThat(
                        engine("tls://127.0.0.1:" + port, "x", "reference", options)
                                .hasExitCode(2)
                                .err())
                .contains("do not trust each other", "127.0.0.1");
    }

    @Test
    void anExpiredCertificateOfTheCoordinatorIsNotBelieved() throws Exception {
        serve(expired);
        assertRefused(expired, expired.authority(), "do not trust each other");
    }

    @Test
    void whoSpeaksWithoutTlsIsAnsweredWithoutTls() throws Exception {
        serve(right);
        assertThat(engine("tcp://localhost:" + port, "x", "reference", "").hasExitCode(2).err())
                .contains("bytes without TLS at a port that speaks it");
        try (Socket plain = new Socket(InetAddress.getLoopbackAddress(), port)) {
            plain.getOutputStream()
                    .write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            ByteBuffer answer =
                    ByteBuffer.wrap(plain.getInputStream().readAllBytes())
                            .order(ByteOrder.LITTLE_ENDIAN);
            assertThat(answer.getInt()).isEqualTo(answer.remaining());
            assertThat(CoordinatorFrame.parseFrom(answer).getError().getText())
                    .contains("expected: --connect tls://HOST:PORT");
        }
        assertMatch(right);
    }

    @Test
    void aPortForOthersIsNotOpenedWithoutTls() throws Exception {
        assertThat(new Lockstep(home).run("serve", "--listen", "0.0.0.0:0").hasExitCode(2).err())
                .startsWith("error: ")
                .contains("other machines reach it, without TLS", "lockstep certs");
    }

    @Test
    void onThisMachineAPortNeedsNone() throws Exception {
        serve("--listen 127.0.0.1:0");
        assertMatch("tcp://127.0.0.1:" + port, "");
    }

    @Test
    void enginesComeBackOverABrokenWay() throws Exception {
        long seed = Long.getLong("lockstep.seed", System.nanoTime());
        System.out.println("seed " + seed);
        serve("--reconnect-grace 20s");
        Path socket = home.resolve("way.sock");
        try (BrokenWay way =
                BrokenWay.open(
                        socket,
                        home.resolve("pair/engine.sock"),
                        new SplittableRandom(seed),
                        20,
                        2000)) {
            assertMatch(socket.toString(), "");
            assertThat(way.breaksLeft()).as("breaks left, seed %d", seed).isLessThan(20);
        }
    }

    private record Identity(Path certificate, Path key) {}

    private void serve(CertificateSet set) throws IOException {
        serve(
                "--listen 127.0.0.1:0 --tls-cert %s --tls-key %s --tls-ca %s"
                        .formatted(set.coordinator(), set.coordinatorKey(), set.authority()));
    }

    private void serve(String options) throws IOException {
        Lockstep.Started begun =
                start("serve --runtime-dir %s %s".formatted(home.resolve("pair"), options));
        server = begun;
        await().atMost(SECONDS).until(() -> begun.err().contains("to stop:"));
        if (options.contains("--listen")) {
            await().atMost(SECONDS).until(() -> PORT.matcher(begun.err()).find());
            Matcher said = PORT.matcher(begun.err());
            assertThat(said.find()).isTrue();
            port = Integer.parseInt(said.group(1));
        }
    }

    private void assertMatch(CertificateSet set) throws Exception {
        assertMatch(
                "tls://localhost:" + port,
                options(new Identity(set.engine(), set.engineKey()), set.authority()));
    }

    private void assertMatch(String address, String options) throws Exception {
        Lockstep.Started reference =
                start(command("interp", address, "match", "reference", options));
        Lockstep.Started subject = start(command("recomp", address, "match", "subject", options));
        for (Lockstep.Started engine : List.of(reference, subject)) {
            assertThat(engine.await(SECONDS).hasExitCode(0).err()).contains("\"match\": MATCH");
        }
    }

    private void assertRefused(CertificateSet shown, Path trusted, String why) throws Exception {
        assertRefused(new Identity(shown.engine(), shown.engineKey()), trusted, why);
    }

    private void assertRefused(Identity shown, Path trusted, String why) throws Exception {
        String address = "tls://localhost:" + port;
        assertThat(
                        engine(address, "refused", "reference", options(shown, trusted))
                                .hasExitCode(2)
                                .err())
                .startsWith("error: ")
                .contains(why);
    }

    private Lockstep.Ended engine(String address, String run, String role, String options)
            throws Exception {
        return start(command("interp", address, run, role, options)).await(SECONDS);
    }

    private static String options(Identity shown, Path trusted) {
        return "--tls-cert %s --tls-key %s --tls-ca %s"
                .formatted(shown.certificate(), shown.key(), trusted);
    }

    private static String command(
            String engine, String address, String run, String role, String options) {
        return "engine %s --connect %s --run %s --role %s %s bin/hello"
                .formatted(engine, address, run, role, options);
    }

    private Lockstep.Started start(String words) throws IOException {
        Lockstep.Started command =
                new Lockstep(home).start(Words.split(words).toArray(String[]::new));
        started.add(command);
        return command;
    }
}
