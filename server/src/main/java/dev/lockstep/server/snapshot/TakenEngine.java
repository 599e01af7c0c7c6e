package dev.lockstep.server.snapshot;

import static dev.lockstep.server.snapshot.StateRules.expect;

import com.google.protobuf.ByteString;

import dev.lockstep.proto.v1.CapturePart;
import dev.lockstep.proto.v1.EngineSnapshot;
import dev.lockstep.proto.v1.GuestState;
import dev.lockstep.protocol.Protocol;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;

/** What one engine tells of its state, held to what a state has to be. Not thread-safe. */
final class TakenEngine {
    private final EngineSnapshot about;
    private final Plan plan;
    private final Hashes lacking;
    private final BitSet arrived = new BitSet();
    private int arrivedCount;
    private final TreeBuilder memory;
    private final List<TakenSource> sources = new ArrayList<>();
    private final List<Hash> sourceRoots = new ArrayList<>();
    private int asked;
    private @Nullable GuestState state;
    private @Nullable Mappings mappings;
    private long lastAddress;
    private int pageCount;

    /** How many pages of memory there may be beside those of the sources. */
    private long pageLimit;

    private @Nullable Hash root;
    private long stallNs;

    TakenEngine(EngineSnapshot about, Plan plan) {
        this.about = about;
        this.plan = plan;
        lacking = plan.lacking();
        memory = plan.tree(lacking);
    }

    /** Takes the state, which comes before its pages. */
    void begin(GuestState told) {
        expect(state == null, "engine %s: a second state (expected: one)", name());
        StateRules.check(told);
        state = told;
        mappings = new Mappings(told.getMappingsList());
        pageLimit = Protocol.MAX_STATE_PAGES - StateRules.sourcePages(told.getSourcesList());
        told.getSourcesList()
                .forEach(source -> sources.add(new TakenSource(source, plan.tree(lacking))));
    }

    /** Takes rows of addresses and hashes, as {@link CapturePart} has them. */
    void addPages(ByteString told) {
        Mappings mapped = mappings;
        expect(
                mapped != null && root == null && told.size() % Protocol.PAGE_ROW_BYTES == 0,
                "engine %s: %d bytes of pages (expected: rows of %d, after the state, before the"
                        + " end)",
                name(),
                told.size(),
                Protocol.PAGE_ROW_BYTES);
        ByteBuffer rows = ByteBuffer.wrap(told.toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
        for (int row = 0; row < rows.limit(); row += Protocol.PAGE_ROW_BYTES) {
            addPage(mapped, rows.getLong(row), Hash.read(rows.array(), row + Long.BYTES));
        }
    }

    private void addPage(@Nullable Mappings mapped, long address, Hash hash) {
        expect(
                pageCount == 0 || Long.compareUnsigned(address, lastAddress) > 0,
                "engine %s: page 0x%x after 0x%x (expected: ascending)",
                name(),
                address,
                lastAddress);
        expect(
                address % Protocol.PAGE_BYTES == 0
                        && mapped != null
                        && mapped.holds(address, Protocol.PAGE_BYTES),
                "engine %s: page 0x%x (expected: a mapped page, a multiple of %d)",
                name(),
                address,
                Protocol.PAGE_BYTES);
        expect(
                !hash.equals(Hash.OF_ZEROS) && pageCount < pageLimit,
                "engine %s: page 0x%x, number %d (expected: no row for zeros, at most %d pages)",
                name(),
                address,
                pageCount,
                pageLimit);
        memory.add(TreeBuilder.page(address), hash);
        lastAddress = address;
        pageCount++;
    }

    /** Takes hashes of pages of a source. */
    void addSourcePages(int source, ByteString hashes) {
        expect(
                source >= 0 && source < sources.size() && root == null,
                "engine %s: pages of source %d (expected: one of %d, before the end)",
                name(),
                source,
                sources.size());
        sources.get(source).add(hashes);
    }

    /** Takes note that all hashes are told. */
    void end(long stoodStillNs) {
        expect(state != null && root == null, "engine %s: an end (expected: one state's)", name());
        root = memory.finish();
        sources.forEach(source -> sourceRoots.add(source.finish()));
        stallNs = stoodStillNs;
    }

    /** Returns the hashes of pages that it has to send next, 32 bytes each; empty for none. */
    ByteString wanted(int limit) {
        int end = Math.min(lacking.size(), asked + limit);
        byte[] hashes = new byte[(end - asked) * Hash.BYTES];
        for (int i = asked; i < end; i++) {
            lacking.get(i).write(hashes, (i - asked) * Hash.BYTES);
        }
        asked = end;
        return ByteString.copyFrom(hashes);
    }

    /** Returns whether the page was lacking until now. */
    boolean arrived(Hash page) {
        int index = lacking.indexOf(page);
        if (index < 0 || arrived.get(index)) {
            return false;
        }
        arrived.set(index);
        arrivedCount++;
        return true;
    }

    /** Returns whether all is told and nothing is lacking. */
    boolean isComplete() {
        return root != null && missingPages() == 0;
    }

    private int missingPages() {
        return lacking.size() - arrivedCount;
    }

    String name() {
        return about.getEngine();
    }

    /** Returns the roots of the state's sources, in its order. */
    List<Hash> sourceRoots() {
        return sourceRoots;
    }

    GuestState state() {
        checkComplete();
        return Objects.requireNonNull(state);
    }

    Hash root() {
        checkComplete();
        return Objects.requireNonNull(root);
    }

    /** Returns the account of it for the manifest. */
    EngineSnapshot account() {
        return about.toBuilder()
                .setMemoryRoot(root().message())
                .setMachineDigest(MachineDigest.of(state()))
                .setPageCount(pageCount)
                .setNewPageCount(lacking.size())
                .setStallNs(stallNs)
                .build();
    }

    private void checkComplete() {
        expect(
                isComplete(),
                "engine %s: %s (expected: all of a state)",
                name(),
                root == null ? "not all hashes came" : missingPages() + " pages did not come");
    }
}
