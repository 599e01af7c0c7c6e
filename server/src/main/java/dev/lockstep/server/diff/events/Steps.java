package dev.lockstep.server.diff.events;

import java.util.Optional;

/** Where a walk along two threads is, and how it goes on. For one thread. */
final class Steps {
    private final LogPair logs;
    private final Observer observer;
    private ThreadLog.Reader reference;
    private ThreadLog.Reader subject;

    /** Is told of what agrees. */
    interface Observer {
        /** Two events are equal; the readers stand at them. */
        void matched(ThreadLog.Reader reference, ThreadLog.Reader subject);

        /** Events of one side were absorbed. */
        void absorbed(Absorption.Absorbed absorbed);
    }

    /** Two events that differ for no good reason. */
    record Stop(Absorption.Standing standing, Mismatch mismatch) {}

    /** Creates it for readers that are its own from now on. */
    Steps(ThreadLog.Reader reference, ThreadLog.Reader subject, LogPair logs, Observer observer) {
        this.reference = reference;
        this.subject = subject;
        this.logs = logs;
        this.observer = observer;
    }

    /** Returns where a side stands: at an event that is compared, or at its end. */
    ThreadLog.Reader reader(Side side) {
        return side == Side.REFERENCE ? reference : subject;
    }

    /**
     * Goes on as far as both sides agree; returns where they do not. Empty where one has ended, or
     * where it cannot be said yet.
     */
    Optional<Stop> goOn() {
        while (isAtCompared(reference) && isAtCompared(subject)) {
            if (reference.fingerprint() == subject.fingerprint()) {
                match();
                continue;
            }
            // Fingerprints that differ may be of events that do not, or of events that may.
            Absorption.Standing standing = standing();
            Optional<Mismatch> mismatch =
                    logs.comparison().compare(standing.referenceEvent(), standing.subjectEvent());
            if (mismatch.isEmpty()) {
                match();
                continue;
            }
            switch (logs.absorption().at(standing)) {
                case Absorption.Absorbed absorbed -> leaveOut(absorbed);
                case Absorption.Undecided() -> {
                    return Optional.empty();
                }
                case Absorption.Nothing() -> {
                    return mismatch.map(it -> new Stop(standing, it));
                }
            }
        }
        return Optional.empty();
    }

    private Absorption.Standing standing() {
        return new Absorption.Standing(
                reference, logs.reference().at(reference), subject, logs.subject().at(subject));
    }

    /** Goes past local events; returns whether there is another one. */
    private static boolean isAtCompared(ThreadLog.Reader reader) {
        while (!reader.isAtEnd() && reader.isLocal()) {
            reader.advance();
        }
        return !reader.isAtEnd();
    }

    private void match() {
        observer.matched(reference, subject);
        reference.advance();
        subject.advance();
    }

    private void leaveOut(Absorption.Absorbed absorbed) {
        observer.absorbed(absorbed);
        if (absorbed.side() == Side.REFERENCE) {
            reference = absorbed.rest();
        } else {
            subject = absorbed.rest();
        }
    }

    /**
     * Goes past the events of a side whose other side has ended, as far as they are absorbed.
     * Returns how many are left; the reader stands at the first of them.
     */
    long countRest(Side side) {
        while (isAtCompared(reader(side))) {
            Optional<Absorption.Absorbed> absorbed =
                    logs.absorption().atEnd(side, logs.log(side).at(reader(side)), reader(side));
            if (absorbed.isEmpty()) {
                return compared(reader(side).copy());
            }
            leaveOut(absorbed.get());
        }
        return 0;
    }

    private static long compared(ThreadLog.Reader reader) {
        long count = 0;
        for (; isAtCompared(reader); reader.advance()) {
            count++;
        }
        return count;
    }

    /** Goes past so many compared events of a side. */
    void skip(Side side, int count) {
        for (int i = 0; i < count && isAtCompared(reader(side)); i++) {
            reader(side).advance();
        }
    }
}
