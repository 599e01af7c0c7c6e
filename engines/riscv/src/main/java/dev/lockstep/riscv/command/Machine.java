package dev.lockstep.riscv.command;

import dev.lockstep.proto.v1.GuestState;
import dev.lockstep.riscv.GuestEvents;
import dev.lockstep.riscv.GuestMachine;
import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.HostCallListener;
import dev.lockstep.riscv.InputSource;
import dev.lockstep.riscv.StateException;
import dev.lockstep.riscv.bare.BareMachine;
import dev.lockstep.riscv.elf.GuestProgram;
import dev.lockstep.riscv.linux.Launch;
import dev.lockstep.riscv.linux.LinuxMachine;
import dev.lockstep.riscv.memory.GuestMemory;

import java.util.Locale;
import java.util.function.Consumer;

/** What a guest runs on. */
enum Machine {
    /** A process of Linux. */
    LINUX(GuestMemory.LINUX_SIZE_BYTES) {
        @Override
        GuestMachine boot(
                GuestProgram guest,
                Launch launch,
                GuestMemory memory,
                Hart hart,
                InputSource inputs,
                HostCallListener hostCalls,
                GuestEvents events,
                Consumer<String> notes) {
            return LinuxMachine.boot(guest, launch, memory, hart, inputs, hostCalls, events, notes);
        }

        @Override
        GuestMachine resume(
                GuestProgram guest,
                Launch launch,
                GuestMemory memory,
                Hart hart,
                GuestState state,
                InputSource inputs,
                HostCallListener hostCalls,
                GuestEvents events,
                Consumer<String> notes) {
            return LinuxMachine.resume(
                    guest, launch, memory, hart, state, inputs, hostCalls, events, notes);
        }
    },

    /** A machine without an operating system. */
    BARE(BareMachine.MEMORY_BYTES) {
        @Override
        GuestMachine boot(
                GuestProgram guest,
                Launch launch,
                GuestMemory memory,
                Hart hart,
                InputSource inputs,
                HostCallListener hostCalls,
                GuestEvents events,
                Consumer<String> notes) {
            if (launch.arguments().size() > 1 || !launch.environment().isEmpty()) {
                notes.accept("a bare machine has no arguments and no environment to pass on");
            }
            return BareMachine.boot(guest, memory, hart, inputs, hostCalls, events, notes);
        }

        @Override
        GuestMachine resume(
                GuestProgram guest,
                Launch launch,
                GuestMemory memory,
                Hart hart,
                GuestState state,
                InputSource inputs,
                HostCallListener hostCalls,
                GuestEvents events,
                Consumer<String> notes) {
            return BareMachine.resume(guest, memory, hart, state, inputs, hostCalls, events, notes);
        }
    };

    private final long memoryBytes;

    Machine(long memoryBytes) {
        this.memoryBytes = memoryBytes;
    }

    /** Returns the machine a program was made for. */
    static Machine of(GuestProgram guest) {
        return BareMachine.isFor(guest) ? BARE : LINUX;
    }

    /** Returns how much memory guests find unless another size is asked for. */
    long memoryBytes() {
        return memoryBytes;
    }

    /** Returns what engines of one run must agree on. */
    String description(long memoryBytes) {
        return "%s 0x%x".formatted(name().toLowerCase(Locale.ROOT), memoryBytes);
    }

    /**
     * Loads a program into an empty memory and sets the hart to its first instruction.
     *
     * @param events takes what happens to the guest
     * @param notes is told, once each, of what the guest asks for and cannot have
     */
    abstract GuestMachine boot(
            GuestProgram guest,
            Launch launch,
            GuestMemory memory,
            Hart hart,
            InputSource inputs,
            HostCallListener hostCalls,
            GuestEvents events,
            Consumer<String> notes);

    /**
     * Has a guest go on from a state, memory being as it was then: nothing is loaded, and the world
     * is asked nothing.
     *
     * @param state what machine and, where the world is asked, world said
     * @param events takes what happens to the guest from then on
     * @param notes is told, once each, of what the guest asks for and cannot have
     * @throws StateException if it cannot, before anything has changed
     */
    abstract GuestMachine resume(
            GuestProgram guest,
            Launch launch,
            GuestMemory memory,
            Hart hart,
            GuestState state,
            InputSource inputs,
            HostCallListener hostCalls,
            GuestEvents events,
            Consumer<String> notes);
}
