package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Programs of Debian for riscv64, which know nothing of lockstep. Their commands run in one folder,
 * whose name is part of what they see, laid out anew for each.
 */
final class DebianGuest {
    static final Path BUSYBOX_CASES = Path.of("src/test/busybox").toAbsolutePath();

    static final Path SYSROOT = Lockstep.ROOT.resolve("target/debian-riscv64");
    private static final Path PROGRAMS = SYSROOT.resolve("usr/bin");
    private static final Duration TIMEOUT = Duration.ofMinutes(10);
    private static final int FIRST_SIGNAL = 128;

    /** A shell writes the numbers of its process and its parent's, which are others each time. */
    private static final long SHELL_SLACK_STEPS = 100;

    private final Path home;
    private final Path work;
    private final List<String> prefix;
    private final List<String> options;
    private final List<String> optionsOfQemu;
    private final Map<String, byte[]> more = new TreeMap<>();

    /**
     * @param home a directory with a short path: sockets live in it
     * @param prefix words before those of a command
     */
    private DebianGuest(
            Path home, List<String> prefix, List<String> options, List<String> optionsOfQemu) {
        this.home = home;
        work = home.resolve("work");
        this.prefix = prefix;
        this.options = options;
        this.optionsOfQemu = optionsOfQemu;
    }

    /** Returns busybox, whose commands start with the name of an applet. */
    static DebianGuest busybox(Path home) {
        return new DebianGuest(home, List.of("busybox"), List.of(), List.of());
    }

    /** Returns the programs that are linked dynamically; a command starts with one's name. */
    static DebianGuest dynamic(Path home) {
        String sysroot = SYSROOT.toString();
        return new DebianGuest(
                home, List.of(), List.of("--sysroot", sysroot), List.of("-L", sysroot));
    }

    /** What a command did, and to which files. */
    private record Outcome(String out, String end, Map<String, String> files) {}

    /** Fails where everything has to be there, and skips the test elsewhere. */
    static void assumeInstalled(String program) {
        Path file = PROGRAMS.resolve(program);
        if (!Files.isExecutable(file)) {
            String missing =
                    "no %s; to get it: .ci/debian-riscv64 PACKAGE... target/debian-riscv64 as in .ci/run"
                            .formatted(file);
            assertThat(System.getenv("CI")).as(missing).isNull();
            System.out.println("skipped: " + missing);
            assumeTrue(false, missing);
        }
    }

    /** Lays one more file out for the commands. */
    DebianGuest withFile(String name, byte[] content) {
        more.put(name, content);
        return this;
    }

    /**
     * Holds a command against qemu-riscv64: its output, its files and its end are the same, and the
     * engines agree on every step.
     */
    void agreesWithQemu(String grain, GuestCommand command) throws Exception {
        Outcome expected = underQemu(command);
        Path report = home.resolve("report.json");
        Lockstep.Ended ended =
                run(command, "--grain", grain, "--report", "json:" + report).hasExitCode(0);
        // Once, although two engines ran it, and then the verdict.
        assertThat(ended.err())
                .startsWith(text(errors()) + "MATCH  " + command(command).getFirst());
        List<String> ends = JsonReport.read(report).ends();
        assertThat(ends).hasSize(2).containsOnly(expected.end());
        Outcome actual = new Outcome(ended.out(), ends.getFirst(), new GuestFiles(work).describe());
        assertThat(actual).isEqualTo(expected);
    }

    /** Runs a command in lockstep. */
    Lockstep.Ended run(GuestCommand command, String... options) throws Exception {
        lay();
        List<String> words = new ArrayList<>(List.of("run"));
        words.addAll(this.options);
        words.addAll(List.of(options));
        words.addAll(command(command));
        return new Lockstep(home)
                .in(work)
                .withInput(work.resolve(command.input()))
                .start(words.toArray(String[]::new))
                .await(TIMEOUT);
    }

    /** Returns a command that is to take a detour through snapshots, with options of its runs. */
    Detour detour(GuestCommand command, List<String> options) throws IOException {
        lay();
        Lockstep lockstep = new Lockstep(home).in(work).withInput(work.resolve(command.input()));
        List<String> all = new ArrayList<>(this.options);
        all.addAll(options);
        boolean isShell = command.words().getFirst().equals("sh");
        return new Detour(lockstep, all, command(command), isShell ? SHELL_SLACK_STEPS : 0);
    }

    /** Runs a command in lockstep: both engines tell the same events. */
    void makesBothEnginesTellTheSame(GuestCommand command) throws Exception {
        String err = run(command, "--events").err();
        assertThat(err).contains("MATCH  " + command(command).getFirst());
        Lockstep.Ended diff =
                new Lockstep(home).run("diff", "events", "run:1/interp", "run:1/recomp");
        assertThat(diff.hasExitCode(0).out())
                .startsWith("MATCH  run:1/interp and run:1/recomp")
                .containsPattern("[1-9][0-9,]* pairs of events equal");
    }

    private Outcome underQemu(GuestCommand command) throws Exception {
        lay();
        List<String> words = new ArrayList<>(List.of("qemu-riscv64", "-R", "0x7ffff000"));
        words.addAll(optionsOfQemu);
        words.addAll(command(command));
        ProcessBuilder builder =
                new ProcessBuilder(words)
                        .directory(work.toFile())
                        .redirectInput(work.resolve(command.input()).toFile())
                        .redirectError(errors().toFile());
        builder.environment().clear(); // The guest's, too.
        Process qemu = builder.start();
        String out = new String(qemu.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        return new Outcome(out, end(qemu.waitFor()), new GuestFiles(work).describe());
    }

    private void lay() throws IOException {
        new GuestFiles(work).lay(BUSYBOX_CASES.resolve("work"), more);
    }

    private List<String> command(GuestCommand command) {
        List<String> words = new ArrayList<>(prefix);
        words.addAll(command.words());
        words.set(0, PROGRAMS.resolve(words.getFirst()).toString());
        return words;
    }

    private static String end(int status) {
        return status > FIRST_SIGNAL ? "signaled " + (status - FIRST_SIGNAL) : "exited " + status;
    }

    private Path errors() {
        return home.resolve("qemu.err");
    }

    private static String text(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.ISO_8859_1);
    }
}
