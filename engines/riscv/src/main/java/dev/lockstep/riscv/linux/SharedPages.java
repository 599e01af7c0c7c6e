package dev.lockstep.riscv.linux;

import com.dynatrace.hash4j.hashing.Hashing;

import dev.lockstep.riscv.host.HostCall;
import dev.lockstep.riscv.linux.Vectors.Vector;
import dev.lockstep.riscv.memory.GuestMemory;
import dev.lockstep.sdk.InputAnswer;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The pages of files that are mapped shared and writable. What the guest has changed in them goes
 * to the file at msync, when they are unmapped, and when the guest ends.
 */
final class SharedPages {
    private final GuestMemory memory;
    private final HostFiles files;
    private final TreeMap<Long, Page> pages = new TreeMap<>();

    SharedPages(GuestMemory memory, HostFiles files) {
        this.memory = memory;
        this.files = files;
    }

    /** A file that stays open for as long as pages of it are mapped. */
    private static final class Backing {
        /** The host's descriptor; negative on a subject, which never writes. */
        private final long host;

        private int pageCount;

        Backing(long host) {
            this.host = host;
        }
    }

    /**
     * A page of a file.
     *
     * @param offset where it is in the file
     * @param length how much of the file it has
     * @param hash of what the file has there
     */
    private record Page(Backing backing, long offset, int length, long hash) {}

    boolean isEmpty() {
        return pages.isEmpty();
    }

    /**
     * Takes note of a mapping.
     *
     * @param host the host's descriptor of the file, to be closed here; negative on a subject
     * @param offset of the first byte in the file
     * @param length how many bytes of the file there are from there on
     */
    void add(long address, long length, long host, long offset) {
        Backing backing = new Backing(host);
        for (long at = 0; at < length; at += AddressSpace.PAGE) {
            int part = (int) Math.min(AddressSpace.PAGE, length - at);
            long hash = hash(address + at, part);
            pages.put(address + at, new Page(backing, offset + at, part, hash));
            backing.pageCount++;
        }
        closeUnused(backing);
    }

    private long hash(long address, int length) {
        byte[] bytes = new byte[length];
        // Pages that cannot be read now were changed, if at all, before; then they have that hash.
        return memory.read(address, bytes, 0, length)
                ? Hashing.xxh3_64().hashBytesToLong(bytes)
                : 0;
    }

    /**
     * Writes what has changed in a range to its files.
     *
     * @return 0, or the error number of the first write that failed
     */
    long writeBack(Call call, long address, long size) {
        List<Map.Entry<Long, Page>> changed =
                pages.subMap(address, address + size).entrySet().stream()
                        .filter(entry -> isChanged(entry.getKey(), entry.getValue()))
                        .map(Map.Entry::copyOf)
                        .toList();
        if (changed.isEmpty()) {
            return 0;
        }
        List<Vector> content =
                changed.stream()
                        .map(entry -> new Vector(entry.getKey(), entry.getValue().length()))
                        .toList();
        long result = call.ask(content, () -> InputAnswer.of(write(changed)));
        changed.forEach(entry -> pages.put(entry.getKey(), unchanged(entry)));
        return result;
    }

    private boolean isChanged(long address, Page page) {
        return memory.readableBytes(address, page.length()) == page.length()
                && hash(address, page.length()) != page.hash();
    }

    private Page unchanged(Map.Entry<Long, Page> entry) {
        Page page = entry.getValue();
        long hash = hash(entry.getKey(), page.length());
        return new Page(page.backing(), page.offset(), page.length(), hash);
    }

    private long write(List<Map.Entry<Long, Page>> changed) {
        long error = 0;
        for (Map.Entry<Long, Page> entry : changed) {
            Page page = entry.getValue();
            long result =
                    files.kernel()
                            .call(
                                    HostCall.PWRITE64,
                                    page.backing().host,
                                    memory.hostAddress(entry.getKey()),
                                    page.length(),
                                    page.offset());
            error = error == 0 && Errno.isError(result) ? result : error;
        }
        return error;
    }

    /** Writes back what the guest leaves behind when it ends. */
    void writeBackAll(Call call) {
        writeBack(call, 0, memory.sizeBytes());
    }

    /** Writes a range back and forgets it, before it is unmapped or mapped anew. */
    void release(Call call, long address, long size) {
        var range = pages.subMap(address, address + size);
        if (!range.isEmpty()) {
            writeBack(call, address, size);
            List<Page> released = List.copyOf(range.values());
            range.clear();
            released.forEach(page -> {
                page.backing().pageCount--;
                closeUnused(page.backing());
            });
        }
    }

    /** Follows pages to where mremap has moved them. */
    void move(long from, long to, long size) {
        var range = pages.subMap(from, from + size);
        var moved = new TreeMap<>(range);
        range.clear();
        moved.forEach((at, page) -> pages.put(at - from + to, page));
    }

    private void closeUnused(Backing backing) {
        if (backing.pageCount == 0 && backing.host >= 0) {
            files.kernel().call(HostCall.CLOSE, backing.host);
        }
    }
}
