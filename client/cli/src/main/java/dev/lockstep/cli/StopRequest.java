package dev.lockstep.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** Whether, and how urgently, signals ask a server to stop. Thread-safe. */
final class StopRequest {
    /** How often one who waits for something else should look. */
    static final Duration POLL = Duration.ofMillis(200);

    private final CountDownLatch asked = new CountDownLatch(1);
    private volatile boolean urgent;

    /**
     * Returns whether a repeated signal can mean haste. A terminal that is closed sends SIGHUP
     * twice, by the shell and by the kernel.
     */
    static boolean canPress(String signal) {
        return !signal.equals("SIGHUP");
    }

    /** Takes a signal: Ctrl-C is urgent, and what comes after another one, but for SIGHUP. */
    synchronized void signal(String name) {
        urgent |= name.equals("SIGINT") || (asked.getCount() == 0 && canPress(name));
        asked.countDown();
    }

    void await() throws InterruptedException {
        asked.await();
    }

    boolean isUrgent() {
        return urgent;
    }
}
