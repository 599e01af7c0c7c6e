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
        Registers.load(hart, registers);
        core.begin(stepLimit);
        Entry entry = entries.at(hart.pc);
        while (entry != core.trapped && core.credit > 0 && core.hasRoom(1)) {
            entry = traceWithinLimits(entry) == null ? executeBlock(entry) : executeTraces(entry);
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
     * Executes traces that are linked and returns the first entry that has none, or whose trace
     * might have to stop in the middle.
     *
     * <p>Hot path: everything runs here.
     */
    private Entry executeTraces(Entry first) {
        Entry entry = first;
        inTrace = true;
        try {
            Node trace = traceWithinLimits(entry);
            for (int i = 0; i < LOOP_TRACES && trace != null; i++) {
                entry = trace.run(core, registers, memory, core.digest);
                trace = traceWithinLimits(entry);
            }
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
        return entry.steps < core.credit && core.hasRoom(entry.blocks) ? entry.trace : null;
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
