package dev.lockstep.server.diff.events;

import dev.lockstep.server.diff.events.Vocabulary.Event;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.LongStream;

/** Two logs of several threads, by chance: the threads mixed and numbered otherwise in each. */
final class RandomLogPair {
    private static final int MAX_THREADS = 4;
    private static final int MAX_EVENTS = 80;
    private static final int MAX_PLANTS = 3;
    private static final List<String> FIRST_CALLS = List.of("Main", "Worker", "Audio");

    private final Random chance;
    private final Vocabulary vocabulary;
    private final RandomEvents events;
    private final List<RandomThreadPair> threads = new ArrayList<>();
    private final long[] referenceTids;
    private final long[] subjectTids;

    /** The thread that one side lacks, and that side. */
    private final Optional<Lacking> lacking;

    /** A side without a thread. */
    record Lacking(Side side, int thread) {}

    RandomLogPair(long seed) {
        chance = new Random(seed);
        vocabulary = oneOf(Vocabulary.values());
        events = new RandomEvents(chance, vocabulary);
        int count = 2 + chance.nextInt(MAX_THREADS - 1);
        referenceTids = tids(count);
        subjectTids = tids(count);
        lacking =
                chance.nextInt(20) == 0
                        ? Optional.of(new Lacking(oneOf(Side.values()), chance.nextInt(count)))
                        : Optional.empty();
        for (int i = 0; i < count; i++) {
            threads.add(thread(i));
        }
    }

    private <E> E oneOf(E[] all) {
        return List.of(all).get(chance.nextInt(all.length));
    }

    /** The order of the numbers is the same on both sides, by which equal names find each other. */
    private long[] tids(int count) {
        return LongStream.generate(() -> chance.nextLong(-1000, 1L << 40))
                .distinct()
                .limit(count)
                .sorted()
                .toArray();
    }

    private RandomThreadPair thread(int number) {
        var thread =
                new RandomThreadPair(chance, vocabulary, events, List.of("shared 1", "shared 2"));
        boolean alone = lacking.filter(it -> it.thread() == number).isPresent();
        String name = alone ? "Alone" : FIRST_CALLS.get(chance.nextInt(FIRST_CALLS.size()));
        List<Plant> plants = new ArrayList<>();
        for (int i = chance.nextBoolean() || alone ? 0 : chance.nextInt(MAX_PLANTS + 1);
                i > 0;
                i--) {
            plants.add(oneOf(Plant.values()));
        }
        thread.fill(name, 2 + chance.nextInt(MAX_EVENTS), plants);
        return thread;
    }

    EventProfile profile() {
        return vocabulary.profile();
    }

    Optional<Lacking> lacking() {
        return lacking;
    }

    /** Returns the threads that both sides have, in the order of their numbers. */
    List<RandomThreadPair> pairs() {
        List<RandomThreadPair> pairs = new ArrayList<>(threads);
        lacking.ifPresent(it -> pairs.remove(it.thread()));
        return pairs;
    }

    /** Returns the number of a thread in a log. */
    long tid(Side side, RandomThreadPair thread) {
        return tid(side, threads.indexOf(thread));
    }

    long tid(Side side, int thread) {
        return (side == Side.REFERENCE ? referenceTids : subjectTids)[thread];
    }

    boolean hasDifference() {
        return lacking.isPresent() || threads.stream().anyMatch(it -> !it.differences().isEmpty());
    }

    /** Writes a log; its threads take turns by chance. */
    Path write(Side side, Path file) throws IOException {
        List<Deque<String>> queues = new ArrayList<>();
        for (int i = 0; i < threads.size(); i++) {
            int number = i;
            if (lacking.filter(it -> it.equals(new Lacking(side, number))).isEmpty()) {
                queues.add(lines(side, i));
            }
        }
        List<String> lines = new ArrayList<>();
        while (!queues.isEmpty()) {
            Deque<String> queue = queues.get(chance.nextInt(queues.size()));
            for (int i = chance.nextInt(20); i >= 0 && !queue.isEmpty(); i--) {
                lines.add(queue.removeFirst());
            }
            queues.removeIf(Deque::isEmpty);
        }
        return Verdicts.log(file, lines);
    }

    private Deque<String> lines(Side side, int thread) {
        Deque<String> lines = new ArrayDeque<>();
        long index = chance.nextLong(3) - 1;
        for (Event event : threads.get(thread).events(side)) {
            lines.add(events.line(event, tid(side, thread), index));
            index += 1L + chance.nextLong(10) / 9;
        }
        return lines;
    }
}
