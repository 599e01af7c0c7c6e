package dev.lockstep.cli.bench;

import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Reads and parses files of JSON Lines, and does nothing else; each file in a thread of its own.
 */
final class PlainParse {
    private PlainParse() {}

    /** Returns how many tokens there are in all. */
    static long tokens(List<Path> files) throws InterruptedException {
        try (ExecutorService threads = Executors.newFixedThreadPool(files.size())) {
            List<Future<Long>> counts = new ArrayList<>();
            for (Path file : files) {
                counts.add(threads.submit(() -> tokens(file)));
            }
            long sum = 0;
            for (Future<Long> count : counts) {
                sum += count.get();
            }
            return sum;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    private static long tokens(Path file) {
        long count = 0;
        try (JsonParser parser = new JsonFactory().createParser(ObjectReadContext.empty(), file)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                // Whoever parses wants the values; numbers and texts are decoded only on demand.
                count += token == JsonToken.VALUE_STRING ? parser.getStringLength() & 1 : 0;
                count += token == JsonToken.VALUE_NUMBER_INT ? parser.getLongValue() & 1 : 0;
                count++;
            }
        }
        return count;
    }
}
