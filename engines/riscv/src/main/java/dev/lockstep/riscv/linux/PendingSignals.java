package dev.lockstep.riscv.linux;

import dev.lockstep.riscv.Fields;
import dev.lockstep.riscv.Portable;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * The signals that were sent and not yet taken. Those to the thread are taken before those to the
 * process; of each, the lowest number first.
 */
final class PendingSignals implements Portable {
    /** Most that wait at a time; a further one is refused. */
    static final int LIMIT = 1024;

    private final Deque<SignalInfo> toThread = new ArrayDeque<>();
    private final Deque<SignalInfo> toProcess = new ArrayDeque<>();

    @Override
    public void exchange(Fields fields) {
        exchange("pending_thread", toThread, fields);
        exchange("pending_process", toProcess, fields);
        if (toThread.size() + toProcess.size() > LIMIT) {
            throw new IllegalArgumentException(
                    "%d pending signals (expected: at most %d)"
                            .formatted(toThread.size() + toProcess.size(), LIMIT));
        }
    }

    private static void exchange(String name, Deque<SignalInfo> queue, Fields fields) {
        List<SignalInfo> waiting =
                fields.list(name, List.copyOf(queue), SignalInfo.BLANK, SignalInfo::exchange);
        queue.clear();
        queue.addAll(waiting);
    }

    /** Adds a signal, unless it is one that is remembered once; false if there is no room. */
    boolean add(SignalInfo info, boolean forThread) {
        Deque<SignalInfo> queue = forThread ? toThread : toProcess;
        boolean known =
                info.signal() < Signal.FIRST_REALTIME && Signal.isIn(info.signal(), set(queue));
        if (!known && toThread.size() + toProcess.size() >= LIMIT) {
            return false;
        }
        if (!known) {
            queue.add(info);
        }
        return true;
    }

    /** Returns which signals wait. */
    long set() {
        return set(toThread) | set(toProcess);
    }

    private static long set(Deque<SignalInfo> queue) {
        long set = 0;
        for (SignalInfo info : queue) {
            set |= Signal.bit(info.signal());
        }
        return set;
    }

    /** Removes and returns the signal of {@code wanted} that is due first. */
    Optional<SignalInfo> take(long wanted) {
        Deque<SignalInfo> queue = (set(toThread) & wanted) != 0 ? toThread : toProcess;
        long due = set(queue) & wanted;
        return due == 0 ? Optional.empty() : Optional.of(remove(queue, Signal.first(due)));
    }

    private static SignalInfo remove(Deque<SignalInfo> queue, int signal) {
        Iterator<SignalInfo> each = queue.iterator();
        while (true) {
            SignalInfo info = each.next();
            if (info.signal() == signal) {
                each.remove();
                return info;
            }
        }
    }

    /** Forgets a signal. */
    void discard(int signal) {
        toThread.removeIf(info -> info.signal() == signal);
        toProcess.removeIf(info -> info.signal() == signal);
    }
}
