package dev.lockstep.riscv.bare;

import dev.lockstep.isa.elf.Symbol;
import dev.lockstep.isa.elf.SymbolTable;
import dev.lockstep.riscv.Fields;
import dev.lockstep.riscv.GuestExit;
import dev.lockstep.riscv.Portable;
import dev.lockstep.riscv.memory.GuestMemory;
import dev.lockstep.riscv.memory.Permissions;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The host-target interface of Berkeley's test programs: the guest stores a command to its variable
 * {@code tohost} and finds the answer in {@code fromhost}.
 *
 * <pre>
 *   | device u8 | command u8 | payload u48 |   from the top bit down
 *
 *   device 0, the host:     odd payload: ends the guest with status payload / 2
 *                           even payload: address of a system call, four words (number, three
 *                           arguments) of which the first becomes the result
 *   device 1, the console:  command 0 reads a byte, command 1 writes one
 * </pre>
 */
final class Htif implements Portable {
    static final String TO_HOST = "tohost";
    private static final String FROM_HOST = "fromhost";

    private static final int DEVICE_SHIFT = 56;
    private static final int COMMAND_SHIFT = 48;
    private static final long PAYLOAD_MASK = (1L << COMMAND_SHIFT) - 1;

    private static final int HOST = 0x0000;
    private static final int CONSOLE_READ = 0x0100;
    private static final int CONSOLE_WRITE = 0x0101;

    private static final long CALL_ANSWER = 1;
    private static final long READ_ANSWER = 1L << DEVICE_SHIFT | 0x100;

    private static final int CALL_WORDS = 4;
    private static final int SYS_WRITE = 64;
    private static final int SYS_EXIT = 93;
    private static final long EBADF = -9;
    private static final long EFAULT = -14;
    private static final long ENOSYS = -38;

    /** Bytes that one system call writes at most; the guest writes the rest with the next one. */
    private static final int MAX_WRITE_BYTES = 1 << 20;

    private static final int MAX_STATUS = 255;

    private final GuestMemory memory;
    private final Console console;
    private final Consumer<String> notes;
    private final Optional<Long> toHost;
    private final Optional<Long> fromHost;

    /** Whether the lower half of a command was stored, and its upper half not yet. */
    private boolean awaitsUpperHalf;

    /**
     * Finds the variables.
     *
     * @param notes is told of commands that nobody carries out
     */
    Htif(SymbolTable symbols, GuestMemory memory, Console console, Consumer<String> notes) {
        this.memory = memory;
        this.console = console;
        this.notes = notes;
        toHost = variable(symbols, TO_HOST);
        fromHost = variable(symbols, FROM_HOST);
        if (toHost.isEmpty()) {
            notes.accept("there is no symbol tohost in memory, so the guest has no way to end");
        }
    }

    /** Has stores to the page of {@code tohost} trap; a memory that was restored does so. */
    void protect() {
        toHost.ifPresent(address ->
                memory.protect(page(address), GuestMemory.PAGE_BYTES, Permissions.READ_EXECUTE));
    }

    @Override
    public void exchange(Fields fields) {
        awaitsUpperHalf = fields.flag("awaits_upper_half", awaitsUpperHalf);
    }

    private Optional<Long> variable(SymbolTable symbols, String name) {
        return symbols.find(name)
                .map(Symbol::address)
                .filter(address -> memory.isMapped(address, Long.BYTES));
    }

    private static long page(long address) {
        return address & -GuestMemory.PAGE_BYTES;
    }

    /** Returns whether a store that may not reach {@code address} is this interface's to do. */
    boolean owns(long address) {
        return toHost.isPresent() && page(toHost.get()) == page(address);
    }

    /**
     * Does what a store wants, and what it commands.
     *
     * @param width in bytes: 1, 2, 4 or 8
     * @return how the guest ended, if it was told to
     */
    Optional<GuestExit> store(long address, int width, long value) {
        byte[] bytes =
                ByteBuffer.allocate(Long.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(value)
                        .array();
        memory.poke(address, bytes, 0, width);
        long variable = toHost.orElseThrow();
        return completesCommand(address - variable, width)
                ? command(load(variable))
                : Optional.empty();
    }

    /**
     * Returns whether a store makes a command: one of a whole word, one of the upper half, and a
     * second one of the lower half, for programs of 32 bits may end with that alone, again and
     * again.
     *
     * @param offset of the store in the variable
     */
    private boolean completesCommand(long offset, int width) {
        boolean reachesLower = offset <= 0 && offset + width > 0;
        boolean reachesUpper = offset < Long.BYTES && offset + width >= Long.BYTES;
        boolean isRepeated = reachesLower && awaitsUpperHalf;
        awaitsUpperHalf = reachesLower && !reachesUpper;
        return reachesUpper || isRepeated;
    }

    private long load(long address) {
        byte[] bytes = new byte[Long.BYTES];
        memory.peek(address, bytes, 0, bytes.length);
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
    }

    private void set(long address, long value) {
        ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        memory.poke(address, bytes.putLong(value).array(), 0, Long.BYTES);
    }

    private Optional<GuestExit> command(long word) {
        if (word == 0) {
            return Optional.empty();
        }
        set(toHost.orElseThrow(), 0);
        long payload = word & PAYLOAD_MASK;
        return switch ((int) (word >>> COMMAND_SHIFT)) {
            case HOST -> (payload & 1) != 0 ? end(payload >>> 1) : call(payload);
            case CONSOLE_READ -> readConsole();
            case CONSOLE_WRITE -> {
                console.write(new byte[] {(byte) payload});
                yield Optional.empty();
            }
            default -> {
                notes.accept("HTIF command 0x%x is not known; nothing is done".formatted(word));
                yield Optional.empty();
            }
        };
    }

    private static Optional<GuestExit> end(long status) {
        // What does not fit a status is an error all the same, and must not become 0.
        int shown = Long.compareUnsigned(status, MAX_STATUS) > 0 ? MAX_STATUS : (int) status;
        return Optional.of(new GuestExit(GuestExit.Reason.EXITED, shown));
    }

    private Optional<GuestExit> readConsole() {
        long read = console.read();
        if (read != Console.END) {
            answer(READ_ANSWER | read);
        }
        return Optional.empty();
    }

    private void answer(long word) {
        fromHost.ifPresent(address -> set(address, word));
    }

    private Optional<GuestExit> call(long address) {
        if (!memory.isMapped(address, CALL_WORDS * Long.BYTES)) {
            notes.accept("HTIF system call at 0x%x, where no memory is".formatted(address));
            return Optional.empty();
        }
        List<Long> words =
                Stream.iterate(address, at -> at + Long.BYTES)
                        .limit(CALL_WORDS)
                        .map(this::load)
                        .toList();
        if (words.getFirst() == SYS_EXIT) {
            return end(words.get(1));
        }
        set(address, result(words));
        answer(CALL_ANSWER);
        return Optional.empty();
    }

    private long result(List<Long> words) {
        if (words.getFirst() != SYS_WRITE) {
            notes.accept("HTIF system call %d is not known".formatted(words.getFirst()));
            return ENOSYS;
        }
        long descriptor = words.get(1);
        long length = Math.clamp(words.get(3), 0, MAX_WRITE_BYTES);
        if (descriptor != 1 && descriptor != 2) {
            return EBADF;
        }
        if (!memory.isMapped(words.get(2), length)) {
            return EFAULT;
        }
        byte[] bytes = new byte[(int) length];
        memory.peek(words.get(2), bytes, 0, bytes.length);
        return console.write(bytes);
    }
}
