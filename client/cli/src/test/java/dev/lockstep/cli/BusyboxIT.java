package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** Busybox in lockstep does what it does under qemu-riscv64. */
@Tag("third-party")
final class BusyboxIT {
    private static final int LARGE_BYTES = 16 << 20;
    private static final int SCRIPTS = 40;

    @TempDir private Path home;
    private DebianGuest busybox;

    @BeforeAll
    static void isInstalled() {
        DebianGuest.assumeInstalled("busybox");
    }

    @BeforeEach
    void prepare() {
        busybox = DebianGuest.busybox(home);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("cases")
    void doesWhatItDoesUnderQemu(String grain, GuestCommand command) throws Exception {
        busybox.agreesWithQemu(grain, command);
    }

    @Tag("endurance")
    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("moreCases")
    void doesMoreOfWhatItDoesUnderQemu(String grain, GuestCommand command) throws Exception {
        busybox.agreesWithQemu(grain, command);
    }

    @Tag("endurance")
    @ParameterizedTest
    @ValueSource(strings = {"sha256sum", "gzip -c", "bzip2 -c", "base64"})
    void getsThroughManyMegabytes(String applet) throws Exception {
        byte[] large = new byte[LARGE_BYTES];
        new Random(0).nextBytes(large);
        busybox.withFile("large", large)
                .agreesWithQemu("window", GuestCommand.parse(applet + " large"));
    }

    @Tag("endurance")
    @ParameterizedTest(name = "-Dlockstep.seed={0}")
    @MethodSource("seeds")
    void runsRandomScriptsAsUnderQemu(long seed) throws Exception {
        busybox.withFile("random.sh", bytes(new RandomShellScript(seed)))
                .withFile("random.awk", bytes(new RandomAwkScript(seed)));
        busybox.agreesWithQemu("window", GuestCommand.parse("sh random.sh"));
        busybox.agreesWithQemu("window", GuestCommand.parse("awk -f random.awk"));
    }

    @Test
    void aSecondProcessIsRefusedWithOneNote() throws Exception {
        Lockstep.Ended ended =
                busybox.run(GuestCommand.parse("sh scripts/forks.sh")).hasExitCode(0);
        assertThat(ended.out()).isEqualTo("before\n");
        assertThat(ended.err())
                .contains("can't fork: Function not implemented")
                .containsOnlyOnce("a guest has no children");
    }

    @ParameterizedTest
    @MethodSource("commandsOfEachKind")
    void makesBothEnginesTellTheSameEvents(GuestCommand command) throws Exception {
        busybox.makesBothEnginesTellTheSame(command);
    }

    @Tag("endurance")
    @ParameterizedTest
    @MethodSource("commands")
    void makesBothEnginesTellTheSameEventsOfMore(GuestCommand command) throws Exception {
        busybox.makesBothEnginesTellTheSame(command);
    }

    static Stream<GuestCommand> commandsOfEachKind() throws IOException {
        return listed("strict-cases.txt");
    }

    static Stream<GuestCommand> commands() throws IOException {
        return Stream.concat(listed("cases.txt"), listed("more-cases.txt"));
    }

    static Stream<Arguments> cases() throws IOException {
        return Stream.of(
                        in("window", "cases.txt"),
                        in("block", "cases.txt"),
                        in("strict", "strict-cases.txt"),
                        in("window", "heavy-cases.txt"))
                .flatMap(Function.identity());
    }

    static Stream<Arguments> moreCases() throws IOException {
        return Stream.of(
                        in("strict", "cases.txt"),
                        in("block", "heavy-cases.txt"),
                        in("strict", "heavy-cases.txt"),
                        in("window", "more-cases.txt"),
                        in("block", "more-cases.txt"),
                        in("strict", "more-cases.txt"))
                .flatMap(Function.identity());
    }

    static LongStream seeds() {
        long seed = Long.getLong("lockstep.seed", System.nanoTime());
        return LongStream.range(seed, seed + SCRIPTS);
    }

    private static byte[] bytes(RandomScript script) {
        return script.write().getBytes(StandardCharsets.UTF_8);
    }

    private static Stream<Arguments> in(String grain, String list) throws IOException {
        return listed(list).map(command -> Arguments.of(grain, command));
    }

    private static Stream<GuestCommand> listed(String list) throws IOException {
        return GuestCommand.readAll(DebianGuest.BUSYBOX_CASES.resolve(list));
    }
}
