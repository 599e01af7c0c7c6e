package dev.lockstep.cli;

import dev.lockstep.proto.v1.Exit;
import dev.lockstep.proto.v1.ExitReason;
import dev.lockstep.proto.v1.Goodbye;
import dev.lockstep.proto.v1.GuestEnd;
import dev.lockstep.proto.v1.Hello;
import dev.lockstep.protocol.Protocol;
import dev.lockstep.sdk.EngineSession;
import dev.lockstep.sdk.RecordBatch;

import java.io.IOException;
import java.nio.file.Path;

/**
 * An engine that runs no guest: it reports as many blocks as its first argument says, as fast as it
 * gets credit.
 */
final class StreamingEngine {
    private static final long PC = 0x1000;
    private static final int BLOCK_STEPS = 5;

    private StreamingEngine() {}

    public static void main(String[] arguments) throws IOException {
        long blocks = Long.parseLong(arguments[0]);
        Path socket = Path.of(System.getenv("LOCKSTEP_SOCKET"));
        Hello hello = ScriptedEngine.hello(Protocol.VERSION, "same").getHello();
        try (EngineSession session = EngineSession.join(socket, hello, () -> {})) {
            session.begin(0, PC);
            RecordBatch batch = session.batch();
            for (long i = 0; i < blocks; i++) {
                if (!batch.add(PC, i, BLOCK_STEPS, 1)) {
                    session.flush();
                }
            }
            end(session, blocks);
        }
    }

    private static void end(EngineSession session, long blocks) {
        Exit exit = Exit.newBuilder().setReason(ExitReason.EXIT_REASON_EXITED).build();
        long steps = blocks * BLOCK_STEPS;
        session.end(GuestEnd.newBuilder().setStepCount(steps).setPc(PC).setExit(exit).build());
        session.goodbye(Goodbye.newBuilder().setStepCount(steps).setBlockCount(blocks).build());
    }
}
