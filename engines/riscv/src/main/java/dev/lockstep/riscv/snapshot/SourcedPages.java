package dev.lockstep.riscv.snapshot;

import static dev.lockstep.riscv.memory.GuestMemory.PAGE_BYTES;

import dev.lockstep.proto.v1.Source;
import dev.lockstep.proto.v1.SourceRun;
import dev.lockstep.riscv.memory.CaptureException;
import dev.lockstep.riscv.memory.PageHash;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Sources, and which captured pages have what they have. Confined to one thread at a time. */
public final class SourcedPages {
    private final List<SourceIndex> sources;
    private final List<PageRun<Integer>> runs;

    /** Where a source has the page with a hash; filled when it is needed. */
    private final Map<ByteBuffer, Place> places = new HashMap<>();

    private record Place(SourceIndex source, int page) {}

    /**
     * @param runs with places in {@code sources}
     */
    SourcedPages(List<SourceIndex> sources, List<PageRun<Integer>> runs) {
        this.sources = sources;
        this.runs = runs;
    }

    /** Returns the program, then the other files that pages came from. */
    public List<Source> sources() {
        return sources.stream().map(SourceIndex::message).toList();
    }

    /** Returns which pages have what their source has: ascending, disjoint, as long as can be. */
    public List<SourceRun> runs() {
        return runs.stream().map(SourcedPages::message).toList();
    }

    private static SourceRun message(PageRun<Integer> run) {
        return SourceRun.newBuilder()
                .setAddress(run.address())
                .setLengthBytes(run.lengthBytes())
                .setSource(run.source())
                .setOffset(run.offset())
                .build();
    }

    /**
     * Returns the SHA-256 of each page of a source, 32 bytes one after the other; the last page is
     * filled up with zeros.
     *
     * @param source its place in {@link #sources}
     */
    public byte[] pageHashes(int source) {
        return sources.get(source).pageHashes().clone();
    }

    /**
     * Returns the content of a page of a source that has a hash, 4096 bytes; a fresh array.
     *
     * @return empty if no source has such a page
     * @throws CaptureException if the source has changed since
     */
    public Optional<byte[]> content(byte[] hash) {
        if (places.isEmpty()) {
            sources.forEach(this::index);
        }
        return Optional.ofNullable(places.get(ByteBuffer.wrap(hash)))
                .map(place -> read(place, hash));
    }

    private void index(SourceIndex source) {
        for (int page = 0; page < source.pageCount(); page++) {
            places.put(ByteBuffer.wrap(source.pageHash(page)), new Place(source, page));
        }
    }

    private static byte[] read(Place place, byte[] hash) {
        byte[] content = new byte[PAGE_BYTES];
        boolean isRead = place.source().source().read((long) place.page() * PAGE_BYTES, content);
        if (!isRead || !Arrays.equals(new PageHash().of(content), hash)) {
            throw new CaptureException(
                    place.source().source().name()
                            + " has changed at offset "
                            + (long) place.page() * PAGE_BYTES
                            + " since the guest was captured");
        }
        return content;
    }
}
