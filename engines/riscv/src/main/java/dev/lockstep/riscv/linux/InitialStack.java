package dev.lockstep.riscv.linux;

import dev.lockstep.isa.elf.ProgramHeader;
import dev.lockstep.riscv.memory.GuestMemory;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Builds the stack a program starts with, word for word as qemu-user 7.2 does.
 *
 * <pre>
 *   top      8 zero bytes
 *            program name, then environment strings, then argument strings (each list lies in order)
 *            to a multiple of 16: 16 random bytes (AT_RANDOM)
 *            auxiliary vector
 *            environment pointers, 0
 *            argument pointers, 0
 *   sp       argument count, at a multiple of 16
 * </pre>
 */
final class InitialStack {
    private static final int RANDOM_BYTES = 16;
    private static final int ALIGNMENT = 16;

    /** Four entries of the auxiliary vector, each a tag and a value. */
    private static final int IDENTITY_BYTES = 4 * 2 * Long.BYTES;

    private static final long AT_NULL = 0;
    private static final long AT_PHDR = 3;
    private static final long AT_PHENT = 4;
    private static final long AT_PHNUM = 5;
    private static final long AT_PAGESZ = 6;
    private static final long AT_BASE = 7;
    private static final long AT_FLAGS = 8;
    private static final long AT_ENTRY = 9;
    private static final long AT_UID = 11;
    private static final long AT_EUID = 12;
    private static final long AT_GID = 13;
    private static final long AT_EGID = 14;
    private static final long AT_HWCAP = 16;
    private static final long AT_CLKTCK = 17;
    private static final long AT_SECURE = 23;
    private static final long AT_RANDOM = 25;
    private static final long AT_EXECFN = 31;

    // One bit per letter of IMAFDC.
    private static final long HARDWARE_CAPABILITIES = 0x112d;

    private final GuestMemory memory;
    private long pointer;
    private long randomAddress;
    private long identityAddress;

    /**
     * @param top end of the stack's mapping
     */
    InitialStack(GuestMemory memory, long top) {
        this.memory = memory;
        pointer = top - Long.BYTES;
    }

    /** What the auxiliary vector says of the program. */
    record Auxiliary(
            long programHeaders, long programHeaderCount, long interpreterBase, long entry) {}

    /**
     * Returns the stack pointer. What the world has to tell, at {@link #randomAddress} and {@link
     * #identityAddress}, is left zero.
     */
    long build(
            String programName,
            List<String> arguments,
            List<String> environment,
            Auxiliary auxiliary) {
        long nameAddress = push(programName);
        List<Long> environmentAddresses = pushAll(environment);
        List<Long> argumentAddresses = pushAll(arguments);
        pointer = (pointer & -ALIGNMENT) - RANDOM_BYTES;
        randomAddress = pointer;

        List<Long> words = new ArrayList<>();
        words.add((long) arguments.size());
        words.addAll(argumentAddresses);
        words.add(0L);
        words.addAll(environmentAddresses);
        words.add(0L);
        List<Long> vector = vector(auxiliary, nameAddress);
        long identity = (long) words.size() + indexOf(vector, AT_UID);
        words.addAll(vector);
        pointer = (pointer - (long) words.size() * Long.BYTES) & -ALIGNMENT;
        identityAddress = pointer + identity * Long.BYTES;
        for (int i = 0; i < words.size(); i++) {
            memory.storeLong(pointer + (long) i * Long.BYTES, words.get(i));
        }
        return pointer;
    }

    /**
     * Returns where an entry begins; a value may look like its key, as the 11 of 11 headers does.
     */
    private static int indexOf(List<Long> vector, long key) {
        int index = 0;
        while (vector.get(index) != key) {
            index += 2;
        }
        return index;
    }

    /** Returns where the random bytes belong. */
    long randomAddress() {
        return randomAddress;
    }

    /** Returns where the entries belong that say whose process it is. */
    long identityAddress() {
        return identityAddress;
    }

    /** Returns the entries that say whose process it is. */
    static byte[] identity(List<Integer> userIds, List<Integer> groupIds) {
        return Struct.ofBytes(IDENTITY_BYTES)
                .i64(AT_UID)
                .i64(userIds.get(0))
                .i64(AT_EUID)
                .i64(userIds.get(1))
                .i64(AT_GID)
                .i64(groupIds.get(0))
                .i64(AT_EGID)
                .i64(groupIds.get(1))
                .bytes();
    }

    /** Returns the real user id in entries that say whose process it is. */
    static int userId(GuestMemory memory, long identityAddress) {
        return memory.loadInt(identityAddress + Long.BYTES);
    }

    private List<Long> vector(Auxiliary program, long nameAddress) {
        return List.of(
                AT_PHDR,
                program.programHeaders(),
                AT_PHENT,
                (long) ProgramHeader.SIZE,
                AT_PHNUM,
                program.programHeaderCount(),
                AT_PAGESZ,
                (long) GuestMemory.PAGE_BYTES,
                AT_BASE,
                program.interpreterBase(),
                AT_FLAGS,
                0L,
                AT_ENTRY,
                program.entry(),
                AT_UID,
                0L,
                AT_EUID,
                0L,
                AT_GID,
                0L,
                AT_EGID,
                0L,
                AT_HWCAP,
                HARDWARE_CAPABILITIES,
                AT_CLKTCK,
                100L,
                AT_RANDOM,
                randomAddress,
                AT_SECURE,
                0L,
                AT_EXECFN,
                nameAddress,
                AT_NULL,
                0L);
    }

    private List<Long> pushAll(List<String> texts) {
        return texts.reversed().stream().map(this::push).toList().reversed();
    }

    private long push(String text) {
        byte[] bytes = (text + "\0").getBytes(StandardCharsets.UTF_8);
        pointer -= bytes.length;
        if (!memory.write(pointer, bytes, 0, bytes.length)) {
            throw new IllegalArgumentException(
                    "arguments and environment need more than the guest's stack has");
        }
        return pointer;
    }
}
