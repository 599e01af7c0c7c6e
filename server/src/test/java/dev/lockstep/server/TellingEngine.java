package dev.lockstep.server;

import com.google.protobuf.ByteString;

import dev.lockstep.proto.v1.Capture;
import dev.lockstep.proto.v1.CaptureDone;
import dev.lockstep.proto.v1.CapturePart;
import dev.lockstep.proto.v1.CoordinatorFrame;
import dev.lockstep.proto.v1.EngineFrame;
import dev.lockstep.proto.v1.PagesWanted;
import dev.lockstep.proto.v1.Restore;
import dev.lockstep.proto.v1.Role;
import dev.lockstep.server.snapshot.FakeGuest;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * An engine made of bare frames, which tells the state of a fake guest whenever it is asked to, on
 * a thread of its own. It executes nothing unless told to: whatever step is wanted, there it
 * stands.
 */
final class TellingEngine implements Closeable {
    /** Says a part otherwise, or not at all. */
    interface Twist {
        /** Returns what is said instead; an engine whose twist throws dies, as a process does. */
        List<CapturePart> apply(CapturePart part) throws IOException;
    }

    final FakeGuest guest;

    /** The guest ends before it comes to any state after this one. */
    volatile long lastStep = Long.MAX_VALUE;

    private final RawEngine raw;
    private final Twist twist;
    private final Map<Long, Capture> orders = new ConcurrentHashMap<>();
    private final List<Restore> restored = new ArrayList<>();
    private final CompletableFuture<Capture> ordered = new CompletableFuture<>();
    private final CompletableFuture<Boolean> welcome = new CompletableFuture<>();
    private final CompletableFuture<List<Restore>> begun = new CompletableFuture<>();
    private final CompletableFuture<String> refusal = new CompletableFuture<>();

    private TellingEngine(RawEngine raw, FakeGuest guest, Twist twist) {
        this.raw = raw;
        this.guest = guest;
        this.twist = twist;
    }

    /** Joins a run; the interpreter is its reference. */
    static TellingEngine join(Path socket, String run, String name, FakeGuest guest)
            throws IOException {
        return join(socket, run, name, guest, List::of);
    }

    static TellingEngine join(Path socket, String run, String name, FakeGuest guest, Twist twist)
            throws IOException {
        RawEngine raw = RawEngine.connect(socket, name);
        raw.captures = true;
        raw.hello(run, name.equals("interp") ? Role.ROLE_REFERENCE : Role.ROLE_SUBJECT);
        TellingEngine engine = new TellingEngine(raw, guest, twist);
        Thread.ofPlatform().daemon().name("engine " + name).start(engine::serve);
        return engine;
    }

    /** Waits for Welcome; returns whether the guest is to begin from a state. */
    boolean awaitWelcome() {
        return welcome.join();
    }

    /** Waits until the first state is asked for. */
    void awaitOrder() {
        ordered.join();
    }

    /** Returns how many orders are not done with. */
    int orderCount() {
        return orders.size();
    }

    /** Waits for the whole state to begin from; returns its first part, which has no pages. */
    Restore awaitState() {
        return begun.join().getFirst();
    }

    /** Returns the pages of the state to begin from. */
    Map<Long, ByteString> restoredPages() {
        Map<Long, ByteString> pages = new TreeMap<>();
        for (Restore part : begun.join()) {
            part.getPagesList().forEach(page -> pages.put(page.getAddress(), page.getData()));
        }
        return pages;
    }

    /** Waits until the coordinator closes; returns the text of its Error or Halt, if any. */
    String awaitEnd() {
        return refusal.join();
    }

    /** Executes blocks from where its guest begins. */
    void execute(long step, long pc, int blocks) throws IOException {
        raw.beginAt(step, pc);
        raw.sendBatch(blocks, 7);
    }

    void end() throws IOException {
        raw.end();
    }

    @Override
    public void close() throws IOException {
        raw.close();
    }

    private void serve() {
        String last = "";
        try (raw) {
            while (last.isEmpty()) {
                last = take(raw.receive());
            }
            raw.leaveHalted();
        } catch (IOException e) {
            // The coordinator or the test has closed.
        } finally {
            refusal.complete(last);
            ordered.cancel(false);
            begun.cancel(false);
            welcome.cancel(false);
        }
    }

    /** Returns why this was the last frame; empty if it was not. */
    private String take(CoordinatorFrame frame) throws IOException {
        switch (frame.getBodyCase()) {
            case WELCOME -> {
                welcome.complete(frame.getWelcome().getRestores());
                for (Capture order : orders.values()) {
                    tell(order);
                }
            }
            case RESTORE -> restore(frame.getRestore());
            case CAPTURE -> {
                ordered.complete(frame.getCapture());
                orders.put(frame.getCapture().getId(), frame.getCapture());
                if (welcome.isDone()) {
                    tell(frame.getCapture());
                }
            }
            case PAGES_WANTED -> answer(frame.getPagesWanted());
            case CAPTURE_DONE -> forget(frame.getCaptureDone());
            case HALT -> {
                return frame.getHalt().getText();
            }
            case ERROR -> {
                return frame.getError().getText();
            }
            default -> {
                // Credit, and what else is for engines that execute.
            }
        }
        return "";
    }

    private void restore(Restore part) {
        restored.add(part);
        if (!part.getMore()) {
            begun.complete(List.copyOf(restored));
        }
    }

    private void tell(Capture order) throws IOException {
        if (order.getStep() > lastStep) {
            return;
        }
        guest.step = order.getStep();
        for (CapturePart part : guest.told()) {
            say(order.getId(), order.getStep(), part);
        }
    }

    private void answer(PagesWanted wanted) throws IOException {
        say(wanted.getId(), wanted.getStep(), guest.answer(wanted.getHashes()));
    }

    /** Tells the next state, if there is to be one. */
    private void forget(CaptureDone done) throws IOException {
        Capture order = orders.remove(done.getId());
        if (order != null && order.getEverySteps() > 0 && done.getStep() != 0) {
            long next = order.getStep() + order.getEverySteps();
            Capture later = order.toBuilder().setStep(next).build();
            orders.put(later.getId(), later);
            tell(later);
        }
    }

    private void say(long id, long step, CapturePart part) throws IOException {
        CapturePart whole = part.toBuilder().setId(id).setStep(step).build();
        for (CapturePart said : twist.apply(whole)) {
            raw.send(EngineFrame.newBuilder().setCapturePart(said));
        }
    }
}
