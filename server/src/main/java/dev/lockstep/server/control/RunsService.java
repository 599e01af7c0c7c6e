package dev.lockstep.server.control;

import dev.lockstep.proto.v1.AbandonRunRequest;
import dev.lockstep.proto.v1.AttachPluginRequest;
import dev.lockstep.proto.v1.AttachPluginResponse;
import dev.lockstep.proto.v1.CreateRunRequest;
import dev.lockstep.proto.v1.GetRunRequest;
import dev.lockstep.proto.v1.ListRunsRequest;
import dev.lockstep.proto.v1.ListRunsResponse;
import dev.lockstep.proto.v1.Run;
import dev.lockstep.proto.v1.RunsGrpc;
import dev.lockstep.server.run.RunDefaults;
import dev.lockstep.server.run.RunStatus;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;

/** The service Runs. */
final class RunsService extends RunsGrpc.RunsImplBase {
    private static final int PAGE_SIZE = 64;
    private static final int MAX_PAGE_SIZE = 256;
    private static final int MAX_REASON_CHARACTERS = 256;

    private final Coordinator coordinator;
    private final PluginCalls plugins;
    private final Executor thread;
    private final Reply reply;

    /**
     * Creates the service.
     *
     * @param thread the thread of the services
     */
    RunsService(Coordinator coordinator, Plugins plugins, Executor thread) {
        this.coordinator = coordinator;
        this.plugins = new PluginCalls(plugins, thread);
        this.thread = thread;
        reply = new Reply(thread);
    }

    @Override
    public void createRun(CreateRunRequest request, StreamObserver<Run> caller) {
        reply.send(
                caller,
                () -> coordinator.create(Requests.spec(request, defaults(coordinator), null)),
                Messages::run);
    }

    @Override
    public void listRuns(ListRunsRequest request, StreamObserver<ListRunsResponse> caller) {
        reply.send(
                caller,
                () -> {
                    int size = Requests.pageSize(request.getPageSize(), PAGE_SIZE, MAX_PAGE_SIZE);
                    int start = Requests.pageStart(request.getPageToken());
                    return coordinator
                            .list()
                            .thenApplyAsync(runs -> page(runs, start, size), thread);
                },
                page -> page);
    }

    @Override
    public void getRun(GetRunRequest request, StreamObserver<Run> caller) {
        reply.send(
                caller,
                () -> coordinator.find(named(request.getName())),
                found -> run(found, request.getName()));
    }

    @Override
    public void abandonRun(AbandonRunRequest request, StreamObserver<Run> caller) {
        reply.send(
                caller,
                () -> {
                    String reason =
                            Requests.text("reason", request.getReason(), MAX_REASON_CHARACTERS);
                    return coordinator.abandon(
                            named(request.getName()),
                            reason.isEmpty() ? "abandoned on request" : reason);
                },
                found -> run(found, request.getName()));
    }

    @Override
    public void attachPlugin(
            AttachPluginRequest request, StreamObserver<AttachPluginResponse> caller) {
        plugins.attach(request, (ServerCallStreamObserver<AttachPluginResponse>) caller);
    }

    static RunDefaults defaults(Coordinator coordinator) {
        return coordinator
                .defaults()
                .orElseThrow(() ->
                        Status.UNAVAILABLE
                                .withDescription(
                                        "this coordinator serves one 'lockstep run'; create runs on"
                                                + " a 'lockstep serve'")
                                .asRuntimeException());
    }

    private static String named(String name) {
        return Requests.runName("name", name);
    }

    private static Run run(Optional<RunStatus> found, String name) {
        return found.map(Messages::run).orElseThrow(() -> Reply.noRun(name));
    }

    private static ListRunsResponse page(List<RunStatus> runs, int start, int size) {
        int end = Math.min(runs.size(), start + size);
        ListRunsResponse.Builder page = ListRunsResponse.newBuilder();
        if (start < end) {
            runs.subList(start, end).forEach(run -> page.addRuns(Messages.run(run)));
        }
        if (end < runs.size()) {
            page.setNextPageToken(Integer.toString(end));
        }
        return page.build();
    }
}
