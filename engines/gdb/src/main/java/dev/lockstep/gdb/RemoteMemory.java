package dev.lockstep.gdb;

import dev.lockstep.riscv.memory.GuestMemory;
import dev.lockstep.riscv.memory.Permissions;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Objects;
import java.util.Optional;

/**
 * The memory of the stub's process, kept what our guest's memory is. What instructions store is
 * read from there to here; all else that changes here, by system calls, for handlers of signals, by
 * going back, is brought there before the next instruction.
 */
final class RemoteMemory {
    private static final int PAGE = GuestMemory.PAGE_BYTES;

    private final GdbStub stub;
    private final RemoteCalls calls;
    private final GuestMemory memory;

    /** Permissions of the pages there; null where none is mapped. */
    private final @Nullable Permissions[] there;

    /** Pages that may be otherwise here than there. */
    private final BitSet changed = new BitSet();

    /** Whether what changes here has changed there before. */
    private boolean mirrors;

    RemoteMemory(GdbStub stub, RemoteRegisters registers, GuestMemory memory) {
        this.stub = stub;
        calls = new RemoteCalls(stub, registers, memory, this::isExecutable);
        this.memory = memory;
        there = new Permissions[(int) (memory.sizeBytes() / PAGE)];
    }

    /**
     * Makes the image there that which is here, if it is of the same program.
     *
     * @throws StubException if it is not
     */
    void adopt() {
        for (int page = 0; page < there.length; page++) {
            there[page] = here(page);
        }
        memory.forEachUsedPage(this::adopt);
        memory.addCodeListener(this::changed);
        memory.watchCode(0, memory.sizeBytes());
    }

    private void adopt(long address) {
        Permissions permissions = Objects.requireNonNull(there[page(address)]);
        if (!permissions.read()) {
            return;
        }
        byte[] own = content(address, PAGE);
        byte[] found =
                stub.readMemory(address, PAGE)
                        .orElseThrow(() -> other(address, "cannot be read there"));
        int difference = Arrays.mismatch(own, found);
        if (difference < 0) {
            return;
        }
        long place = address + difference;
        if (!permissions.write()) {
            throw other(
                    place,
                    "holds 0x%02x there and 0x%02x in PROGRAM"
                            .formatted(found[difference], own[difference]));
        }
        if (!stub.writeMemory(address, own)) {
            throw other(place, "is otherwise there and cannot be written");
        }
    }

    private static StubException other(long address, String how) {
        return new StubException(
                ("the stub's memory is not that of PROGRAM: 0x%x %s (expected: the same program at"
                     + " its first instruction, started with the same arguments, by env -i"
                     + " qemu-riscv64 -R 0x7ffff000 -g ADDRESS PROGRAM ARG...)")
                        .formatted(address, how));
    }

    private void changed(long address, long length) {
        if (!mirrors) {
            changed.set(page(address), page(address + length - 1) + 1);
        }
    }

    /** Returns whether code can be executed both there and here. */
    private boolean isExecutable(long address) {
        Permissions permissions = there[page(address)];
        Permissions own = here(page(address));
        return permissions != null && permissions.execute() && own != null && own.execute();
    }

    private static int page(long address) {
        return (int) (address / PAGE);
    }

    private @Nullable Permissions here(int page) {
        return memory.permissions((long) page * PAGE).orElse(null);
    }

    private byte[] content(long address, int length) {
        byte[] content = new byte[length];
        memory.peek(address, content, 0, length);
        return content;
    }

    /** Returns what memory holds there; empty if it cannot be read. */
    Optional<byte[]> read(long address, int length) {
        return stub.readMemory(address, length);
    }

    /** Has memory here what an instruction has stored there. */
    void mirror(long address, byte[] bytes) {
        if (!memory.isMapped(address, bytes.length)) {
            return; // Nobody else could store there, so the digest tells.
        }
        mirrors = true;
        memory.poke(address, bytes, 0, bytes.length);
        memory.watchCode(address, bytes.length);
        mirrors = false;
    }

    /** Takes what is there of all pages that the guest can write, and that are used here. */
    void takeContents() {
        memory.forEachUsedPage(address -> {
            Permissions permissions = there[page(address)];
            if (permissions != null && permissions.write() && !changed.get(page(address))) {
                read(address, PAGE)
                        .filter(found -> !Arrays.equals(found, content(address, PAGE)))
                        .ifPresent(found -> mirror(address, found));
            }
        });
    }

    /** Returns whether {@link #bring} has anything to do, and changes registers there. */
    boolean isBehind() {
        return !changed.isEmpty();
    }

    /** Brings there all that has changed here. */
    void bring() {
        for (int page = changed.nextSetBit(0); page >= 0; ) {
            Change change = change(page);
            int end = page + 1;
            while (changed.get(end) && change(end).equals(change)) {
                end++;
            }
            bring(change, page, end);
            page = changed.nextSetBit(end);
        }
        changed.clear();
    }

    /**
     * What has become of a page.
     *
     * @param before its permissions there; null if it is not mapped
     * @param now its permissions here, likewise
     * @param hasContent whether it may hold other than zeros
     */
    private record Change(
            @Nullable Permissions before, @Nullable Permissions now, boolean hasContent) {}

    private Change change(int page) {
        return new Change(there[page], here(page), memory.isUsed((long) page * PAGE));
    }

    private void bring(Change change, int page, int end) {
        long address = (long) page * PAGE;
        long length = (long) (end - page) * PAGE;
        Permissions now = change.now();
        if (now == null) {
            if (change.before() != null) {
                calls.unmap(address, length);
            }
        } else if (!change.hasContent()) {
            calls.map(address, length, now);
        } else {
            fill(change.before(), now, address, length);
        }
        Arrays.fill(there, page, end, now);
        memory.watchCode(address, length);
    }

    private void fill(@Nullable Permissions before, Permissions now, long address, long length) {
        // Executable, too: the call that is made there may be on one of these very pages.
        Permissions writable = Permissions.ALL;
        if (before == null) {
            calls.map(address, length, writable);
        } else if (!before.write()) {
            calls.protect(address, length, writable);
        } else {
            writable = before;
        }
        for (long page = address; page < address + length; page += PAGE) {
            if (!stub.writeMemory(page, content(page, PAGE))) {
                throw new StubException(
                        "the stub does not write memory at 0x%x, which the guest's call has changed"
                                .formatted(page));
            }
        }
        if (!writable.equals(now)) {
            calls.protect(address, length, now);
        }
    }
}
