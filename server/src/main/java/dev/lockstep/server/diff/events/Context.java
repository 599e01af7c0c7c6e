package dev.lockstep.server.diff.events;

import dev.lockstep.server.diff.events.PairResult.EventPair;

import java.util.ArrayList;
import java.util.List;

/**
 * The last pairs of equal events. Only where they stand is noted, and where a reader was a while
 * before, from which they can be reached again.
 */
final class Context {
    private static final int CAPACITY = 5;
    private static final int MARK_DISTANCE = 1024;

    private final Places reference;
    private final Places subject;
    private long count;

    /** Creates it for two readers at their beginnings. */
    Context(ThreadLog.Reader reference, ThreadLog.Reader subject) {
        this.reference = new Places(reference);
        this.subject = new Places(subject);
    }

    /** Notes a pair; the readers stand at it. */
    void add(ThreadLog.Reader referenceReader, ThreadLog.Reader subjectReader) {
        reference.add(referenceReader, count);
        subject.add(subjectReader, count);
        count++;
    }

    /** Returns the last pairs, the oldest first. */
    List<EventPair> pairs(IndexedLog referenceLog, IndexedLog subjectLog) {
        List<ShownEvent> left = reference.events(referenceLog, count);
        List<ShownEvent> right = subject.events(subjectLog, count);
        List<EventPair> pairs = new ArrayList<>();
        for (int i = 0; i < left.size(); i++) {
            pairs.add(new EventPair(left.get(i), right.get(i)));
        }
        return pairs;
    }

    /** Where the last events of one side stand. */
    private static final class Places {
        private final long[] positions = new long[CAPACITY];
        private ThreadLog.Reader olderMark;
        private ThreadLog.Reader mark;

        Places(ThreadLog.Reader reader) {
            this.olderMark = reader.copy();
            this.mark = olderMark;
        }

        void add(ThreadLog.Reader reader, long number) {
            positions[(int) (number % CAPACITY)] = reader.position();
            if (number % MARK_DISTANCE == 0) {
                olderMark = mark;
                mark = reader.copy();
            }
        }

        List<ShownEvent> events(IndexedLog log, long count) {
            List<ShownEvent> events = new ArrayList<>();
            ThreadLog.Reader reader = olderMark.copy();
            for (long number = Math.max(0, count - CAPACITY); number < count; number++) {
                while (reader.position() < positions[(int) (number % CAPACITY)]) {
                    reader.advance();
                }
                events.add(log.shown(reader));
            }
            return events;
        }
    }
}
