package dev.lockstep.server.transport;

import static io.netty.channel.ChannelFutureListener.CLOSE_ON_FAILURE;

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

import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.socket.DuplexChannel;

import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Calls in, frames out. What waits to be written is bounded: inputs by the input credit of the run,
 * all else by what the engines may send under theirs.
 */
final class EngineProxy implements EngineLink {
    /** How long a refused engine may take to read why. */
    static final long REFUSAL_TIMEOUT_MS = 5_000;

    private final Channel channel;
    private long epoch;

    EngineProxy(Channel channel) {
        this.channel = channel;
    }

    @Override
    public void welcome(Welcome welcome) {
        send(CoordinatorFrame.newBuilder().setWelcome(welcome), CLOSE_ON_FAILURE);
    }

    @Override
    public void peer(PeerState state) {
        var _ =
                channel.write(
                        CoordinatorFrame.newBuilder().setEpoch(epoch).setPeerState(state).build());
    }

    @Override
    public void credit(Credit credit) {
        send(CoordinatorFrame.newBuilder().setCredit(credit), CLOSE_ON_FAILURE);
    }

    @Override
    public void input(InputResult result, Runnable written) {
        send(CoordinatorFrame.newBuilder().setInputResult(result), then(written));
    }

    private ChannelFutureListener then(Runnable written) {
        return future -> {
            if (future.isSuccess()) {
                written.run();
            } else {
                close();
            }
        };
    }

    @Override
    public void examine(Examine question) {
        send(CoordinatorFrame.newBuilder().setExamine(question), CLOSE_ON_FAILURE);
    }

    @Override
    public void resume(Resume resume, long newEpoch) {
        epoch = newEpoch;
        send(CoordinatorFrame.newBuilder().setResume(resume), CLOSE_ON_FAILURE);
    }

    @Override
    public void capture(Capture order) {
        send(CoordinatorFrame.newBuilder().setCapture(order), CLOSE_ON_FAILURE);
    }

    @Override
    public void wantPages(PagesWanted pages) {
        send(CoordinatorFrame.newBuilder().setPagesWanted(pages), CLOSE_ON_FAILURE);
    }

    @Override
    public void captureDone(CaptureDone done) {
        send(CoordinatorFrame.newBuilder().setCaptureDone(done), CLOSE_ON_FAILURE);
    }

    @Override
    public void restore(StateReader state, Runnable written, Consumer<String> failed) {
        state.next(
                new StateReader.Taker() {
                    @Override
                    public void take(Restore part) {
                        channel.eventLoop().execute(() -> pass(part, state, written, failed));
                    }

                    @Override
                    public void fail(String why) {
                        state.close();
                        channel.eventLoop().execute(() -> failed.accept(why));
                    }
                });
    }

    /** The next part is fetched when this one has left. */
    private void pass(Restore part, StateReader state, Runnable written, Consumer<String> failed) {
        channel.writeAndFlush(
                        CoordinatorFrame.newBuilder().setEpoch(epoch).setRestore(part).build())
                .addListener(write -> {
                    if (!write.isSuccess()) {
                        state.close();
                        close();
                        return;
                    }
                    written.run();
                    if (part.getMore()) {
                        restore(state, written, failed);
                    } else {
                        state.close();
                    }
                });
    }

    @Override
    public void halt(HaltReason reason, String text) {
        Halt.Builder halt = Halt.newBuilder().setReason(reason).setText(text);
        send(CoordinatorFrame.newBuilder().setHalt(halt), CLOSE_ON_FAILURE);
    }

    @Override
    public void refuse(ErrorCode code, String text) {
        CoordinatorFrame.Builder frame = CoordinatorFrame.newBuilder();
        frame.getErrorBuilder().setCode(code).setText(text);
        // Closing at once would cut a peer off that is writing, before it has read why.
        send(frame, _ -> shutdownOutput());
        var _ =
                channel.eventLoop()
                        .schedule(this::close, REFUSAL_TIMEOUT_MS, TimeUnit.MILLISECONDS);
    }

    private void shutdownOutput() {
        if (channel instanceof DuplexChannel duplex) {
            var _ = duplex.shutdownOutput();
        } else {
            close();
        }
    }

    @Override
    public void close() {
        var _ = channel.close();
    }

    private void send(CoordinatorFrame.Builder frame, ChannelFutureListener then) {
        channel.writeAndFlush(frame.setEpoch(epoch).build()).addListener(then);
    }
}
