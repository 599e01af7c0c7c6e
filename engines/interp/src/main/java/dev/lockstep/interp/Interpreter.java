package dev.lockstep.interp;

import dev.lockstep.riscv.Executor;
import dev.lockstep.riscv.GuestTrap;
import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.Recording;
import dev.lockstep.riscv.Stop;
import dev.lockstep.riscv.TrapCause;
import dev.lockstep.riscv.block.BlockReader;
import dev.lockstep.riscv.memory.GuestMemory;

import org.jspecify.annotations.Nullable;

import java.util.function.Function;

/**
 * Executes RV64 by nodes. What an instruction means stands in {@link Meaning}, {@link FloatUnit},
 * {@link Atomics} and {@link Csrs}; here is only how traces and blocks follow each other.
 *
 * <p>A trace is executed only where nothing can keep it from being executed to its end. Where a
 * limit is near, and where code is new, single blocks are.
 */
public final class Interpreter implements Executor {
    /** Traces before the hot loop is left, so that HotSpot can replace it by a better version. */
    private static final int LOOP_TRACES = 10_000;

    private final GuestMemory memory;
    private final Hart hart;
    private final Entries entries = new Entries();
    private final Translator translator;
    private final long[] registers = Registers.create();
    private final Core core;

    /** Whether a trace is executed, so that changed code must not be executed to its end. */
    private boolean inTrace;

    /**
     * Creates an interpreter that becomes the code listener of {@code memory}.
     *
     * @param recording what is reported
     */
    public Interpreter(GuestMemory memory, BlockReader reader, Hart hart, Recording recording) {
        this.memory = memory;
        this.hart = hart;
        translator = new Translator(reader, entries, recording);
        core = new Core(hart, memory, registers, entries, recording);
        memory.addCodeListener(this::changeCode);
    }

    @Override
    public Stop run(long stepLimit) {
        return run(stepLimit, this::traceWithinLimits);
    }

    @Override
    public Stop runPast(long stepLimit) {
        return run(stepLimit, this::traceWithRoom);
    }

    /**
     * Nothing has to be brought back. Which traces there are changes nothing unless a node for
     * several instructions is wrong; the traces that were made stay, and such a node stays in them.
     * Where the past has other code, memory tells of its pages as they are brought back.
     */
    @Override
    public Runnable checkpoint() {
        return () -> {};
    }

    /**
     * @param traces returns the trace to execute at an entry where the hot loop is entered, or null
     *     for its block alone
     */
    private Stop run(long stepLimit, Function<Entry, @Nullable Node> traces) {
        Registers.load(hart, registers);
        core.begin(stepLimit);
        Entry entry = entries.at(hart.pc);
        while (entry != core.trapped && core.credit > 0 && core.hasRoom(1)) {
            Node trace = traces.apply(entry);
            entry = trace == null ? executeBlock(entry) : executeTraces(trace);
        }
        core.end();
        Registers.save(registers, hart);
        if (entry == core.trapped) {
            return switch (hart.trapCause) {
                case TrapCause.ECALL_FROM_U -> Stop.ECALL;
                case TrapCause.TIME_READ -> Stop.TIME;
                default -> Stop.TRAP;
            };
        }
        hart.pc = entry.pc;
        return core.credit > 0 ? Stop.RECORDS_FULL : Stop.LIMIT;
    }

    @Override
    public void invalidate(long address, long length) {
        entries.invalidate(address, length);
    }

    private void changeCode(long address, long length) {
        if (inTrace) {
            throw new CodeChange(address, length);
        }
        entries.invalidate(address, length);
    }

    /**
     * Executes a trace and those that follow it, and returns the first entry that has none, or
     * whose trace might have to stop in the middle.
     *
     * <p>Hot path: everything runs here.
     */
    private Entry executeTraces(Node first) {
        inTrace = true;
        try {
            Node trace = first;
            Entry entry;
            int left = LOOP_TRACES;
            do {
                entry = trace.run(core, registers, memory, core.digest);
                trace = traceWithinLimits(entry);
            } while (trace != null && --left > 0);
            return entry;
        } catch (GuestTrap trap) {
            return core.trap(trap.cause(), trap.value());
        } catch (CodeChange change) {
            inTrace = false;
            return completeBlock(change);
        } finally {
            inTrace = false;
        }
    }

    private @Nullable Node traceWithinLimits(Entry entry) {
        return entry.steps < core.credit ? traceWithRoom(entry) : null;
    }

    /** Returns the trace of an entry even if the step limit is inside it. */
    private @Nullable Node traceWithRoom(Entry entry) {
        return core.hasRoom(entry.blocks) ? entry.trace : null;
    }

    /** Repeats the store to code, and executes the rest of its block as it was before. */
    private Entry completeBlock(CodeChange change) {
        Row store = core.countToStop();
        entries.invalidate(change.address(), change.length());
        return execute(translator.rest(store));
    }

    /** Executes the block at {@code start}, which may not have been known until now. */
    private Entry executeBlock(Entry start) {
        entries.limit();
        Entry entry = entries.at(start.pc);
        Entry successor = execute(translator.block(entry));
        translator.count(entry, successor);
        return successor;
    }

    private Entry execute(Node trace) {
        try {
            return trace.run(core, registers, memory, core.digest);
        } catch (GuestTrap trap) {
            return core.trap(trap.cause(), trap.value());
        }
    }
}
