package dev.lockstep.server.run;

import dev.lockstep.proto.v1.Capture;
import dev.lockstep.proto.v1.CaptureDone;
import dev.lockstep.proto.v1.Credit;
import dev.lockstep.proto.v1.ErrorCode;
import dev.lockstep.proto.v1.Examine;
import dev.lockstep.proto.v1.HaltReason;
import dev.lockstep.proto.v1.InputResult;
import dev.lockstep.proto.v1.PagesWanted;
import dev.lockstep.proto.v1.PeerState;
import dev.lockstep.proto.v1.Restore;
import dev.lockstep.proto.v1.Resume;
import dev.lockstep.proto.v1.Welcome;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Keeps what an engine would have been sent. */
final class FakeLink implements EngineLink {
    final List<Credit> credits = new ArrayList<>();

    /** What was sent, by kind; inputs aside. */
    final List<String> order = new ArrayList<>();

    final List<PeerState> peers = new ArrayList<>();
    final List<InputResult> inputs = new ArrayList<>();
    final List<Runnable> unwritten = new ArrayList<>();
    final List<Resume> resumes = new ArrayList<>();
    final List<Capture> captures = new ArrayList<>();
    final List<PagesWanted> wanted = new ArrayList<>();
    final List<CaptureDone> doneCaptures = new ArrayList<>();
    final List<Restore> restores = new ArrayList<>();
    boolean writesAtOnce = true;

    /** Takes what the engine is asked to execute again. */
    Consumer<Examine> examiner = question -> {};

    Consumer<Resume> resumer = resume -> {};

    @Nullable Welcome welcome;
    @Nullable HaltReason halted;
    @Nullable ErrorCode refused;
    String text = "";
    boolean closed;

    @Override
    public void welcome(Welcome message) {
        order.add("welcome");
        welcome = message;
    }

    @Override
    public void peer(PeerState state) {
        order.add("peer");
        peers.add(state);
    }

    @Override
    public void credit(Credit credit) {
        order.add("credit");
        credits.add(credit);
    }

    @Override
    public void input(InputResult result, Runnable written) {
        inputs.add(result);
        if (writesAtOnce) {
            written.run();
        } else {
            unwritten.add(written);
        }
    }

    @Override
    public void examine(Examine question) {
        order.add("examine");
        examiner.accept(question);
    }

    @Override
    public void resume(Resume resume, long epoch) {
        order.add("resume");
        resumes.add(resume);
        resumer.accept(resume);
    }

    @Override
    public void capture(Capture capture) {
        order.add("capture");
        captures.add(capture);
    }

    @Override
    public void wantPages(PagesWanted pages) {
        order.add("pages wanted");
        wanted.add(pages);
    }

    @Override
    public void captureDone(CaptureDone done) {
        order.add("capture done");
        doneCaptures.add(done);
    }

    @Override
    public void restore(StateReader state, Runnable written, Consumer<String> failed) {
        state.next(
                new StateReader.Taker() {
                    @Override
                    public void take(Restore part) {
                        order.add("restore");
                        restores.add(part);
                        written.run();
                        if (part.getMore()) {
                            restore(state, written, failed);
                        } else {
                            state.close();
                        }
                    }

                    @Override
                    public void fail(String why) {
                        state.close();
                        failed.accept(why);
                    }
                });
    }

    @Override
    public void halt(HaltReason reason, String why) {
        order.add("halt");
        halted = reason;
        text = why;
    }

    @Override
    public void refuse(ErrorCode code, String why) {
        refused = code;
        text = why;
    }

    @Override
    public void close() {
        closed = true;
    }
}
