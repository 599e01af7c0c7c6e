package dev.lockstep.riscv.command;

import dev.lockstep.proto.v1.GuestState;
import dev.lockstep.riscv.Executor;
import dev.lockstep.riscv.GuestEvents;
import dev.lockstep.riscv.GuestMachine;
import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.HostCallListener;
import dev.lockstep.riscv.InputSource;
import dev.lockstep.riscv.Recording;
import dev.lockstep.riscv.block.BlockReader;
import dev.lockstep.riscv.elf.GuestProgram;
import dev.lockstep.riscv.linux.Launch;
import dev.lockstep.riscv.memory.GuestMemory;
import dev.lockstep.riscv.snapshot.GuestSources;

import org.jspecify.annotations.Nullable;

import java.io.Closeable;
import java.io.IOException;
import java.util.function.Consumer;

/** The one guest of an engine's process: its hart and memory, what it runs on, who executes it. */
final class Guest implements Closeable {
    private final Hart hart = new Hart();
    private final GuestMemory memory;
    private final GuestProgram program;
    private final Machine machine;
    private final Launch launch;
    private final EngineMaker maker;
    private final int split;
    private final Ending ending;
    private long bootedNanos;

    /** Makes what is the engine's own. */
    interface EngineMaker {
        /** Returns an engine for one guest, as {@link EngineCommand#engine} does. */
        Executor engine(GuestMemory memory, BlockReader reader, Hart hart, Recording recording);

        /** Returns what serves a guest on a machine, as {@link EngineCommand#machine} does. */
        default GuestMachine machine(GuestMachine begun) {
            return begun;
        }
    }

    /** What remains to be done when a guest has ended, while it is still there. */
    interface Ending {
        /**
         * Does it.
         *
         * @param nanos how long the guest ran
         */
        void accept(Guest guest, long nanos) throws IOException;
    }

    /**
     * @param split end blocks after so many instructions, too
     */
    Guest(
            GuestProgram program,
            Machine machine,
            long memoryBytes,
            Launch launch,
            EngineMaker maker,
            int split,
            Ending ending) {
        this.program = program;
        this.machine = machine;
        this.launch = launch;
        this.maker = maker;
        this.split = split;
        this.ending = ending;
        memory = new GuestMemory(memoryBytes);
    }

    Hart hart() {
        return hart;
    }

    GuestMemory memory() {
        return memory;
    }

    /** Notices from now on what memory is filled from; belongs before the guest is begun. */
    GuestSources trackSources() {
        return new GuestSources(program, memory);
    }

    /** Brings the guest before its first instruction; see {@link Machine#boot}. */
    GuestMachine boot(
            InputSource inputs,
            HostCallListener hostCalls,
            GuestEvents events,
            Consumer<String> notes) {
        GuestMachine booted =
                machine.boot(program, launch, memory, hart, inputs, hostCalls, events, notes);
        bootedNanos = System.nanoTime();
        return maker.machine(booted);
    }

    /**
     * Brings the guest, whose memory was restored, to where a state was taken; see {@link
     * Machine#resume}.
     */
    GuestMachine resume(
            GuestState state,
            InputSource inputs,
            HostCallListener hostCalls,
            GuestEvents events,
            Consumer<String> notes) {
        GuestMachine resumed =
                machine.resume(
                        program, launch, memory, hart, state, inputs, hostCalls, events, notes);
        bootedNanos = System.nanoTime();
        return resumed;
    }

    /**
     * Returns an engine for the guest.
     *
     * @param cutPc blocks end before this address; null for no such address
     */
    Executor engine(@Nullable Long cutPc, Recording recording) {
        return maker.engine(memory, new BlockReader(memory, hart, cutPc, split), hart, recording);
    }

    /** Returns one of the same kind whose blocks are single instructions. */
    Executor singleStepper(Recording recording) {
        return maker.engine(memory, BlockReader.ofSingleSteps(memory, hart), hart, recording);
    }

    /** The guest has ended. */
    void ended() throws IOException {
        ending.accept(this, System.nanoTime() - bootedNanos);
    }

    @Override
    public void close() {
        memory.close();
    }
}
