package dev.lockstep.server.snapshot;

import static dev.lockstep.server.snapshot.StateRules.expect;

import com.google.protobuf.ByteString;

import dev.lockstep.proto.v1.CapturePart;
import dev.lockstep.proto.v1.GuestState;
import dev.lockstep.proto.v1.PageContent;
import dev.lockstep.proto.v1.Snapshot;
import dev.lockstep.proto.v1.Source;
import dev.lockstep.protocol.Protocol;
import dev.lockstep.server.snapshot.SnapshotException.Fault;
import dev.lockstep.server.sqlite.Database;
import dev.lockstep.server.sqlite.DatabaseException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.zip.CRC32C;

/**
 * A snapshot in the making. What the engines tell is checked and kept as it comes; nobody sees it
 * until it is committed, and nothing of it stays when it is closed before. Waits for the disk; of
 * one thread at a time.
 *
 * <p>Every method throws a {@link SnapshotException} when what it is given cannot be, and a {@link
 * DatabaseException} when it cannot be written; then nothing but {@link #close} can be done.
 */
public final class Take implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Take.class);

    private final Snapshot about;
    private final SourceFacts facts;
    private final Blobs blobs;
    private final BlobWriter writer;
    private final Claim claim;
    private final Plan plan;
    private final List<TakenEngine> engines;

    /** Where the engines stand; negative before the first of them has told. */
    private long step = -1;

    private boolean isCommitted;

    Take(Snapshot about, SourceFacts facts, Blobs blobs, Claim claim) {
        this.about = about;
        this.facts = facts;
        this.blobs = blobs;
        this.claim = claim;
        writer = new BlobWriter(blobs);
        plan = new Plan(blobs);
        engines =
                about.getEnginesList().stream()
                        .map(engine -> new TakenEngine(engine, plan))
                        .toList();
    }

    /**
     * Takes what an engine tells next; the parts of several may be mixed.
     *
     * @param engine its place among the engines of the snapshot
     */
    public void accept(int engine, CapturePart part) {
        TakenEngine teller = engines.get(engine);
        if (!part.hasContents()) {
            writer.settle();
        }
        switch (part.getPartCase()) {
            case STATE -> begin(teller, part.getState());
            case PAGES -> teller.addPages(part.getPages());
            case SOURCE_PAGES ->
                    teller.addSourcePages(
                            part.getSourcePages().getSource(), part.getSourcePages().getHashes());
            case END -> teller.end(part.getEnd().getStallNs());
            case CONTENTS -> keep(engine, part.getContents().getPagesList());
            case REFUSAL ->
                    expect(false, "engine %s refuses: %s", teller.name(), part.getRefusal());
            case PART_NOT_SET -> expect(false, "engine %s: an empty part", teller.name());
        }
    }

    /** Whatever else an engine at another step tells would be in vain. */
    private void begin(TakenEngine teller, GuestState state) {
        expect(
                step < 0 || state.getStep() == step,
                "engine %s: at step %d (expected: %d, where the first one is)",
                teller.name(),
                state.getStep(),
                step);
        teller.begin(state);
        step = state.getStep();
    }

    /**
     * Returns the hashes of the pages that an engine has to send next, 32 bytes each: pages that
     * neither the store has nor another engine brings. Each is returned once; empty for no more.
     *
     * @param limit at most so many
     */
    public ByteString wanted(int engine, int limit) {
        return engines.get(engine).wanted(limit);
    }

    /** Returns whether the engines have told all, and all that was lacking has come. */
    public boolean isComplete() {
        return engines.stream().allMatch(TakenEngine::isComplete);
    }

    /**
     * Returns what would be kept, without the number it gets.
     *
     * @throws SnapshotException if something is missing, or there is too much of it
     */
    public Snapshot manifest() {
        GuestState first = engines.getFirst().state();
        Snapshot.Builder manifest =
                about.toBuilder()
                        .clearId()
                        .clearDamage()
                        .clearEngines()
                        .clearSources()
                        .setStep(first.getStep())
                        .setPc(first.getPc())
                        .addAllSources(sources().stream().map(Kept::source).toList());
        engines.forEach(engine -> manifest.addEngines(engine.account()));
        manifest.setEqual(Manifests.areEqual(manifest.getEnginesList()));
        SnapshotRules.checkManifest(manifest.build());
        return manifest.build();
    }

    /** Keeps the snapshot for good; returns it with its number. */
    public Snapshot commit() {
        try {
            Snapshot manifest = manifest();
            List<Hash> states =
                    engines.stream().map(it -> writer.add(it.state().toByteArray())).toList();
            writer.addNodes(plan.nodes());
            List<Kept> sources = sources();
            sources.forEach(this::check);
            Snapshot kept = blobs.database().inTransaction(() -> enter(manifest, states, sources));
            isCommitted = true;
            return kept;
        } catch (BlobException e) {
            throw new SnapshotException(
                    Fault.DAMAGED,
                    "the store lacks what it had: %s; 'lockstep snapshot verify' tells more"
                            .formatted(e.getMessage()),
                    e);
        }
    }

    /** Ends the take; gives back the room of what it wrote if it was not committed. */
    @Override
    public void close() {
        writer.close();
        try (blobs) {
            claim.end(!isCommitted);
        } catch (DatabaseException | CancellationException e) {
            // Whoever makes a claim next finds this one without owner, and tidies up.
            LOG.warn("what a take of a snapshot left is still there: {}", e.getMessage());
        }
    }

    /** Keeps a page if it is lacking; returns whether it was. */
    boolean offer(int engine, byte[] page) {
        return offer(engine, blobs.pack(page));
    }

    private boolean offer(int engine, Blob blob) {
        boolean isLacking = engines.get(engine).arrived(blob.hash());
        if (isLacking) {
            writer.add(blob);
        }
        return isLacking;
    }

    /** A file that pages came from, as this take knows it. */
    private record Kept(Source source, Hash root) {}

    /** Returns the sources of all engines, each once. */
    private List<Kept> sources() {
        Map<ByteString, Kept> sources = new LinkedHashMap<>();
        for (TakenEngine engine : engines) {
            for (int i = 0; i < engine.sourceRoots().size(); i++) {
                Source source = engine.state().getSources(i);
                Kept kept = new Kept(source, engine.sourceRoots().get(i));
                Kept before = sources.putIfAbsent(source.getSha256(), kept);
                expect(
                        before == null || before.root().equals(kept.root()),
                        "source %s: different pages of the same file (expected: equal ones)",
                        source.getName());
            }
        }
        return List.copyOf(sources.values());
    }

    private void keep(int engine, List<PageContent> pages) {
        String teller = engines.get(engine).name();
        pages.forEach(page -> check(teller, page));
        // Nothing else takes as long, so it is done by as many threads as there are CPUs.
        List<Blob> packed =
                pages.parallelStream()
                        .map(page -> blobs.pack(page.getData().toByteArray()))
                        .toList();
        for (int i = 0; i < packed.size(); i++) {
            expect(
                    offer(engine, packed.get(i)),
                    "engine %s: page 0x%x holds %s (expected: one that was wanted)",
                    teller,
                    pages.get(i).getAddress(),
                    packed.get(i).hash());
        }
    }

    private static void check(String teller, PageContent page) {
        CRC32C crc = new CRC32C();
        crc.update(page.getData().asReadOnlyByteBuffer());
        expect(
                page.getData().size() == Protocol.PAGE_BYTES
                        && (int) crc.getValue() == page.getCrc32C(),
                "engine %s: page 0x%x: %d bytes, CRC32C 0x%x (expected: %d, 0x%x)",
                teller,
                page.getAddress(),
                page.getData().size(),
                page.getCrc32C(),
                Protocol.PAGE_BYTES,
                (int) crc.getValue());
    }

    private void check(Kept kept) {
        String title = "source " + kept.source().getName();
        facts.check(kept.source(), new Tree(title, blobs::read, kept.root()));
    }

    private Snapshot enter(Snapshot manifest, List<Hash> states, List<Kept> sources) {
        Database database = blobs.database();
        long id =
                database.query(
                                "SELECT coalesce(max(seq), 0) + 1 FROM sqlite_sequence",
                                row -> row.getLong(1))
                        .getFirst();
        Snapshot kept = manifest.toBuilder().setId(id).build();
        Blob manifestBlob = blobs.pack(kept.toByteArray());
        blobs.insert(List.of(manifestBlob));
        Inventory inventory =
                new Inventory(
                        manifestBlob.hash(),
                        states,
                        engines.stream().map(TakenEngine::root).toList(),
                        sources.stream().map(Kept::root).toList());
        writer.insert(List.of(inventory.node()));
        blobs.name(List.of(inventory.hash()));
        database.update(
                "INSERT INTO snapshot (id, run, inventory) VALUES (?, ?, ?)",
                id,
                kept.getRun(),
                inventory.hash().bytes());
        return kept;
    }
}
