package dev.lockstep.server.control;

import com.google.protobuf.Timestamp;

import dev.lockstep.proto.v1.Divergence;
import dev.lockstep.proto.v1.DivergencePolicy;
import dev.lockstep.proto.v1.EnginePlace;
import dev.lockstep.proto.v1.Evidence;
import dev.lockstep.proto.v1.Exit;
import dev.lockstep.proto.v1.Run;
import dev.lockstep.proto.v1.RunConfig;
import dev.lockstep.proto.v1.RunEngine;
import dev.lockstep.proto.v1.RunProgress;
import dev.lockstep.proto.v1.RunState;
import dev.lockstep.proto.v1.Verdict;
import dev.lockstep.server.feed.News;
import dev.lockstep.server.run.Compared;
import dev.lockstep.server.run.EngineReport;
import dev.lockstep.server.run.EngineSpec;
import dev.lockstep.server.run.Policy;
import dev.lockstep.server.run.Profile;
import dev.lockstep.server.run.Progress;
import dev.lockstep.server.run.RunReport;
import dev.lockstep.server.run.RunSpec;
import dev.lockstep.server.run.RunStatus;

import java.time.Duration;
import java.time.Instant;

/** What the runs say, as messages. */
final class Messages {
    private Messages() {}

    static Run run(RunStatus status) {
        RunReport report = status.report();
        Run.Builder run =
                Run.newBuilder()
                        .setName(status.spec().name())
                        .setConfig(config(status.spec()))
                        .setState(state(status.stage()))
                        .setCreateTime(time(status.created()))
                        .setElapsedMs(report.elapsedMs())
                        .setCompared(compared(report.compared()))
                        .setDivergenceCount(status.divergenceCount())
                        .addAllNotes(report.notes())
                        .setRefusal(report.refusal() == null ? "" : report.refusal());
        report.engines().forEach(engine -> run.addEngines(engine(engine)));
        if (status.stage() != RunStatus.Stage.ASSEMBLING) {
            run.setStrength(report.strength().wire());
        }
        if (status.stage() == RunStatus.Stage.ENDED) {
            run.setVerdict(verdict(report.verdict()));
        }
        return run.build();
    }

    static Divergence divergence(
            String run, long number, dev.lockstep.server.run.Divergence divergence) {
        Divergence.Builder message =
                Divergence.newBuilder()
                        .setRun(run)
                        .setNumber(number)
                        .setEngine(divergence.engine())
                        .setStep(divergence.step())
                        .setPc(divergence.pc())
                        .setField(divergence.field())
                        .setReferenceValue(divergence.reference())
                        .setSubjectValue(divergence.subject())
                        .setClassification(
                                divergence.classification() == null
                                        ? ""
                                        : divergence.classification())
                        .setDistance(divergence.distance())
                        .setBlockIndex(divergence.block());
        Evidence evidence = divergence.evidence();
        if (evidence != null) {
            message.setEvidence(evidence);
        }
        return message.build();
    }

    static RunProgress progress(News.Progressed news) {
        Progress progress = news.progress();
        RunProgress.Builder message =
                RunProgress.newBuilder()
                        .setRun(news.run())
                        .setCompared(compared(progress.compared()));
        for (Progress.EngineSteps engine : progress.engines()) {
            message.addEnginesBuilder()
                    .setName(engine.name())
                    .setRole(engine.role().wire())
                    .setConnected(true)
                    .setStepCount(engine.steps())
                    .setBlockCount(engine.blocks());
        }
        return message.build();
    }

    static Timestamp time(Instant instant) {
        return Timestamp.newBuilder()
                .setSeconds(instant.getEpochSecond())
                .setNanos(instant.getNano())
                .build();
    }

    private static RunConfig config(RunSpec spec) {
        RunConfig.Builder config =
                RunConfig.newBuilder()
                        .setGrain(spec.grain().wire())
                        .setStrength(spec.strength().wire())
                        .setProfile(Profile.of(spec.profile().base()).name())
                        .setOnDivergence(policy(spec.policy()))
                        .setMaxDivergenceCount(spec.policy().maxDivergences())
                        .setFromStep(spec.window().fromStep())
                        .setWindowSteps(spec.windowSteps())
                        .setConnectTimeout(duration(spec.connectTimeout()))
                        .setIdleTimeout(duration(spec.idleTimeout()))
                        .setCommand(spec.command())
                        .setEvents(spec.events());
        if (!Profile.builtIn().contains(spec.profile())) {
            config.getRuleProfileBuilder()
                    .setName(spec.profile().name())
                    .setSha256(spec.profile().sha256());
        }
        spec.engines().forEach(engine -> config.addPlaces(place(engine)));
        Long fromPc = spec.window().fromPc();
        if (fromPc != null) {
            config.setFromPc(fromPc);
        }
        Long untilStep = spec.window().untilStep();
        if (untilStep != null) {
            config.setUntilStep(untilStep);
        }
        Long maxSteps = spec.limits().maxSteps();
        if (maxSteps != null) {
            config.setStepLimit(maxSteps);
        }
        Duration maxTime = spec.limits().maxTime();
        if (maxTime != null) {
            config.setTimeLimit(duration(maxTime));
        }
        return config.build();
    }

    private static EnginePlace place(EngineSpec engine) {
        return EnginePlace.newBuilder()
                .setName(engine.name())
                .setRole(engine.role().wire())
                .build();
    }

    private static RunEngine engine(EngineReport report) {
        RunEngine.Builder engine =
                RunEngine.newBuilder()
                        .setName(report.name())
                        .setRole(report.role().wire())
                        .setConnected(report.connected())
                        .setStepCount(report.steps())
                        .setBlockCount(report.blocks());
        EngineReport.Exit exit = report.exit();
        if (exit != null) {
            engine.setExit(exit(exit));
        }
        dev.lockstep.server.run.Verdict outcome = report.outcome();
        if (outcome != null) {
            engine.setOutcome(verdict(outcome));
        }
        Long elapsedMs = report.elapsedMs();
        if (elapsedMs != null) {
            engine.setElapsedMs(elapsedMs);
        }
        return engine.build();
    }

    private static Exit exit(EngineReport.Exit exit) {
        return Exit.newBuilder().setReason(exit.reason().wire()).setStatus(exit.status()).build();
    }

    private static dev.lockstep.proto.v1.Compared compared(Compared compared) {
        return dev.lockstep.proto.v1.Compared.newBuilder()
                .setStepCount(compared.steps())
                .setBlockCount(compared.blocks())
                .setWindowCount(compared.windows())
                .setDigestCount(compared.digests())
                .setRegisterDigestCount(compared.registers())
                .setMemoryDigestCount(compared.stores())
                .setInputCount(compared.inputs())
                .build();
    }

    private static RunState state(RunStatus.Stage stage) {
        return switch (stage) {
            case ASSEMBLING -> RunState.RUN_STATE_ASSEMBLING;
            case RUNNING -> RunState.RUN_STATE_RUNNING;
            case ENDED -> RunState.RUN_STATE_ENDED;
        };
    }

    static Verdict verdict(dev.lockstep.server.run.Verdict verdict) {
        return switch (verdict) {
            case MATCH -> Verdict.VERDICT_MATCH;
            case DIVERGED -> Verdict.VERDICT_DIVERGED;
            case RECOVERED -> Verdict.VERDICT_RECOVERED;
            case VACUOUS -> Verdict.VERDICT_VACUOUS;
            case INCOMPLETE -> Verdict.VERDICT_INCOMPLETE;
        };
    }

    private static DivergencePolicy policy(Policy policy) {
        return switch (policy.onDivergence()) {
            case STOP -> DivergencePolicy.DIVERGENCE_POLICY_STOP;
            case TRACK -> DivergencePolicy.DIVERGENCE_POLICY_TRACK;
            case RESYNC -> DivergencePolicy.DIVERGENCE_POLICY_RESYNC;
        };
    }

    private static com.google.protobuf.Duration duration(Duration duration) {
        return com.google.protobuf.Duration.newBuilder()
                .setSeconds(duration.getSeconds())
                .setNanos(duration.getNano())
                .build();
    }
}
