package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A guest that takes a detour through snapshots: it is run with some being taken, then begun from
 * each of them in the engine that did not take it, and has to end as if nothing had happened.
 */
final class Detour {
    private static final Pattern TAKEN =
            Pattern.compile("lockstep: snapshot (\\d+) at step ([0-9,]+)");
    private static final Pattern STEPS = Pattern.compile("(?m)^  \\S+ +reference +([0-9,]+) ");

    private final Lockstep lockstep;
    private final List<String> options;
    private final List<String> guest;
    private final long slackSteps;

    /**
     * @param options of every run
     * @param guest program and arguments
     */
    Detour(Lockstep lockstep, List<String> options, List<String> guest) {
        this(lockstep, options, guest, 0);
    }

    /**
     * @param slackSteps by how many steps two runs of the guest may differ
     */
    Detour(Lockstep lockstep, List<String> options, List<String> guest, long slackSteps) {
        this.lockstep = lockstep;
        this.options = options;
        this.guest = guest;
        this.slackSteps = slackSteps;
    }

    /** A snapshot that was taken. */
    record Taken(long id, long step) {}

    /** Returns the steps that the reference took in all. */
    static long steps(Lockstep.Ended ended) {
        Matcher matcher = STEPS.matcher(ended.err());
        assertThat(matcher.find()).as(ended.err()).isTrue();
        return number(matcher.group(1));
    }

    private static long number(String text) {
        return Long.parseLong(text.replace(",", ""));
    }

    static List<Taken> taken(String screen) {
        return TAKEN.matcher(screen)
                .results()
                .map(it -> new Taken(Long.parseLong(it.group(1)), number(it.group(2))))
                .toList();
    }

    /** Runs the guest and takes snapshots at steps; at most three. */
    Lockstep.Ended run(long... steps) throws Exception {
        List<String> words = new ArrayList<>(List.of("run"));
        words.addAll(options);
        for (long step : steps) {
            words.addAll(List.of("--snapshot-at", Long.toString(step)));
        }
        words.addAll(guest);
        return lockstep.run(words.toArray(String[]::new));
    }

    /** Returns what the guest prints up to a step that is a block's end. */
    String outUntil(long step) throws Exception {
        if (step == 0) {
            return "";
        }
        List<String> words = new ArrayList<>(List.of("run", "--until-step", Long.toString(step)));
        words.addAll(guest);
        return lockstep.run(words.toArray(String[]::new)).hasExitCode(0).out();
    }

    /** Goes on from a snapshot, the engines' sides exchanged. */
    Lockstep.Ended goOn(String from, String... more) throws Exception {
        List<String> words = new ArrayList<>(List.of("run", "--from", from));
        words.addAll(List.of("--reference", "recomp", "--subject", "interp"));
        words.addAll(options);
        words.addAll(List.of(more));
        return lockstep.run(words.toArray(String[]::new));
    }

    /**
     * Takes the detour over steps, and checks that it makes no difference.
     *
     * @return how many snapshots it led over
     */
    int take(Lockstep.Ended direct, long... steps) throws Exception {
        Lockstep.Ended first = run(steps).hasExitCode(direct.exitCode());
        assertThat(first.out()).isEqualTo(direct.out());
        List<Taken> snapshots = taken(first.err());
        for (Taken snapshot : snapshots) {
            String engine = snapshot.id() % 2 == 0 ? "interp" : "recomp";
            Lockstep.Ended rest = goOn(snapshot.id() + "/" + engine);
            String point = "%s, %s of step %d".formatted(guest, engine, snapshot.step());
            assertThat(rest.exitCode())
                    .as("%s%n%s", point, rest.err())
                    .isEqualTo(direct.exitCode());
            assertThat(rest.err()).as(point).contains("MATCH");
            assertThat(outUntil(snapshot.step()) + rest.out()).as(point).isEqualTo(direct.out());
            assertThat(steps(rest)).as(point).isCloseTo(steps(direct), within(slackSteps));
        }
        return snapshots.size();
    }
}
