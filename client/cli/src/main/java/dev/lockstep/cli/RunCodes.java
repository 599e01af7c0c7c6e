package dev.lockstep.cli;

import dev.lockstep.cli.code.GuestCode;
import dev.lockstep.proto.v1.GetRunRequest;
import dev.lockstep.proto.v1.Run;
import dev.lockstep.proto.v1.RunEvent;
import dev.lockstep.proto.v1.RunsGrpc;
import dev.lockstep.server.log.StoredRun;
import dev.lockstep.server.transport.ControlClient;

import io.grpc.StatusRuntimeException;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The programs of the runs that are watched, each read when its first divergence comes. */
final class RunCodes {
    /** Programs kept. At it, the one read first is forgotten, and read again when needed. */
    private static final int CAPACITY = 16;

    private static final long ANSWER_SECONDS = 2;

    private final Map<String, GuestCode> codes =
            new LinkedHashMap<>() {
                private static final long serialVersionUID = 1;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, GuestCode> eldest) {
                    return size() > CAPACITY;
                }
            };

    /**
     * Starts with what the log knows.
     *
     * @param wanted the only run that is watched, if it is one
     */
    RunCodes(Optional<StoredRun> wanted) {
        wanted.ifPresent(
                run -> codes.put(run.name(), PastProgram.code(run.command(), run.created())));
    }

    /** Returns what is known of the program that an event is about. */
    GuestCode of(RunEvent event, ControlClient client) {
        if (event.hasCreated()) {
            codes.remove(event.getRun()); // Another run had the name.
        }
        return event.hasDiverged()
                ? codes.computeIfAbsent(event.getRun(), run -> code(run, client))
                : GuestCode.NONE;
    }

    private static GuestCode code(String name, ControlClient client) {
        try {
            Run run =
                    RunsGrpc.newBlockingStub(client.channel())
                            .withDeadlineAfter(ANSWER_SECONDS, TimeUnit.SECONDS)
                            .getRun(GetRunRequest.newBuilder().setName(name).build());
            Instant created =
                    Instant.ofEpochSecond(
                            run.getCreateTime().getSeconds(), run.getCreateTime().getNanos());
            return PastProgram.code(run.getConfig().getCommand(), created);
        } catch (StatusRuntimeException e) {
            return GuestCode.NONE; // It is decoration; the divergence itself is there.
        }
    }
}
