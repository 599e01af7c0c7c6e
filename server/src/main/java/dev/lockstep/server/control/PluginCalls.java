package dev.lockstep.server.control;

import dev.lockstep.proto.v1.AttachPluginRequest;
import dev.lockstep.proto.v1.AttachPluginResponse;
import dev.lockstep.server.run.EngineSpec;
import dev.lockstep.server.run.Role;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;

import java.util.concurrent.Executor;

/** Calls that wait for plugins of QEMU. Of the thread of the services alone. */
final class PluginCalls {
    /** Plugins that are waited for at a time. Further ones: RESOURCE_EXHAUSTED. */
    private static final int MAX_AWAITED = 64;

    private final Plugins plugins;
    private final Executor thread;
    private int awaitedCount;

    PluginCalls(Plugins plugins, Executor thread) {
        this.plugins = plugins;
        this.thread = thread;
    }

    /** Answers a call until its plugin has come, or its caller is gone. */
    void attach(
            AttachPluginRequest request, ServerCallStreamObserver<AttachPluginResponse> caller) {
        try {
            new Call(caller).begin(request);
        } catch (RuntimeException e) {
            caller.onError(Reply.status(e));
        }
    }

    private final class Call implements Plugins.News {
        private final ServerCallStreamObserver<AttachPluginResponse> caller;
        private boolean over;

        Call(ServerCallStreamObserver<AttachPluginResponse> caller) {
            this.caller = caller;
        }

        void begin(AttachPluginRequest request) {
            Role role =
                    Role.of(request.getRole())
                            .orElseThrow(() ->
                                    new IllegalArgumentException(
                                            "role: %s (expected: reference or subject)"
                                                    .formatted(request.getRole())));
            String run = Requests.runName("run", request.getRun());
            EngineSpec.checkName("name", request.getName());
            if (awaitedCount >= MAX_AWAITED) {
                throw Status.RESOURCE_EXHAUSTED
                        .withDescription(
                                "%d plugins are waited for (expected: at most that many); try again when one has come"
                                        .formatted(awaitedCount))
                        .asRuntimeException();
            }
            Plugins.Awaited plugin = plugins.await(run, role, request.getName(), this);
            awaitedCount++;
            caller.setOnCancelHandler(() -> end(plugin));
            caller.setOnCloseHandler(() -> end(plugin));
            caller.onNext(
                    AttachPluginResponse.newBuilder()
                            .setSocket(plugin.socket().toString())
                            .build());
        }

        @Override
        public void joined() {
            thread.execute(() -> {
                if (!over) {
                    caller.onNext(AttachPluginResponse.newBuilder().setConnected(true).build());
                    caller.onCompleted();
                }
            });
        }

        @Override
        public void refused(String why) {
            thread.execute(() -> {
                if (!over) {
                    caller.onError(
                            Status.FAILED_PRECONDITION.withDescription(why).asRuntimeException());
                }
            });
        }

        private void end(Plugins.Awaited plugin) {
            if (!over) {
                over = true;
                awaitedCount--;
                plugin.close();
            }
        }
    }
}
