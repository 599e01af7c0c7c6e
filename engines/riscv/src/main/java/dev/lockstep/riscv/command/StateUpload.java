package dev.lockstep.riscv.command;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;

import dev.lockstep.proto.v1.CaptureEnd;
import dev.lockstep.proto.v1.CapturePart;
import dev.lockstep.proto.v1.GuestState;
import dev.lockstep.proto.v1.PageContent;
import dev.lockstep.proto.v1.PageContents;
import dev.lockstep.proto.v1.PagesWanted;
import dev.lockstep.proto.v1.SourcePages;
import dev.lockstep.protocol.Protocol;
import dev.lockstep.riscv.StateException;
import dev.lockstep.riscv.World;
import dev.lockstep.riscv.memory.CaptureException;
import dev.lockstep.riscv.memory.CapturedMemory;
import dev.lockstep.riscv.memory.PageRows;
import dev.lockstep.riscv.snapshot.CapturedSources;
import dev.lockstep.riscv.snapshot.SourcedPages;
import dev.lockstep.sdk.CaptureOrders;
import dev.lockstep.sdk.EngineSession;
import dev.lockstep.sdk.SessionEndedException;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.zip.CRC32C;

/**
 * Tells the coordinator a state that was taken, on a thread of its own: what there is by hashes,
 * then the contents that are wanted.
 */
final class StateUpload {
    private final EngineSession session;
    private final CaptureOrders.Due due;
    private final GuestState.Builder state;
    private final Optional<World> world;
    private final CapturedMemory memory;
    private final CapturedSources sources;
    private final CompletableFuture<Void> told = new CompletableFuture<>();
    private final CompletableFuture<Void> over = new CompletableFuture<>();

    /**
     * @param state what the engine's thread knows of it
     */
    StateUpload(
            EngineSession session,
            CaptureOrders.Due due,
            GuestState.Builder state,
            Optional<World> world,
            CapturedMemory memory,
            CapturedSources sources) {
        this.session = session;
        this.due = due;
        this.state = state;
        this.world = world;
        this.memory = memory;
        this.sources = sources;
    }

    /**
     * Begins.
     *
     * @param stallNanos how long the guest stood still
     */
    void start(long stallNanos) {
        Thread.ofPlatform().daemon().name("lockstep-capture").start(() -> run(stallNanos));
    }

    /** Is completed when this is over: then memory can be captured again. */
    CompletableFuture<Void> over() {
        return over;
    }

    /** Is completed when all is told but contents, or never will be. */
    CompletableFuture<Void> told() {
        return told;
    }

    private void run(long stallNanos) {
        try {
            tell(stallNanos);
        } catch (SessionEndedException e) {
            orders().forget(due); // Nobody wants to know any more.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) { // Who waits for this state has to know.
            orders().forget(due);
            refuse(e);
        } finally {
            memory.release();
            world.ifPresent(World::close);
            told.complete(null);
            over.complete(null);
        }
    }

    private CaptureOrders orders() {
        return session.captures();
    }

    private void refuse(Throwable failure) {
        try {
            session.tell(StateCaptures.refusal(due, failure));
        } catch (SessionEndedException e) {
            // Nobody wants to know any more.
        }
    }

    private void tell(long stallNanos) throws InterruptedException {
        PageRows pages = memory.pages();
        SourcedPages sourced = sources.compare(pages);
        tell(part().setState(whole(sourced)));
        tellHashes(pages);
        for (int source = 0; source < sourced.sources().size(); source++) {
            tellHashes(source, sourced.pageHashes(source));
        }
        tell(part().setEnd(CaptureEnd.newBuilder().setStallNs(stallNanos)));
        told.complete(null);
        for (PagesWanted next = orders().await(due); next != null; next = orders().await(due)) {
            tell(part().setContents(contents(next.getHashes(), sourced)));
        }
    }

    private CapturePart.Builder part() {
        return CapturePart.newBuilder().setId(due.id()).setStep(due.step());
    }

    private void tell(CapturePart.Builder part) {
        session.tell(part.build());
    }

    private GuestState whole(SourcedPages sourced) throws InterruptedException {
        state.addAllMappings(memory.mappings())
                .addAllSources(sourced.sources())
                .addAllSourceRuns(sourced.runs());
        if (world.isPresent()) {
            state.setWorld(world.get().state());
        }
        GuestState whole = state.build();
        if (whole.getSerializedSize() > Protocol.MAX_STATE_BYTES) {
            throw new StateException(
                    "the state of this guest has %d bytes without its memory (expected: at most %d)"
                            .formatted(whole.getSerializedSize(), Protocol.MAX_STATE_BYTES));
        }
        return whole;
    }

    private void tellHashes(PageRows pages) {
        for (int from = 0; from < pages.count(); from += Protocol.MAX_PART_HASHES) {
            int to = Math.min(pages.count(), from + Protocol.MAX_PART_HASHES);
            tell(part().setPages(UnsafeByteOperations.unsafeWrap(pages.bytes(from, to))));
        }
    }

    private void tellHashes(int source, byte[] hashes) {
        int partBytes = Protocol.MAX_PART_HASHES * Protocol.PAGE_HASH_BYTES;
        for (int from = 0; from < hashes.length; from += partBytes) {
            int length = Math.min(partBytes, hashes.length - from);
            tell(
                    part().setSourcePages(
                                    SourcePages.newBuilder()
                                            .setSource(source)
                                            .setHashes(
                                                    UnsafeByteOperations.unsafeWrap(
                                                            hashes, from, length))));
        }
    }

    private PageContents contents(ByteString hashes, SourcedPages sourced) {
        PageContents.Builder contents = PageContents.newBuilder();
        for (int at = 0; at < hashes.size(); at += Protocol.PAGE_HASH_BYTES) {
            byte[] hash = hashes.substring(at, at + Protocol.PAGE_HASH_BYTES).toByteArray();
            contents.addPages(content(hash, sourced));
        }
        return contents.build();
    }

    private PageContent content(byte[] hash, SourcedPages sourced) {
        byte[] content =
                memory.content(hash)
                        .or(() -> sourced.content(hash))
                        .orElseThrow(() ->
                                new CaptureException(
                                        "a page is wanted that was not told of; the coordinator and"
                                                + " this engine misunderstand each other"));
        CRC32C crc = new CRC32C();
        crc.update(content);
        return PageContent.newBuilder()
                .setData(UnsafeByteOperations.unsafeWrap(content))
                .setCrc32C((int) crc.getValue())
                .build();
    }
}
