package dev.lockstep.riscv.linux;

import com.dynatrace.hash4j.hashing.Hashing;

import dev.lockstep.riscv.Fields;
import dev.lockstep.riscv.HostCallListener;
import dev.lockstep.riscv.Portable;
import dev.lockstep.riscv.host.HostCall;
import dev.lockstep.riscv.linux.FilePageMap.Page;
import dev.lockstep.riscv.linux.Vectors.Vector;
import dev.lockstep.riscv.memory.GuestMemory;
import dev.lockstep.sdk.InputAnswer;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The pages of mapped files. What the guest has changed in those that are shared and writable goes
 * to the file at msync, when they are unmapped, and when the guest ends.
 */
final class FilePages implements Portable {
    private final GuestMemory memory;
    private final HostFiles files;
    private final HostCallListener listener;

    // There may be many pages, which seldom change: what a checkpoint has is not changed any more.
    private boolean hasCheckpoint;

    private FilePageMap map = new FilePageMap();

    FilePages(GuestMemory memory, HostFiles files, HostCallListener listener) {
        this.memory = memory;
        this.files = files;
        this.listener = listener;
    }

    @Override
    public void exchange(Fields fields) {
        files.mapped().exchange(fields);
        FilePageMap before = map;
        map = fields.value("file_pages", map, (it, f) -> it.exchange(f, memory));
        hasCheckpoint = true;
        if (map != before) {
            files.mapped().recount(map.mappings());
        }
    }

    private void prepareChange() {
        if (hasCheckpoint) {
            hasCheckpoint = false;
            map = map.copy();
        }
    }

    /** Neighbouring pages that have to be written. */
    private record Run(int mapping, long offset, long address, long length) {
        boolean isFollowedBy(long next, Page page) {
            return next == address + length
                    && page.mapping() == mapping
                    && page.offset() == offset + length;
        }

        Run andOnePage() {
            return new Run(mapping, offset, address, length + AddressSpace.PAGE);
        }
    }

    /** Returns whether changes of any page reach a file. */
    boolean reachFiles() {
        return map.hasShared();
    }

    /** Returns whether the page at {@code address} is of a file. */
    boolean isOfFile(long address) {
        return map.isOfFile(address);
    }

    /** Takes note of a mapping that does not reach its file. */
    void add(long address, long size) {
        prepareChange();
        map.add(address, size);
    }

    /**
     * Takes note of a mapping that reaches its file.
     *
     * @param offset of the first byte in the file
     */
    void share(long address, long size, long offset) {
        share(address, size, files.mapped().add(), offset);
    }

    private void share(long address, long size, int mapping, long offset) {
        prepareChange();
        for (long at = 0; at < size; at += AddressSpace.PAGE) {
            map.share(address + at, new Page(mapping, offset + at, hash(address + at)));
            files.mapped().addPage(mapping);
        }
    }

    /** Shares also {@code size} fresh pages behind those that end at {@code end}, if they are. */
    void extend(Call call, long end, long size) {
        long before = end - AddressSpace.PAGE;
        Page last = map.shared(before, AddressSpace.PAGE).get(before);
        if (last != null) {
            long offset = last.offset() + AddressSpace.PAGE;
            int mapping = last.mapping();
            call.ask(
                    new byte[0],
                    (c, output) -> read(c, end, size, files.mapped().host(mapping), offset));
            share(end, size, mapping, offset);
        }
    }

    /** Fills pages, at the reference, with what a file has; the answer is how much that is. */
    InputAnswer read(Call call, long address, long size, long host, long offset) {
        long length = lengthFrom(host, offset, size);
        if (length >= Transfer.LARGE_BYTES) {
            listener.entered(call.number());
        }
        long place = memory.hostAddressToFill(address, length);
        long count = move(HostCall.PREAD64, host, place, length, offset);
        long read = Errno.isError(count) ? 0 : count;
        files.sources().filled(memory, host, List.of(new Vector(address, size)), read, offset);
        return new InputAnswer(
                read, GuestContent.of(memory, List.of(new Vector(address, size)), read));
    }

    private long lengthFrom(long host, long offset, long limit) {
        return Math.clamp(FileStatus.of(files.kernel(), host).size() - offset, 0, limit);
    }

    /** Returns how much of {@code length} the host has moved, or an error number. */
    private long move(HostCall direction, long host, long place, long length, long offset) {
        long count = 0;
        long more = 1;
        while (count < length && more > 0) {
            more =
                    files.kernel()
                            .call(direction, host, place + count, length - count, offset + count);
            count += Math.max(0, more);
        }
        return Errno.isError(more) ? more : count;
    }

    private long hash(long address) {
        byte[] bytes = new byte[(int) AddressSpace.PAGE];
        memory.peek(address, bytes, 0, bytes.length);
        return Hashing.xxh3_64().hashBytesToLong(bytes);
    }

    /**
     * Writes what has changed in a range to its files.
     *
     * @param durable also has the files of the range written to the disk
     * @return 0, or the error number of the first write that failed
     */
    long writeBack(Call call, long address, long size, boolean durable) {
        var range = map.shared(address, size);
        TreeMap<Long, Page> changed = new TreeMap<>();
        range.forEach((at, page) -> {
            long hash = hash(at);
            if (hash != page.hash()) {
                changed.put(at, new Page(page.mapping(), page.offset(), hash));
            }
        });
        if (changed.isEmpty() && (range.isEmpty() || !durable)) {
            return 0;
        }
        List<Run> runs = runs(changed);
        Set<Integer> synced =
                durable
                        ? range.values().stream().map(Page::mapping).collect(Collectors.toSet())
                        : Set.of();
        List<Vector> content =
                runs.stream().map(run -> new Vector(run.address(), run.length())).toList();
        long result = call.ask(content, () -> InputAnswer.of(write(call, runs, synced)));
        if (!changed.isEmpty()) {
            prepareChange();
            changed.forEach(map::share);
        }
        return result;
    }

    private static List<Run> runs(SortedMap<Long, Page> changed) {
        List<Run> runs = new ArrayList<>();
        changed.forEach((at, page) -> {
            if (!runs.isEmpty() && runs.getLast().isFollowedBy(at, page)) {
                runs.add(runs.removeLast().andOnePage());
            } else {
                runs.add(new Run(page.mapping(), page.offset(), at, AddressSpace.PAGE));
            }
        });
        return runs;
    }

    private long write(Call call, List<Run> runs, Set<Integer> synced) {
        long length = runs.stream().mapToLong(Run::length).sum();
        if (!synced.isEmpty() || length >= Transfer.LARGE_BYTES) {
            listener.entered(call.number());
        }
        List<Long> results = new ArrayList<>();
        runs.forEach(run -> results.add(write(run)));
        synced.stream()
                .map(files.mapped()::host)
                .distinct()
                .forEach(host -> results.add(files.kernel().call(HostCall.FDATASYNC, host)));
        return results.stream().filter(Errno::isError).findFirst().orElse(0L);
    }

    /** Writes as much as the file has room for: what is behind its end stays in memory. */
    private long write(Run run) {
        long host = files.mapped().host(run.mapping());
        long length = lengthFrom(host, run.offset(), run.length());
        long place = memory.hostAddress(run.address());
        return move(HostCall.PWRITE64, host, place, length, run.offset());
    }

    /** Writes back what the guest leaves behind when it ends. */
    void writeBackAll(Call call) {
        writeBack(call, 0, memory.sizeBytes(), false);
    }

    /** Writes a range back and forgets it, before it is unmapped or mapped anew. */
    void release(Call call, long address, long size) {
        writeBack(call, address, size, false);
        forget(address, size);
    }

    /** Forgets a range that has been written back. */
    void forget(long address, long size) {
        if (map.isTouched(address, size)) {
            prepareChange();
            map.shared(address, size)
                    .values()
                    .forEach(page -> files.mapped().removePage(page.mapping()));
            map.remove(address, size);
        }
    }

    /** Follows pages to where mremap has moved them. */
    void move(long from, long to, long size) {
        prepareChange();
        map.move(from, to, size);
    }
}
