package dev.lockstep.server.snapshot;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;

import dev.lockstep.proto.v1.CaptureEnd;
import dev.lockstep.proto.v1.CapturePart;
import dev.lockstep.proto.v1.GuestState;
import dev.lockstep.proto.v1.PageContent;
import dev.lockstep.proto.v1.PageContents;
import dev.lockstep.proto.v1.Snapshot;
import dev.lockstep.proto.v1.Source;
import dev.lockstep.proto.v1.SourcePages;
import dev.lockstep.protocol.Protocol;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.Optional;
import java.util.zip.CRC32C;

/** Tells a snapshot as its engines once told it. Not thread-safe. */
final class Exporter {
    private final SnapshotReader snapshot;
    private final Snapshot manifest;
    private final ExportWriter out;

    /** The pages that were written. */
    private final Hashes written = new Hashes();

    private PageContents.Builder contents = PageContents.newBuilder();

    Exporter(SnapshotReader snapshot, ExportWriter out) {
        this.snapshot = snapshot;
        this.manifest = snapshot.manifest();
        this.out = out;
    }

    void export() throws IOException {
        out.manifest(manifest);
        for (int engine = 0; engine < manifest.getEnginesCount(); engine++) {
            tellHashes(engine);
        }
        for (int engine = 0; engine < manifest.getEnginesCount(); engine++) {
            tellContents(engine);
        }
        out.end();
    }

    private void tellHashes(int engine) throws IOException {
        GuestState state = snapshot.state(engine);
        out.part(engine, part().setState(state).build());
        tellPages(engine);
        for (int source = 0; source < state.getSourcesCount(); source++) {
            tellSource(engine, source, state.getSources(source));
        }
        long stallNs = manifest.getEngines(engine).getStallNs();
        out.part(engine, part().setEnd(CaptureEnd.newBuilder().setStallNs(stallNs)).build());
    }

    private void tellPages(int engine) throws IOException {
        TreeDiff pages = new TreeDiff(null, snapshot.memory(engine));
        HashRows rows = new HashRows(Protocol.PAGE_ROW_BYTES);
        for (Optional<TreeDiff.Page> next = pages.next(); next.isPresent(); next = pages.next()) {
            rows.add(TreeBuilder.address(next.get().page()), hash(next.get()));
            if (rows.isFull()) {
                out.part(engine, part().setPages(rows.take()).build());
            }
        }
        if (!rows.isEmpty()) {
            out.part(engine, part().setPages(rows.take()).build());
        }
    }

    private void tellSource(int engine, int place, Source source) throws IOException {
        TreeDiff pages = new TreeDiff(null, tree(source));
        HashRows hashes = new HashRows(Protocol.PAGE_HASH_BYTES);
        Optional<TreeDiff.Page> next = pages.next();
        long count = StateRules.pageCount(source);
        for (long page = 0; page < count; page++) {
            boolean isKept = next.isPresent() && next.get().page() == page;
            hashes.add(isKept ? hash(next.orElseThrow()) : Hash.OF_ZEROS);
            next = isKept ? pages.next() : next;
            if (hashes.isFull() || page == count - 1) {
                SourcePages told =
                        SourcePages.newBuilder().setSource(place).setHashes(hashes.take()).build();
                out.part(engine, part().setSourcePages(told).build());
            }
        }
    }

    private void tellContents(int engine) throws IOException {
        tellContents(engine, snapshot.memory(engine));
        for (Source source : snapshot.state(engine).getSourcesList()) {
            tellContents(engine, tree(source));
        }
        if (contents.getPagesCount() > 0) {
            writeContents(engine);
        }
    }

    private void tellContents(int engine, Tree tree) throws IOException {
        TreeDiff pages = new TreeDiff(null, tree);
        for (Optional<TreeDiff.Page> next = pages.next(); next.isPresent(); next = pages.next()) {
            Hash hash = hash(next.get());
            if (written.add(hash)) {
                contents.addPages(content(next.get().page(), tree.page(hash, next.get().page())));
            }
            if (contents.getPagesCount() == Protocol.MAX_PART_PAGES) {
                writeContents(engine);
            }
        }
    }

    private void writeContents(int engine) throws IOException {
        out.part(engine, part().setContents(contents).build());
        contents = PageContents.newBuilder();
    }

    private static PageContent content(long page, byte[] data) {
        CRC32C crc = new CRC32C();
        crc.update(data);
        return PageContent.newBuilder()
                .setAddress(TreeBuilder.address(page))
                .setData(UnsafeByteOperations.unsafeWrap(data))
                .setCrc32C((int) crc.getValue())
                .build();
    }

    private Tree tree(Source source) {
        return snapshot.source(snapshot.sourcePlace(source.getSha256()));
    }

    private static Hash hash(TreeDiff.Page page) {
        return Objects.requireNonNull(page.subject());
    }

    private static CapturePart.Builder part() {
        return CapturePart.newBuilder();
    }

    /** Rows that end with a hash, as many as a part may have. */
    private static final class HashRows {
        private final int rowBytes;
        private final ByteBuffer rows;

        HashRows(int rowBytes) {
            this.rowBytes = rowBytes;
            rows = ExportLayout.littleEndian(Protocol.MAX_PART_HASHES * rowBytes);
        }

        void add(long address, Hash hash) {
            rows.putLong(address);
            add(hash);
        }

        void add(Hash hash) {
            rows.put(hash.bytes());
        }

        boolean isFull() {
            return rows.remaining() < rowBytes;
        }

        boolean isEmpty() {
            return rows.position() == 0;
        }

        ByteString take() {
            ByteString taken = ByteString.copyFrom(rows.flip());
            rows.clear();
            return taken;
        }
    }
}
