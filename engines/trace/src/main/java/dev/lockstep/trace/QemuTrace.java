package dev.lockstep.trace;

import dev.lockstep.isa.Instruction;
import dev.lockstep.riscv.GuestExit;
import dev.lockstep.riscv.command.Abilities;
import dev.lockstep.riscv.command.EngineException;
import dev.lockstep.riscv.memory.GuestMemory;
import dev.lockstep.riscv.told.ToldStep;
import dev.lockstep.trace.QemuVisit.Leaving;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.OptionalInt;
import java.util.function.Consumer;

/**
 * The log that qemu-riscv64 writes with {@code -strace -d exec,nochain}: where each of its blocks
 * begins. What lies between is read from the program's code, for within a block the guest goes
 * straight on.
 */
final class QemuTrace implements Trace {
    private static final Abilities ABILITIES = Abilities.ofPath();

    private final TraceText text;
    private final QemuVisits visits;
    private final Consumer<String> notes;
    private boolean hasBegun;
    private boolean hasNoted;

    /** The block that comes after the one that is being told. */
    private @Nullable QemuVisit coming;

    /** The steps of the block that is being told, and how many of them were. */
    private Way way = new Way(0, new QemuBlock(List.of(), List.of(0L)), null);

    private int told;

    /**
     * What was executed of a block.
     *
     * @param size how many of its instructions
     * @param last the last of them
     */
    private record Way(int size, QemuBlock block, @Nullable ToldStep last) {}

    /**
     * Begins before the first block, whose code is not loaded yet.
     *
     * @param notes is told what a user should know
     * @throws EngineException if the log has no use
     */
    QemuTrace(TraceText text, GuestMemory memory, Consumer<String> notes) {
        this.text = text;
        this.notes = notes;
        visits = new QemuVisits(text, new QemuCode(memory));
        visits.check();
    }

    @Override
    public Abilities abilities() {
        return ABILITIES;
    }

    @Override
    public ToldStep next() {
        if (told == way.size()) {
            way = wayThrough(advance());
            told = 0;
        }
        int index = told++;
        ToldStep last = way.last();
        if (last != null && index == way.size() - 1) {
            return last;
        }
        QemuBlock block = way.block();
        return completed(block, index, block.addresses().get(index + 1));
    }

    private QemuVisit advance() {
        if (!hasBegun) {
            hasBegun = true;
            coming = visits.next();
        }
        QemuVisit now = coming;
        if (now == null || now.leaving() == Leaving.UNTOLD) {
            throw new EngineException(
                    "%s: ends in its first block (expected: a run of the program)"
                            .formatted(text.file()));
        }
        coming = visits.next();
        return now;
    }

    private Way wayThrough(QemuVisit now) {
        QemuBlock block = now.block();
        return switch (now.leaving()) {
            case GOES_ON -> goesOn(now);
            case EXITED -> whole(block, block.end(), GuestExit.Reason.EXITED, now.status());
            case HANDLED, SIGNALED -> signalled(now);
            case UNTOLD -> throw new IllegalStateException("the step before was the last");
        };
    }

    private Way goesOn(QemuVisit now) {
        QemuBlock block = now.block();
        OptionalInt inside = block.sizeUpTo(now.nextPc());
        if (!block.leadsTo(now.nextPc()) && inside.isPresent()) {
            int size = inside.getAsInt(); // QEMU ended this block before its usual end.
            return new Way(size, block, ended(completed(block, size - 1, now.nextPc())));
        }
        if (!block.leadsTo(now.nextPc())) {
            noteOnce(now);
        }
        return new Way(
                block.size(), block, ended(completed(block, block.size() - 1, now.nextPc())));
    }

    /** What comes next may be the block of which nobody knows how it was left. */
    private ToldStep ended(ToldStep step) {
        boolean isLast = coming == null || coming.leaving() == Leaving.UNTOLD;
        return isLast ? step.asLast(ToldStep.UNTOLD) : step;
    }

    private void noteOnce(QemuVisit now) {
        if (!hasNoted) {
            hasNoted = true;
            notes.accept(
                    "%s, line %d: QEMU goes to 0x%x, where %s cannot lead; without -strace the log does not tell a signal from a fault"
                            .formatted(
                                    text.file(),
                                    now.lineNumber(),
                                    now.nextPc(),
                                    now.block().last().op().mnemonic()));
        }
    }

    /** A signal comes of a call, or of an instruction that trapped. */
    private Way signalled(QemuVisit now) {
        QemuBlock block = now.block();
        boolean ends = now.leaving() == Leaving.SIGNALED;
        if (block.isCall()) {
            return ends
                    ? whole(block, block.end(), GuestExit.Reason.SIGNALED, now.status())
                    : goesOn(now);
        }
        OptionalInt trapping = block.trapping(now.status());
        if (trapping.isEmpty()) {
            throw new EngineException(
                    "%s, line %d: a signal in a block where several instructions, or none, can have trapped: the log does not say which"
                            .formatted(text.file(), now.lineNumber()));
        }
        int index = trapping.getAsInt();
        Instruction in = block.instructions().get(index);
        long pc = block.addresses().get(index);
        GuestExit exit = ends ? new GuestExit(GuestExit.Reason.SIGNALED, now.status()) : null;
        long nextPc = ends ? pc : now.nextPc();
        ToldStep trap = new ToldStep(pc, in.raw(), QemuBlock.causeOf(in), List.of(), nextPc, exit);
        return new Way(index + 1, block, ends ? trap : ended(trap));
    }

    private static Way whole(QemuBlock block, long nextPc, GuestExit.Reason how, int status) {
        ToldStep last = completed(block, block.size() - 1, nextPc);
        return new Way(block.size(), block, last.asLast(new GuestExit(how, status)));
    }

    private static ToldStep completed(QemuBlock block, int index, long nextPc) {
        return new ToldStep(
                block.addresses().get(index),
                block.instructions().get(index).raw(),
                ToldStep.NO_TRAP,
                List.of(),
                nextPc,
                null);
    }

    /** The way of a guest is told once: it has no past to look at. */
    @Override
    public Runnable checkpoint() {
        return () -> {
            throw new IllegalStateException("a log of blocks cannot be told again");
        };
    }
}
