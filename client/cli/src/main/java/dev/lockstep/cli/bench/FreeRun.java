package dev.lockstep.cli.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an engine did that reported to nobody.
 *
 * @param startNs when its command was started, by {@link System#nanoTime}
 * @param marks how far it was when, from the guest's first step to its last
 * @param output what the guest printed
 * @param peakMib the engine's resident memory at most
 */
record FreeRun(long startNs, List<Mark> marks, String output, long wallMs, long peakMib) {
    private static final Pattern PEAK = Pattern.compile("peak (\\d+) MiB");

    /** What a rate leaves out: much of it is compilation. */
    private static final double WARM_UP = 0.2;

    private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);

    /** A point of the run. */
    record Mark(long steps, long blocks, long ns) {
        private static Mark parse(String line) {
            String[] words = line.split(" ");
            return new Mark(
                    Long.parseLong(words[0]), Long.parseLong(words[1]), Long.parseLong(words[2]));
        }
    }

    /**
     * Runs {@code program} on an engine.
     *
     * @param options of the engine
     */
    static FreeRun of(
            String engine, BenchProcess process, Path program, int amount, String... options)
            throws IOException, InterruptedException {
        Path pace = process.directory().resolve("pace");
        List<String> words = new ArrayList<>(List.of("engine", engine));
        words.addAll(List.of("--stats", "--pace", pace.toString()));
        words.addAll(List.of(options));
        words.addAll(List.of(program.toString(), "" + amount));
        BenchProcess.Ended ended = process.run(words);
        Matcher peak = PEAK.matcher(ended.errors());
        if (!peak.find()) {
            throw new IllegalStateException("no statistics of " + engine + ": " + ended.errors());
        }
        return new FreeRun(
                ended.startNs(),
                Files.readAllLines(pace).stream().map(Mark::parse).toList(),
                ended.output(),
                ended.wallMs(),
                Long.parseLong(peak.group(1)));
    }

    /** Returns the steps of the whole run. */
    long steps() {
        return marks.getLast().steps();
    }

    /** Returns the part of the run that rates are taken of. */
    Lap warmLap() {
        Mark end = marks.getLast();
        Mark warm =
                marks.stream()
                        .filter(mark -> mark.steps() >= WARM_UP * end.steps())
                        .findFirst()
                        .orElseThrow();
        return new Lap(
                end.steps() - warm.steps(),
                end.blocks() - warm.blocks(),
                end.ns() - warm.ns(),
                wallMs);
    }

    /**
     * Returns the steps per second of the first second after the command was started, Java's own
     * start included; of a shorter run those of all of it.
     */
    double firstSecond() {
        long limit = startNs + SECOND_NS;
        Mark before = marks.getFirst();
        for (Mark mark : marks) {
            if (mark.ns() > limit) {
                return before.ns() > limit ? 0 : stepsBetween(before, mark, limit);
            }
            before = mark;
        }
        return (double) before.steps() * SECOND_NS / (before.ns() - startNs);
    }

    private static double stepsBetween(Mark before, Mark after, long ns) {
        double share = (double) (ns - before.ns()) / (after.ns() - before.ns());
        return before.steps() + share * (after.steps() - before.steps());
    }

    Speed speed() {
        return new Speed(warmLap().stepsPerSecond(), firstSecond(), wallMs);
    }
}
