package dev.lockstep.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** Whether, and how urgently, signals ask a server to stop. Thread-safe. */
final class StopRequest {
    /** How often one who waits for something else should look. */
    static final Duration POLL = Duration.ofMillis(200);

    private final CountDownLatch asked = new CountDownLatch(1);
    private volatile boolean urgent;

    /** Takes a signal: Ctrl-C, or any second one, is urgent. */
    synchronized void signal(String name) {
        urgent |= name.equals("SIGINT") || asked.getCount() == 0;
        asked.countDown();
    }

    void await() throws InterruptedException {
        asked.await();
    }

    boolean isUrgent() {
        return urgent;
    }
}
