package dev.lockstep.server.control;

import dev.lockstep.proto.v1.DivergencesGrpc;
import dev.lockstep.proto.v1.LogsGrpc;
import dev.lockstep.proto.v1.RunsGrpc;
import dev.lockstep.proto.v1.SnapshotsGrpc;
import dev.lockstep.proto.v1.StatesGrpc;
import dev.lockstep.server.feed.Feed;

import io.grpc.BindableService;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;

import java.util.List;
import java.util.concurrent.Executor;

/** The services of a coordinator. */
public final class Services {
    private Services() {}

    /**
     * Returns Runs, Divergences, Logs, Snapshots, States, health and reflection.
     *
     * @param thread the thread on which all of them are called
     */
    public static List<BindableService> of(
            Coordinator coordinator,
            Plugins plugins,
            Feed feed,
            LogsService logs,
            SnapshotsService snapshots,
            StatesService states,
            Executor thread) {
        HealthStatusManager health = new HealthStatusManager();
        health.setStatus(RunsGrpc.SERVICE_NAME, ServingStatus.SERVING);
        health.setStatus(DivergencesGrpc.SERVICE_NAME, ServingStatus.SERVING);
        health.setStatus(SnapshotsGrpc.SERVICE_NAME, ServingStatus.SERVING);
        health.setStatus(LogsGrpc.SERVICE_NAME, ServingStatus.SERVING);
        health.setStatus(StatesGrpc.SERVICE_NAME, ServingStatus.SERVING);
        return List.of(
                new RunsService(coordinator, plugins, thread),
                new DivergencesService(coordinator, feed, thread),
                logs,
                snapshots,
                states,
                health.getHealthService(),
                ProtoReflectionServiceV1.newInstance());
    }
}
