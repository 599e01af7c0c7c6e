package dev.lockstep.server.capture;

import dev.lockstep.proto.v1.GuestState;
import dev.lockstep.proto.v1.PageContent;
import dev.lockstep.proto.v1.Restore;
import dev.lockstep.protocol.Protocol;
import dev.lockstep.server.run.ConfigException;
import dev.lockstep.server.run.StateReader;
import dev.lockstep.server.snapshot.SnapshotReader;
import dev.lockstep.server.snapshot.SnapshotStore;
import dev.lockstep.server.snapshot.StoredPage;

import java.util.Iterator;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.zip.CRC32C;

/**
 * Reads a state from the store on a thread of its own, which goes away when all is read or nobody
 * wants more.
 */
final class StoredState implements StateReader {
    private final SnapshotStore store;
    private final long snapshot;
    private final String engine;
    private final GuestState state;

    /** Who waits for the next part: one at a time. The part after that is read meanwhile. */
    private final BlockingQueue<Taker> asked = new ArrayBlockingQueue<>(1);

    private final Thread thread;

    StoredState(SnapshotStore store, long snapshot, String engine, GuestState state) {
        this.store = store;
        this.snapshot = snapshot;
        this.engine = engine;
        this.state = state;
        thread = Thread.ofPlatform().daemon().name("lockstep-restore").start(this::run);
    }

    @Override
    public void next(Taker taker) {
        asked.add(taker);
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    private void run() {
        try {
            read();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // Nobody wants more.
        } catch (RejectedExecutionException e) {
            // Nobody wants more either: the coordinator has closed meanwhile.
        } catch (ConfigException e) {
            fail(String.valueOf(e.getMessage()));
        } catch (Throwable e) { // Else the run would wait for ever.
            fail("snapshot %d cannot be read: %s".formatted(snapshot, e));
        }
    }

    private void read() throws InterruptedException {
        try (SnapshotReader reader = store.read(snapshot)) {
            Iterator<StoredPage> pages = reader.pages(engine);
            Restore.Builder part = Restore.newBuilder().setState(state);
            do {
                Restore next = filled(part, pages);
                asked.take().take(next);
                part = Restore.newBuilder();
            } while (pages.hasNext());
        }
    }

    private static Restore filled(Restore.Builder part, Iterator<StoredPage> pages) {
        while (pages.hasNext() && part.getPagesCount() < Protocol.MAX_PART_PAGES) {
            part.addPages(content(pages.next()));
        }
        return part.setMore(pages.hasNext()).build();
    }

    private static PageContent content(StoredPage page) {
        CRC32C crc = new CRC32C();
        crc.update(page.data().asReadOnlyByteBuffer());
        return PageContent.newBuilder()
                .setAddress(page.address())
                .setData(page.data())
                .setCrc32C((int) crc.getValue())
                .build();
    }

    private void fail(String why) {
        try {
            asked.take().fail(why);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // Nobody wants to know.
        } catch (RejectedExecutionException e) {
            // Nobody wants to know either.
        }
    }
}
