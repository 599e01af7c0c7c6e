package dev.lockstep.server.json;

import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * A program that prints how fast lines of event logs are scanned, with the fingerprint of their
 * payload, and beside it how fast values are made of them. Its argument: how many rounds.
 */
final class LineScannerSpeed {
    private static final int LINE_COUNT = 50_000;
    private static final byte[] PAYLOAD = "payload".getBytes(StandardCharsets.US_ASCII);

    private final byte[] text;
    private final int[] starts = new int[LINE_COUNT + 1];

    private LineScannerSpeed() {
        RandomLines lines = new RandomLines(1);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < LINE_COUNT; i++) {
            out.writeBytes(lines.next());
            starts[i + 1] = out.size();
        }
        text = out.toByteArray();
    }

    public static void main(String[] arguments) throws JsonSyntaxException {
        LineScannerSpeed speed = new LineScannerSpeed();
        int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 50;
        speed.measure("scan", rounds, speed::scan);
        speed.measure("scan and fingerprint", rounds, speed::scanAndFingerprint);
        speed.measure("read", rounds, speed::read);
    }

    private interface Pass {
        long run() throws JsonSyntaxException;
    }

    private void measure(String what, int rounds, Pass pass) throws JsonSyntaxException {
        double[] seconds = new double[rounds];
        long result = 0;
        for (int round = 0; round < rounds; round++) {
            long start = cpuTimeNs();
            result += pass.run();
            seconds[round] = (double) (cpuTimeNs() - start) / TimeUnit.SECONDS.toNanos(1);
        }
        Arrays.sort(seconds);
        System.out.printf(
                "%-22s best %6.2f M lines/s %6.0f MB/s, median %6.2f M lines/s %6.0f MB/s (%x)%n",
                what,
                LINE_COUNT / seconds[0] / 1e6,
                text.length / seconds[0] / 1e6,
                LINE_COUNT / seconds[rounds / 2] / 1e6,
                text.length / seconds[rounds / 2] / 1e6,
                result);
    }

    /** Of this thread alone: what else the machine does would count in the time on the wall. */
    private static long cpuTimeNs() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private long scan() {
        LineScanner scanner = new LineScanner();
        long plain = 0;
        for (int i = 0; i < LINE_COUNT; i++) {
            plain += scanner.scan(text, starts[i], starts[i + 1] - starts[i]) ? 1 : 0;
        }
        return plain;
    }

    private long scanAndFingerprint() {
        LineScanner scanner = new LineScanner();
        long sum = 0;
        for (int i = 0; i < LINE_COUNT; i++) {
            if (scanner.scan(text, starts[i], starts[i + 1] - starts[i])) {
                sum += scanner.fingerprint(scanner.member(0, PAYLOAD));
            }
        }
        return sum;
    }

    private long read() throws JsonSyntaxException {
        long count = 0;
        for (int i = 0; i < LINE_COUNT; i++) {
            JsonValue value = JsonReader.read(text, starts[i], starts[i + 1] - starts[i]);
            count += value instanceof JsonValue.Struct ? 1 : 0;
        }
        return count;
    }
}
