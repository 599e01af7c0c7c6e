package dev.lockstep.riscv.linux;

import dev.lockstep.isa.elf.Sysroot;
import dev.lockstep.proto.v1.GuestState;
import dev.lockstep.riscv.GuestEvents;
import dev.lockstep.riscv.GuestExit;
import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.InputSource;
import dev.lockstep.riscv.World;
import dev.lockstep.riscv.contract.MemoryCopy;
import dev.lockstep.riscv.elf.GuestProgram;
import dev.lockstep.riscv.memory.GuestMemory;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A booted program whose system calls a test makes itself. */
final class LinuxGuest implements AutoCloseable {
    static final Path HELLO = Path.of("../programs/bin/hello");

    final GuestMemory memory = new GuestMemory(GuestMemory.LINUX_SIZE_BYTES);
    final List<String> notes = new ArrayList<>();
    final Hart hart;
    final LinuxMachine machine;

    /** Free memory of the guest for what a call points to. */
    final long buffer;

    /** Numbers of the calls that were announced as ones that may take long. */
    final List<Long> announced = new ArrayList<>();

    LinuxGuest(Hart hart, InputSource inputs) {
        this(hart, inputs, "");
    }

    LinuxGuest(Hart hart, InputSource inputs, GuestEvents events) {
        this(hart, inputs, "", Sysroot.NONE, events);
    }

    /**
     * @param directory the guest's first current directory
     */
    LinuxGuest(Hart hart, InputSource inputs, String directory) {
        this(hart, inputs, directory, Sysroot.NONE);
    }

    /**
     * @param sysroot where its absolute paths are looked up first
     */
    LinuxGuest(Hart hart, InputSource inputs, String directory, Sysroot sysroot) {
        this(hart, inputs, directory, sysroot, GuestEvents.NONE);
    }

    private LinuxGuest(
            Hart hart, InputSource inputs, String directory, Sysroot sysroot, GuestEvents events) {
        this.hart = hart;
        machine =
                LinuxMachine.boot(
                        GuestProgram.read(HELLO.toString(), Sysroot.NONE),
                        new Launch(List.of(HELLO.toString()), List.of(), directory, sysroot),
                        memory,
                        hart,
                        inputs,
                        announced::add,
                        events,
                        notes::add);
        buffer = call(222, 0, 0x10000, 3, 0x22, -1, 0);
    }

    private LinuxGuest(LinuxGuest from, GuestState state, InputSource inputs) {
        hart = new Hart();
        MemoryCopy.copy(from.memory, memory);
        machine =
                LinuxMachine.resume(
                        GuestProgram.read(HELLO.toString(), Sysroot.NONE),
                        new Launch(List.of(HELLO.toString()), List.of(), "", Sysroot.NONE),
                        memory,
                        hart,
                        state,
                        inputs,
                        announced::add,
                        GuestEvents.NONE,
                        notes::add);
        buffer = from.buffer;
    }

    /** Returns what goes on from a state of this guest, its memory being as it is now. */
    LinuxGuest resumed(GuestState state, InputSource inputs) {
        return new LinuxGuest(this, state, inputs);
    }

    /** Returns the state of hart and machine. */
    GuestState state() {
        return GuestState.newBuilder()
                .setStep(hart.steps)
                .setPc(hart.pc)
                .setBlockCount(hart.blocks)
                .setMachine(machine.state())
                .build();
    }

    /** Returns the same with what stands behind it. */
    GuestState stateAndWorld() throws InterruptedException {
        try (World world = machine.world()) {
            return state().toBuilder().setWorld(world.state()).build();
        }
    }

    /** Makes a system call and returns its result. */
    long call(long number, long... arguments) {
        tryCall(number, arguments);
        return hart.x[10];
    }

    /** Makes a system call that may end the guest. */
    Optional<GuestExit> tryCall(long number, long... arguments) {
        System.arraycopy(arguments, 0, hart.x, 10, arguments.length);
        hart.x[17] = number;
        return machine.ecall();
    }

    /** Places a string at {@link #buffer} and returns its address. */
    long string(String text) {
        byte[] bytes = (text + "\0").getBytes(StandardCharsets.UTF_8);
        memory.write(buffer, bytes, 0, bytes.length);
        return buffer;
    }

    /** Returns the zero-terminated string at {@code address}. */
    String text(long address) {
        byte[] bytes = new byte[(int) memory.stringLength(address, Call.PATH_MAX)];
        memory.read(address, bytes, 0, bytes.length);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        memory.close();
    }
}
