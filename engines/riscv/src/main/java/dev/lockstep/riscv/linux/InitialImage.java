package dev.lockstep.riscv.linux;

import dev.lockstep.isa.elf.ElfFile;
import dev.lockstep.isa.elf.LinuxLayout;
import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.InputSource;
import dev.lockstep.riscv.elf.GuestProgram;
import dev.lockstep.riscv.elf.ProgramImage;
import dev.lockstep.riscv.memory.GuestMemory;
import dev.lockstep.riscv.memory.Permissions;
import dev.lockstep.sdk.InputAnswer;
import dev.lockstep.sdk.InputCall;

import java.util.List;

/**
 * Places everything a process has before its first instruction, in the order and places of
 * qemu-user 7.2.
 */
final class InitialImage {
    /**
     * Number of the input that gives the process id, and for the stack the random bytes and the ids
     * of user and group: no instruction asks for it.
     */
    static final long START_INPUT = -1;

    static final long STACK_BYTES = 8 << 20;

    private static final int RANDOM_BYTES = 16;
    private static final int STACK_POINTER = 2;

    private static final int LI_A7_RT_SIGRETURN = 0x08b00893;
    private static final int ECALL = 0x00000073;

    private final GuestProgram program;
    private final ElfFile elf;
    private final ProgramImage image;
    private final GuestMemory memory;
    private final AddressSpace space;

    InitialImage(GuestProgram program, GuestMemory memory, AddressSpace space) {
        this.program = program;
        elf = program.elf();
        image = new ProgramImage(program);
        this.memory = memory;
        this.space = space;
    }

    /**
     * What the machine has to know of the image.
     *
     * @param signalReturn address that handlers of signals return to
     */
    record Start(long signalReturn, long processId, int userId) {
        /** For a guest that begins from a state, which says it. */
        static final Start UNKNOWN = new Start(0, 0, 0);
    }

    Start build(Launch launch, Hart hart, InputSource inputs) {
        long bias = placeProgram();
        long stackTop = placeStack();
        Placed start = program.interpreter().map(this::placeInterpreter).orElse(placed(bias));
        long signalReturn = placeSignalReturn();
        releaseHeapReserve(bias);

        InitialStack stack = new InitialStack(memory, stackTop);
        hart.x[STACK_POINTER] =
                stack.build(
                        launch.arguments().getFirst(),
                        launch.arguments(),
                        launch.environment(),
                        auxiliary(bias, start.base()));
        hart.pc = start.entry();
        long processId = askTheWorld(stack, hart.pc, inputs);
        return new Start(
                signalReturn, processId, InitialStack.userId(memory, stack.identityAddress()));
    }

    /**
     * What starts first: the program, or its interpreter.
     *
     * @param base address of the interpreter, 0 without one
     */
    private record Placed(long base, long entry) {}

    private Placed placed(long bias) {
        return new Placed(0, elf.entry() + bias);
    }

    private Placed placeInterpreter(GuestProgram interpreter) {
        ProgramImage loader = new ProgramImage(interpreter);
        long size = AddressSpace.pageUp(loader.high()) - loader.low();
        boolean chosen = !interpreter.elf().isPositionIndependent();
        long bias = chosen ? 0 : place(loader.low(), size) - loader.low();
        loader.load(memory, bias);
        reserve(loader.low() + bias, loader.low() + bias + size);
        return new Placed(loader.low() + bias, interpreter.elf().entry() + bias);
    }

    private long placeProgram() {
        long end = AddressSpace.pageUp(image.high() + LinuxLayout.HEAP_RESERVE_BYTES);
        long bias = LinuxLayout.bias(elf, memory.sizeBytes());
        image.load(memory, bias);
        reserve(image.low() + bias, Math.min(end + bias, memory.sizeBytes()));
        return bias;
    }

    // Holes between segments stay inaccessible, but are not given to later mappings either.
    private void reserve(long start, long end) {
        memory.reserve(start, end - start);
    }

    private void releaseHeapReserve(long bias) {
        long start = AddressSpace.pageUp(image.high() + bias);
        long end = Math.min(start + LinuxLayout.HEAP_RESERVE_BYTES, memory.sizeBytes());
        memory.unmap(start, end - start);
        space.startHeap(start);
    }

    private long placeStack() {
        long size = AddressSpace.PAGE + STACK_BYTES;
        long guard = place(0, size);
        memory.map(guard, size, Permissions.READ_WRITE);
        memory.protect(guard, AddressSpace.PAGE, Permissions.NONE);
        return guard + size;
    }

    private long placeSignalReturn() {
        long page = place(0, AddressSpace.PAGE);
        memory.map(page, AddressSpace.PAGE, Permissions.READ_WRITE);
        memory.storeInt(page, LI_A7_RT_SIGRETURN);
        memory.storeInt(page + Integer.BYTES, ECALL);
        memory.protect(page, AddressSpace.PAGE, Permissions.READ_EXECUTE);
        return page;
    }

    private long place(long hint, long size) {
        long address = space.find(hint, size);
        if (address == AddressSpace.NO_ROOM) {
            throw new IllegalArgumentException(
                    "guest memory of %d bytes has no room for program and stack"
                            .formatted(memory.sizeBytes()));
        }
        return address;
    }

    private InitialStack.Auxiliary auxiliary(long bias, long interpreterBase) {
        return new InitialStack.Auxiliary(
                image.low() + bias + elf.programHeaderOffset(),
                elf.programHeaders().size(),
                interpreterBase,
                elf.entry() + bias);
    }

    /** Places what the world has to tell and returns the process id. */
    private long askTheWorld(InitialStack stack, long pc, InputSource inputs) {
        InputCall call = new InputCall(0, pc, START_INPUT, List.of(), 0, 0);
        InputAnswer answer = inputs.obtain(call, () -> worldsAnswer(stack));
        for (InputAnswer.Write write : answer.writes()) {
            memory.write(write.address(), write.data(), 0, write.data().length);
        }
        return answer.value();
    }

    private static InputAnswer worldsAnswer(InitialStack stack) {
        byte[] identity = InitialStack.identity(HostProcess.userIds(), HostProcess.groupIds());
        return new InputAnswer(
                ProcessHandle.current().pid(),
                List.of(
                        new InputAnswer.Write(
                                stack.randomAddress(), HostRandom.bytes(RANDOM_BYTES)),
                        new InputAnswer.Write(stack.identityAddress(), identity)));
    }
}
