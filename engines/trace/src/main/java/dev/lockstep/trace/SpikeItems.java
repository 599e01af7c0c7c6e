package dev.lockstep.trace;

import dev.lockstep.riscv.told.ToldStep;
import dev.lockstep.trace.SpikeLine.Commit;
import dev.lockstep.trace.SpikeLine.Fetched;
import dev.lockstep.trace.SpikeLine.Remark;
import dev.lockstep.trace.SpikeLine.Trapped;

import org.jspecify.annotations.Nullable;

import java.util.List;

/** The instructions of Spike's log, of which one can have several lines. */
final class SpikeItems {
    /** Lines of instructions none of which is committed, after which the log is of no use. */
    private static final int UNCOMMITTED_LINES = 4096;

    private final TraceText text;

    /** What is about to be executed. */
    private @Nullable Fetched fetched;

    private boolean tellTraps;
    private int uncommitted;

    SpikeItems(TraceText text) {
        this.text = text;
    }

    /** Returns whether the log has a line for each trap. */
    boolean tellTraps() {
        return tellTraps;
    }

    /** Returns the next instruction; null at the end. */
    @Nullable SpikeItem next() {
        while (text.advance()) {
            SpikeItem item = item(read());
            if (item != null) {
                fetched = null;
                uncommitted = 0;
                return item;
            }
        }
        return null;
    }

    private SpikeLine read() {
        try {
            return SpikeLine.read(text.line());
        } catch (IllegalArgumentException e) {
            throw text.wrong(String.valueOf(e.getMessage()));
        }
    }

    private @Nullable SpikeItem item(SpikeLine line) {
        return switch (line) {
            case Remark() -> null;
            case Fetched next -> {
                fetch(next);
                yield null;
            }
            case Commit done ->
                    new SpikeItem(
                            done.privilege(),
                            done.pc(),
                            done.instruction(),
                            ToldStep.NO_TRAP,
                            done.changes());
            case Trapped trap -> {
                Fetched last = fetched;
                int instruction = last != null && last.pc() == trap.pc() ? last.instruction() : 0;
                yield new SpikeItem(0, trap.pc(), instruction, trap.cause(), List.of());
            }
        };
    }

    private void fetch(Fetched next) {
        fetched = next;
        tellTraps = true;
        uncommitted++;
        if (uncommitted > UNCOMMITTED_LINES) {
            throw text.wrong(
                    "%d instructions, and nothing of what they did (expected: spike --log-commits)"
                            .formatted(uncommitted));
        }
    }

    /** Returns what brings it back to where it is now: behind an instruction. */
    Runnable checkpoint() {
        TraceText.Place place = text.place();
        return () -> {
            text.goTo(place);
            fetched = null;
            uncommitted = 0;
        };
    }
}
