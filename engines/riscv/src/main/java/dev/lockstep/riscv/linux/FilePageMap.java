package dev.lockstep.riscv.linux;

import dev.lockstep.riscv.Fields;
import dev.lockstep.riscv.memory.GuestMemory;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** Which pages of memory are of files. */
final class FilePageMap {
    /** By page number: which pages are of a file, shared or not. */
    private final BitSet ofFiles;

    /** By address: those that reach their file. */
    private final NavigableMap<Long, Page> shared;

    /**
     * A page that reaches its file.
     *
     * @param mapping its number among {@link MappedFiles}
     * @param offset where it is in the file
     * @param hash of what is in both
     */
    record Page(int mapping, long offset, long hash) {}

    FilePageMap() {
        this(new BitSet(), new TreeMap<>());
    }

    private FilePageMap(BitSet ofFiles, NavigableMap<Long, Page> shared) {
        this.ofFiles = ofFiles;
        this.shared = shared;
    }

    FilePageMap copy() {
        return new FilePageMap((BitSet) ofFiles.clone(), new TreeMap<>(shared));
    }

    private static int number(long address) {
        return (int) (address / AddressSpace.PAGE);
    }

    boolean hasShared() {
        return !shared.isEmpty();
    }

    /** Returns the mapping of each page that reaches its file. */
    IntStream mappings() {
        return shared.values().stream().mapToInt(Page::mapping);
    }

    /** Returns whether the page at {@code address} is of a file. */
    boolean isOfFile(long address) {
        return ofFiles.get(number(address));
    }

    /** Returns whether part of a range is of a file. */
    boolean isTouched(long address, long size) {
        int page = ofFiles.nextSetBit(number(address));
        return page >= 0 && page < number(address + size);
    }

    /** Returns the pages of a range that reach their file. */
    NavigableMap<Long, Page> shared(long address, long size) {
        return shared.subMap(address, true, address + size, false);
    }

    void add(long address, long size) {
        ofFiles.set(number(address), number(address + size));
    }

    void share(long address, Page page) {
        add(address, AddressSpace.PAGE);
        shared.put(address, page);
    }

    void remove(long address, long size) {
        ofFiles.clear(number(address), number(address + size));
        shared(address, size).clear();
    }

    void move(long from, long to, long size) {
        BitSet pages = ofFiles.get(number(from), number(from + size));
        var moved = new TreeMap<>(shared(from, size));
        remove(from, size);
        pages.stream().forEach(page -> ofFiles.set(number(to) + page));
        moved.forEach((at, page) -> shared.put(at - from + to, page));
    }

    /** Returns what comes for this, which is to lie in mapped memory. */
    FilePageMap exchange(Fields fields, GuestMemory memory) {
        List<Range> ranges = fields.list("private", privateRanges(), Range.BLANK, Range::exchange);
        List<Run> runs = fields.list("shared", sharedRuns(), Run.BLANK, Run::exchange);
        FilePageMap map = new FilePageMap();
        ranges.forEach(range -> map.take(range, memory));
        runs.forEach(run -> map.take(run, memory));
        return map;
    }

    private void take(Range range, GuestMemory memory) {
        check(range.address(), range.length(), memory);
        add(range.address(), range.length());
    }

    private void take(Run run, GuestMemory memory) {
        check(run.address(), run.hashes().size() * AddressSpace.PAGE, memory);
        for (int i = 0; i < run.hashes().size(); i++) {
            long at = i * AddressSpace.PAGE;
            share(
                    run.address() + at,
                    new Page(run.mapping(), run.offset() + at, run.hashes().get(i)));
        }
    }

    private void check(long address, long length, GuestMemory memory) {
        boolean isFree =
                length > 0
                        && ((address | length) & (AddressSpace.PAGE - 1)) == 0
                        && memory.isMapped(address, length)
                        && !isTouched(address, length);
        if (!isFree) {
            throw new IllegalArgumentException(
                    "0x%x of 0x%x bytes (expected: whole pages that are mapped, each once)"
                            .formatted(address, length));
        }
    }

    /** Pages that never reach their file. */
    private record Range(long address, long length) {
        static final Range BLANK = new Range(0, 0);

        Range exchange(Fields fields) {
            return new Range(
                    fields.number("address", address), fields.number("length_bytes", length));
        }
    }

    private List<Range> privateRanges() {
        BitSet left = (BitSet) ofFiles.clone();
        shared.keySet().forEach(address -> left.clear(number(address)));
        List<Range> ranges = new ArrayList<>();
        for (int page = left.nextSetBit(0); page >= 0; ) {
            int end = left.nextClearBit(page);
            ranges.add(new Range(page * AddressSpace.PAGE, (end - page) * AddressSpace.PAGE));
            page = left.nextSetBit(end);
        }
        return ranges;
    }

    /** Neighbouring pages that reach neighbouring places of one file. */
    private record Run(long address, int mapping, long offset, List<Long> hashes) {
        static final Run BLANK = new Run(0, 0, 0, List.of());

        boolean isFollowedBy(long next, Page page) {
            long length = hashes.size() * AddressSpace.PAGE;
            return next == address + length
                    && page.mapping() == mapping
                    && page.offset() == offset + length;
        }

        Run exchange(Fields fields) {
            return new Run(
                    fields.number("address", address),
                    fields.number("mapping", mapping, 1, Integer.MAX_VALUE),
                    fields.number("offset", offset, 0, Long.MAX_VALUE),
                    numbers(fields.data("hashes", bytes(hashes))));
        }
    }

    private List<Run> sharedRuns() {
        List<Run> runs = new ArrayList<>();
        shared.forEach((at, page) -> {
            if (runs.isEmpty() || !runs.getLast().isFollowedBy(at, page)) {
                runs.add(new Run(at, page.mapping(), page.offset(), new ArrayList<>()));
            }
            runs.getLast().hashes().add(page.hash());
        });
        return runs;
    }

    private static byte[] bytes(List<Long> numbers) {
        Struct bytes = Struct.ofBytes(numbers.size() * Long.BYTES);
        numbers.forEach(bytes::i64);
        return bytes.bytes();
    }

    private static List<Long> numbers(byte[] bytes) {
        if (bytes.length % Long.BYTES != 0) {
            throw new IllegalArgumentException(
                    "hashes: %d bytes (expected: 8 for each page)".formatted(bytes.length));
        }
        ByteBuffer words = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        List<Long> numbers = new ArrayList<>();
        while (words.hasRemaining()) {
            numbers.add(words.getLong());
        }
        return numbers;
    }
}
