package dev.lockstep.server.run;

import dev.lockstep.proto.v1.InputReport;
import dev.lockstep.proto.v1.InputRequest;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Optional;

/**
 * Answers a reference from the record of an earlier run. Where the record ends, or has something
 * else, the reference waits, so that the subjects can come to the same place.
 */
final class Replay {
    private final Place reference;
    private final InputRecord record;
    private final List<InputReport> reports;
    private int next;
    private long askedCount;
    private boolean answering;

    /** What was asked that the record does not answer, null as long as it does. */
    private @Nullable String unanswered;

    Replay(Place reference, InputRecord record) {
        this.reference = reference;
        this.record = record;
        reports = record.reports();
    }

    /** Takes the next question of the reference. */
    void asked(InputRequest question) {
        askedCount++;
        if (next == reports.size()) {
            unanswered = "%s, which was not recorded%s".formatted(text(question), end());
        } else if (!isSame(question, reports.get(next).getRequest())) {
            unanswered =
                    "%s, where %s was recorded: it went another way than it did then"
                            .formatted(text(question), text(reports.get(next).getRequest()));
        }
    }

    /** Answers the reference as far as it may be. */
    void proceed() {
        if (answering) {
            return; // A subject that has taken a part asks for more.
        }
        answering = true;
        try {
            while (unanswered == null && reference.awaitsAnswer()) {
                reference.answer(reports.get(next).getResult());
                next++;
            }
        } catch (ProtocolException e) {
            unanswered = "what was recorded as input %d: %s".formatted(askedCount, e.text());
        } finally {
            answering = false;
        }
    }

    /**
     * Returns why the run cannot go on, once every subject has come to the question that is not
     * answered.
     *
     * @param passedInputs questions that all subjects have asked, too
     */
    Optional<String> end(long passedInputs) {
        return passedInputs < askedCount
                ? Optional.empty()
                : Optional.ofNullable(unanswered).map("the program asked for "::concat);
    }

    private String end() {
        return record.leftOutStep().isPresent()
                ? ": the record has no room for it"
                : ": the recorded run did not come so far";
    }

    private static boolean isSame(InputRequest asked, InputRequest recorded) {
        return asked.toBuilder()
                .clearOpenRecord()
                .build()
                .equals(recorded.toBuilder().clearOpenRecord().build());
    }

    private static String text(InputRequest question) {
        return "call %d%s at step %d, pc %s"
                .formatted(
                        question.getNumber(),
                        question.getArgumentsList().stream().map(Difference::hex).toList(),
                        question.getStep(),
                        Difference.hex(question.getPc()));
    }
}
