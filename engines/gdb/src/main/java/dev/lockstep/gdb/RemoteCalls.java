package dev.lockstep.gdb;

import dev.lockstep.gdb.StopReply.Stopped;
import dev.lockstep.riscv.memory.GuestMemory;
import dev.lockstep.riscv.memory.Permissions;

import java.util.function.LongPredicate;

/**
 * Has the stub's process change its address space, by the guest's own ecall: registers and pc are
 * set, and it goes on as far as the instruction behind. Registers are not what they were then.
 */
final class RemoteCalls {
    /** Which register says which call it is. */
    static final int NUMBER_REGISTER = 17;

    private static final int MUNMAP = 215;
    private static final int MMAP = 222;
    private static final int MPROTECT = 226;

    /** Private, anonymous, exactly there. */
    private static final long MAP_FLAGS = 0x32;

    private static final long NO_FILE = -1;

    private static final int FIRST_ARGUMENT = 10;
    private static final int ECALL = 0x73;
    private static final int ECALL_BYTES = 4;
    private static final long NOWHERE = -1;

    private final GdbStub stub;
    private final RemoteRegisters registers;
    private final GuestMemory memory;
    private final LongPredicate isExecutable;
    private long ecall = NOWHERE;

    /**
     * @param isExecutable says whether code at an address can be executed in the stub
     */
    RemoteCalls(
            GdbStub stub,
            RemoteRegisters registers,
            GuestMemory memory,
            LongPredicate isExecutable) {
        this.stub = stub;
        this.registers = registers;
        this.memory = memory;
        this.isExecutable = isExecutable;
    }

    /** Maps zero-filled pages, replacing what the range held. */
    void map(long address, long length, Permissions permissions) {
        call(MMAP, address, address, length, bits(permissions), MAP_FLAGS, NO_FILE, 0);
    }

    void unmap(long address, long length) {
        call(MUNMAP, 0, address, length);
    }

    void protect(long address, long length, Permissions permissions) {
        call(MPROTECT, 0, address, length, bits(permissions));
    }

    private static long bits(Permissions permissions) {
        return (permissions.read() ? 1 : 0)
                | (permissions.write() ? 2 : 0)
                | (permissions.execute() ? 4 : 0);
    }

    private void call(int number, long expected, long... arguments) {
        registers.set(NUMBER_REGISTER, number);
        for (int i = 0; i < arguments.length; i++) {
            registers.set(FIRST_ARGUMENT + i, arguments[i]);
        }
        long from = ecall();
        registers.set(RegisterMap.PC, from);
        execute(from);
        registers.load();
        long result = registers.x(FIRST_ARGUMENT);
        if (registers.pc() != from + ECALL_BYTES || result != expected) {
            throw new StubException(
                    "system call %d at 0x%x in the stub's process gave 0x%x, pc 0x%x (expected: 0x%x, pc 0x%x)"
                            .formatted(
                                    number,
                                    from,
                                    result,
                                    registers.pc(),
                                    expected,
                                    from + ECALL_BYTES));
        }
    }

    /** To a breakpoint, since some emulators count no step for an ecall and go on to the next. */
    private void execute(long from) {
        boolean isSet = stub.setBreakpoint(from + ECALL_BYTES);
        StopReply reply = isSet ? stub.resume() : stub.step();
        if (isSet) {
            stub.clearBreakpoint(from + ECALL_BYTES);
        }
        if (!(reply instanceof Stopped)) {
            throw new StubException(
                    "the stub's process is gone after a system call at 0x%x: %s"
                            .formatted(from, reply));
        }
    }

    /** Returns where an ecall is: there are the same bytes in the stub's memory. */
    private long ecall() {
        if (ecall == NOWHERE || !isEcall(ecall)) {
            ecall = NOWHERE;
            memory.forEachUsedPage(page -> {
                if (ecall == NOWHERE && isExecutable.test(page)) {
                    ecall = ecallIn(page);
                }
            });
        }
        if (ecall == NOWHERE) {
            throw new StubException(
                    "the guest's code has no ecall, by which its address space could be changed in"
                            + " the stub");
        }
        return ecall;
    }

    private long ecallIn(long page) {
        for (long at = page; at <= page + GuestMemory.PAGE_BYTES - ECALL_BYTES; at += 2) {
            if (isEcall(at)) {
                return at;
            }
        }
        return NOWHERE;
    }

    private boolean isEcall(long address) {
        return isExecutable.test(address) && memory.loadInt(address) == ECALL;
    }
}
