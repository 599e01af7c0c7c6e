package dev.lockstep.server.transport;

import dev.lockstep.proto.v1.Capture;
import dev.lockstep.proto.v1.CaptureDone;
import dev.lockstep.proto.v1.CoordinatorFrame;
import dev.lockstep.proto.v1.Credit;
import dev.lockstep.proto.v1.ErrorCode;
import dev.lockstep.proto.v1.Examine;
import dev.lockstep.proto.v1.Halt;
import dev.lockstep.proto.v1.HaltReason;
import dev.lockstep.proto.v1.InputResult;
import dev.lockstep.proto.v1.PagesWanted;
import dev.lockstep.proto.v1.PeerState;
import dev.lockstep.proto.v1.Restore;
import dev.lockstep.proto.v1.Resume;
import dev.lockstep.proto.v1.Welcome;
import dev.lockstep.server.run.EngineLink;
import dev.lockstep.server.run.StateReader;

import java.util.function.Consumer;

/**
 * Calls in, frames out. What waits to be written is bounded: inputs by the input credit of the run,
 * all else by what the engines may send under theirs.
 */
final class EngineProxy implements EngineLink {
    private final Line line;
    private long epoch;

    EngineProxy(Line line) {
        this.line = line;
    }

    @Override
    public void welcome(Welcome welcome) {
        send(CoordinatorFrame.newBuilder().setWelcome(welcome), Line.Passage.UNSEEN);
    }

    @Override
    public void peer(PeerState state) {
        line.sendWithNext(
                CoordinatorFrame.newBuilder().setEpoch(epoch).setPeerState(state).build());
    }

    @Override
    public void credit(Credit credit) {
        send(CoordinatorFrame.newBuilder().setCredit(credit), Line.Passage.UNSEEN);
    }

    @Override
    public void input(InputResult result, Runnable written) {
        send(CoordinatorFrame.newBuilder().setInputResult(result), written::run);
    }

    @Override
    public void examine(Examine question) {
        send(CoordinatorFrame.newBuilder().setExamine(question), Line.Passage.UNSEEN);
    }

    @Override
    public void resume(Resume resume, long newEpoch) {
        epoch = newEpoch;
        send(CoordinatorFrame.newBuilder().setResume(resume), Line.Passage.UNSEEN);
    }

    @Override
    public void capture(Capture order) {
        send(CoordinatorFrame.newBuilder().setCapture(order), Line.Passage.UNSEEN);
    }

    @Override
    public void wantPages(PagesWanted pages) {
        send(CoordinatorFrame.newBuilder().setPagesWanted(pages), Line.Passage.UNSEEN);
    }

    @Override
    public void captureDone(CaptureDone done) {
        send(CoordinatorFrame.newBuilder().setCaptureDone(done), Line.Passage.UNSEEN);
    }

    @Override
    public void restore(StateReader state, Runnable written, Consumer<String> failed) {
        state.next(
                new StateReader.Taker() {
                    @Override
                    public void take(Restore part) {
                        line.execute(() -> pass(part, state, written, failed));
                    }

                    @Override
                    public void fail(String why) {
                        state.close();
                        line.execute(() -> failed.accept(why));
                    }
                });
    }

    /** The next part is fetched when this one has left. */
    private void pass(Restore part, StateReader state, Runnable written, Consumer<String> failed) {
        send(
                CoordinatorFrame.newBuilder().setRestore(part),
                new Line.Passage() {
                    @Override
                    public void arrived() {
                        written.run();
                        if (part.getMore()) {
                            restore(state, written, failed);
                        } else {
                            state.close();
                        }
                    }

                    @Override
                    public void lost() {
                        state.close();
                    }
                });
        line.askArrival();
    }

    @Override
    public void halt(HaltReason reason, String text) {
        Halt.Builder halt = Halt.newBuilder().setReason(reason).setText(text);
        send(CoordinatorFrame.newBuilder().setHalt(halt), Line.Passage.UNSEEN);
    }

    @Override
    public void refuse(ErrorCode code, String text) {
        line.refuse(LastWord.refusal(code, text).toBuilder().setEpoch(epoch).build());
    }

    @Override
    public void close() {
        line.close();
    }

    private void send(CoordinatorFrame.Builder frame, Line.Passage passage) {
        line.send(frame.setEpoch(epoch).build(), passage);
    }
}
