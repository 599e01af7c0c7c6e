package dev.lockstep.server.capture;

import com.google.protobuf.ByteString;

import dev.lockstep.proto.v1.CapturePart;
import dev.lockstep.proto.v1.Hello;
import dev.lockstep.proto.v1.Role;
import dev.lockstep.server.run.CaptureListener;
import dev.lockstep.server.run.CaptureOrder;
import dev.lockstep.server.run.Capturing;
import dev.lockstep.server.snapshot.FakeGuest;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;

/**
 * A run whose engines, e0 and so on, tell when a test wants it, and send what is wanted at once.
 */
final class FakeRun implements CaptureRuns, Capturing {
    private final List<FakeGuest> guests;
    private final List<String> done = new CopyOnWriteArrayList<>();
    private volatile @Nullable CaptureListener listener;

    FakeRun(FakeGuest... guests) {
        this.guests = List.of(guests);
    }

    /** Returns what engines were told to forget. */
    List<String> done() {
        return done;
    }

    /** Has an engine tell its state but for contents. */
    void tell(int engine, long step) {
        for (CapturePart part : told(engine, step)) {
            say(engine, step, part);
        }
    }

    /** Has an engine begin to tell its state, and no more. */
    void begin(int engine, long step) {
        say(engine, step, told(engine, step).getFirst());
    }

    void refuse(int engine, long step, String why) {
        say(engine, step, CapturePart.newBuilder().setRefusal(why).build());
    }

    void end(String why) {
        listener().ended(why);
    }

    void breakOff(String why) {
        listener().brokenOff(why);
    }

    private List<CapturePart> told(int engine, long step) {
        FakeGuest guest = guests.get(engine);
        guest.step = step;
        return guest.told();
    }

    private void say(int engine, long step, CapturePart part) {
        listener().arrived(engine, part.toBuilder().setStep(step).build());
    }

    private CaptureListener listener() {
        return Objects.requireNonNull(listener);
    }

    @Override
    public Executor thread() {
        return Runnable::run;
    }

    @Override
    public CompletableFuture<Optional<CapturedRun>> capture(
            String run, CaptureOrder order, CaptureListener taker) {
        listener = taker;
        taker.began(this);
        return CompletableFuture.completedFuture(Optional.of(new CapturedRun(run, 1, "")));
    }

    @Override
    public List<Hello> engines() {
        return List.of(hello("e0", Role.ROLE_REFERENCE), hello("e1", Role.ROLE_SUBJECT));
    }

    private static Hello hello(String name, Role role) {
        return Hello.newBuilder().setName(name).setRole(role).setImplementation("a fake").build();
    }

    @Override
    public long step() {
        return 100;
    }

    @Override
    public void want(int engine, long step, ByteString hashes) {
        say(engine, step, guests.get(engine).answer(hashes));
    }

    @Override
    public void finish(int engine, long step) {
        done.add("%d finished %d".formatted(engine, step));
    }

    @Override
    public void cancel() {
        done.add("cancelled");
    }
}
