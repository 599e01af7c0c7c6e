package dev.lockstep.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

import com.google.protobuf.Duration;

import dev.lockstep.proto.v1.AbandonRunRequest;
import dev.lockstep.proto.v1.CreateRunRequest;
import dev.lockstep.proto.v1.DivergencePolicy;
import dev.lockstep.proto.v1.EngineFrame;
import dev.lockstep.proto.v1.EnginePlace;
import dev.lockstep.proto.v1.Exit;
import dev.lockstep.proto.v1.GetRunRequest;
import dev.lockstep.proto.v1.Goodbye;
import dev.lockstep.proto.v1.Grain;
import dev.lockstep.proto.v1.IgnoreRule;
import dev.lockstep.proto.v1.IgnoredRegister;
import dev.lockstep.proto.v1.ListRunsRequest;
import dev.lockstep.proto.v1.ListRunsResponse;
import dev.lockstep.proto.v1.Role;
import dev.lockstep.proto.v1.RuleProfile;
import dev.lockstep.proto.v1.Run;
import dev.lockstep.proto.v1.RunConfig;
import dev.lockstep.proto.v1.RunEngine;
import dev.lockstep.proto.v1.RunEvent;
import dev.lockstep.proto.v1.RunState;
import dev.lockstep.proto.v1.Verdict;
import dev.lockstep.server.run.RunRegistry;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** The service Runs over a real socket. */
@Timeout(60)
class RunsServiceIT {
    @TempDir Path directory;
    private StandingServer standing;

    @BeforeEach
    void start() {
        standing = StandingServer.start(directory);
    }

    @AfterEach
    void stop() {
        standing.close();
    }

    @Test
    void aRunIsCreatedAssembledAndEnded() throws Exception {
        Run created = create("r1", config -> config.setCommand("by hand"));
        assertThat(created.getState()).isEqualTo(RunState.RUN_STATE_ASSEMBLING);
        assertThat(created.getConfig().getCommand()).isEqualTo("by hand");
        assertThat(created.getConfig().getGrain()).isEqualTo(Grain.GRAIN_BLOCK);
        assertThat(created.getEnginesList())
                .extracting(RunEngine::getName, RunEngine::getRole, RunEngine::getConnected)
                .containsExactly(
                        tuple("", Role.ROLE_REFERENCE, false), tuple("", Role.ROLE_SUBJECT, false));

        try (RawEngine reference = standing.join("r1", "interp");
                RawEngine subject = standing.join("r1", "recomp")) {
            reference.awaitWelcome();
            subject.awaitWelcome();
            assertThat(get("r1").getState()).isEqualTo(RunState.RUN_STATE_RUNNING);
            reference.sendBatch(4, 7);
            subject.sendBatch(4, 7);
            reference.end();
            subject.end();
            reference.leave();
            subject.leave();
        }
        standing.watch("r1", 0, RunEvent::hasEnded);
        Run ended = get("r1");
        assertThat(ended.getState()).isEqualTo(RunState.RUN_STATE_ENDED);
        assertThat(ended.getVerdict()).isEqualTo(Verdict.VERDICT_MATCH);
        assertThat(ended.getCompared().getBlockCount()).isEqualTo(4);
        assertThat(ended.getEnginesList())
                .extracting(RunEngine::getName)
                .containsExactly("interp", "recomp");
    }

    @Test
    void aRunHasTheRulesItWasCreatedWith() {
        RuleProfile rules = rules(register(10, 1).setReason("why")).build();
        RunConfig config = create("r1", wish -> wish.setRuleProfile(rules)).getConfig();
        assertThat(config.getProfile()).isEqualTo("default");
        assertThat(config.getRuleProfile()).isEqualTo(rules.toBuilder().clearRules().build());
    }

    private static RuleProfile.Builder rules(IgnoreRule.Builder rule) {
        return RuleProfile.newBuilder()
                .setName("mine")
                .setSha256("0a".repeat(32))
                .addRules(rule.setName("r"));
    }

    private static IgnoreRule.Builder register(int slot, long bits) {
        IgnoredRegister.Builder register =
                IgnoredRegister.newBuilder().setSlot(slot).setIgnoredBits(bits);
        return IgnoreRule.newBuilder().addRegisters(register).setReason("why");
    }

    @Test
    void theProfileOfQemuTracksUnlessItIsToldOtherwise() {
        RunConfig config = create("r1", wish -> wish.setProfile("qemu")).getConfig();
        assertThat(config.getOnDivergence()).isEqualTo(DivergencePolicy.DIVERGENCE_POLICY_TRACK);
        assertThat(config.getMaxDivergenceCount()).isEqualTo(100_000);
        assertThat(
                        create(
                                        "r2",
                                        wish ->
                                                wish.setProfile("qemu")
                                                        .setOnDivergence(
                                                                DivergencePolicy
                                                                        .DIVERGENCE_POLICY_STOP))
                                .getConfig()
                                .getOnDivergence())
                .isEqualTo(DivergencePolicy.DIVERGENCE_POLICY_STOP);
    }

    @Test
    void aRunWithAnOddGoodbyeIsToldAllTheSame() throws Exception {
        try (RawEngine reference = standing.join("r1", "interp");
                RawEngine subject = standing.join("r1", "recomp")) {
            reference.awaitWelcome();
            subject.awaitWelcome();
            Exit odd = Exit.newBuilder().setReasonValue(99).build();
            subject.send(EngineFrame.newBuilder().setGoodbye(Goodbye.newBuilder().setExit(odd)));
            reference.leave();
        }
        Run told = standing.watch("r1", 0, RunEvent::hasEnded).getLast().getEnded();
        assertThat(told.getVerdict()).isEqualTo(Verdict.VERDICT_INCOMPLETE);
        assertThat(told.getNotesList()).anyMatch(note -> note.contains("Goodbye.exit.reason: 99"));
        assertThat(get("r1")).isEqualTo(told);
    }

    @Test
    void everythingARunCanBeIsTakenAndTold() {
        RunConfig wished =
                RunConfig.newBuilder()
                        .addPlaces(place("a", Role.ROLE_REFERENCE))
                        .addPlaces(place("b", Role.ROLE_SUBJECT))
                        .addPlaces(place("", Role.ROLE_SUBJECT))
                        .setGrain(Grain.GRAIN_BLOCK)
                        .setStrength(dev.lockstep.proto.v1.Strength.STRENGTH_PATH)
                        .setOnDivergence(DivergencePolicy.DIVERGENCE_POLICY_TRACK)
                        .setMaxDivergenceCount(7)
                        .setFromPc(0x1000)
                        .setFromStep(5)
                        .setUntilStep(50)
                        .setStepLimit(100)
                        .setTimeLimit(Duration.newBuilder().setSeconds(9))
                        .setConnectTimeout(Duration.newBuilder().setSeconds(8))
                        .setIdleTimeout(Duration.newBuilder().setSeconds(7))
                        .setCommand("test")
                        .setProfile("default")
                        .setWindowSteps(2048)
                        .build();
        Run run =
                standing.runs()
                        .createRun(
                                CreateRunRequest.newBuilder()
                                        .setName("r1")
                                        .setConfig(wished)
                                        .build());
        assertThat(run.getConfig()).isEqualTo(wished);
    }

    @Test
    void aRunThatIsNeverFilledEndsIncomplete() throws Exception {
        create("r1", config -> config.setConnectTimeout(Duration.newBuilder().setNanos(1_000_000)));
        Run run = standing.watch("r1", 0, RunEvent::hasEnded).getLast().getEnded();
        assertThat(run.getVerdict()).isEqualTo(Verdict.VERDICT_INCOMPLETE);
        assertThat(run.getNotesList())
                .containsExactly("a reference, a subject did not connect within 1 ms");
    }

    @Test
    void anAbandonedRunEndsWithTheReasonGiven() throws Exception {
        create("r1", config -> {});
        abandon("r1", "enough");
        Run run = standing.watch("r1", 0, RunEvent::hasEnded).getLast().getEnded();
        assertThat(run.getNotesList()).containsExactly("enough");
        assertThat(abandon("r1", "again").getNotesList()).containsExactly("enough");
    }

    @Test
    void runsAreListedNewestFirstByPages() {
        for (int i = 0; i < 5; i++) {
            create("r" + i, config -> {});
        }
        ListRunsResponse first = list(2, "");
        assertThat(first.getRunsList()).extracting(Run::getName).containsExactly("r4", "r3");
        ListRunsResponse second = list(2, first.getNextPageToken());
        assertThat(second.getRunsList()).extracting(Run::getName).containsExactly("r2", "r1");
        ListRunsResponse last = list(2, second.getNextPageToken());
        assertThat(last.getRunsList()).extracting(Run::getName).containsExactly("r0");
        assertThat(last.getNextPageToken()).isEmpty();
    }

    @Test
    void oneRunTooManyIsRefusedUntilOneHasEnded() throws Exception {
        for (int i = 0; i < RunRegistry.MAX_RUNS; i++) {
            create("r" + i, config -> {});
        }
        refused(
                Status.Code.RESOURCE_EXHAUSTED,
                "256 runs are in progress",
                () -> create("more", config -> {}));
        try (RawEngine engine = standing.join("more", "interp")) {
            assertThat(engine.receive().getError().getText()).contains("256 runs are in progress");
        }
        abandon("r7", "");
        standing.watch("r7", 0, RunEvent::hasEnded);
        assertThat(create("more", config -> {}).getName()).isEqualTo("more");
    }

    @Test
    void aNameIsTakenWhileItsRunIsInProgress() throws Exception {
        create("r1", config -> {});
        refused(
                Status.Code.ALREADY_EXISTS,
                "choose another name",
                () -> create("r1", config -> {}));
        abandon("r1", "");
        standing.watch("r1", 0, RunEvent::hasEnded);
        assertThat(create("r1", config -> {}).getState()).isEqualTo(RunState.RUN_STATE_ASSEMBLING);
    }

    @Test
    void aRunNobodyKnowsIsNotFound() {
        refused(Status.Code.NOT_FOUND, "no run \"r1\"", () -> get("r1"));
        refused(Status.Code.NOT_FOUND, "no run \"r1\"", () -> abandon("r1", ""));
    }

    static Stream<Arguments> badConfigs() {
        return Stream.of(
                bad("config.places.role", c -> c.addPlaces(place("a", Role.ROLE_UNSPECIFIED))),
                bad("config.places.name", c -> c.addPlaces(place("a b", Role.ROLE_SUBJECT))),
                bad("config", c -> c.addPlaces(place("a", Role.ROLE_SUBJECT))),
                bad("config.grain", c -> c.setGrainValue(99)),
                bad("config", c -> c.setGrain(Grain.GRAIN_WINDOW).setProfile("qemu")),
                bad("config.window_steps", c -> c.setWindowSteps(1)),
                bad("config.strength", c -> c.setStrengthValue(99)),
                bad("config.on_divergence", c -> c.setOnDivergenceValue(99)),
                bad("config.max_divergence_count", c -> c.setMaxDivergenceCount(0)),
                bad("config.max_divergence_count", c -> c.setMaxDivergenceCount(1L << 40)),
                bad("config.from_step", c -> c.setFromStep(-1)),
                bad("config.until_step", c -> c.setFromStep(5).setUntilStep(5)),
                bad("config.step_limit", c -> c.setStepLimit(0)),
                bad("config.time_limit", c -> c.setTimeLimit(Duration.getDefaultInstance())),
                bad("config.idle_timeout", c -> c.setIdleTimeout(seconds(-1))),
                bad("config.connect_timeout", c -> c.setConnectTimeout(seconds(1L << 40))),
                bad("config.profile", c -> c.setProfile("spike")),
                bad(
                        "config.rule_profile: rule \"r\": x10",
                        c -> c.setRuleProfile(rules(register(10, 0)))),
                bad(
                        "config.rule_profile: rule \"r\": reason",
                        c -> c.setRuleProfile(rules(register(10, 1).clearReason()))),
                bad(
                        "config.rule_profile: profile name",
                        c -> c.setRuleProfile(rules(register(10, 1)).setName("qemu"))),
                bad(
                        "config.rule_profile: sha256",
                        c -> c.setRuleProfile(rules(register(10, 1)).clearSha256())),
                bad(
                        "config.rule_profile",
                        c -> c.setProfile("qemu").setRuleProfile(rules(register(10, 1)))),
                bad("config.command", c -> c.setCommand("x".repeat(5000))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badConfigs")
    void aFieldThatCannotBeIsNamed(String field, Consumer<RunConfig.Builder> change) {
        refused(Status.Code.INVALID_ARGUMENT, field + ": ", () -> create("r1", change));
    }

    @Test
    void namesAndPagesThatCannotBeAreNamed() {
        refused(Status.Code.INVALID_ARGUMENT, "name: ", () -> create("a b", config -> {}));
        refused(Status.Code.INVALID_ARGUMENT, "name: ", () -> get(""));
        refused(Status.Code.INVALID_ARGUMENT, "reason: ", () -> abandon("r1", "x".repeat(300)));
        refused(Status.Code.INVALID_ARGUMENT, "page_size: ", () -> list(-1, ""));
        refused(Status.Code.INVALID_ARGUMENT, "page_size: ", () -> list(10_000, ""));
        refused(Status.Code.INVALID_ARGUMENT, "page_token: ", () -> list(1, "x"));
    }

    @Test
    void aDrainedServerTakesNoMoreRuns() throws Exception {
        create("r1", config -> {});
        assertThat(standing.server.drain(java.time.Duration.ofMillis(1))).isFalse();
        refused(Status.Code.UNAVAILABLE, "takes no more runs", () -> create("r2", config -> {}));
        abandon("r1", "");
        assertThat(standing.server.drain(StandingServer.TIMEOUT)).isTrue();
    }

    private Run create(String name, Consumer<RunConfig.Builder> change) {
        CreateRunRequest.Builder request = CreateRunRequest.newBuilder().setName(name);
        change.accept(request.getConfigBuilder());
        return standing.runs().createRun(request.build());
    }

    private Run get(String name) {
        return standing.runs().getRun(GetRunRequest.newBuilder().setName(name).build());
    }

    private Run abandon(String name, String reason) {
        return standing.runs()
                .abandonRun(AbandonRunRequest.newBuilder().setName(name).setReason(reason).build());
    }

    private ListRunsResponse list(int size, String token) {
        return standing.runs()
                .listRuns(
                        ListRunsRequest.newBuilder().setPageSize(size).setPageToken(token).build());
    }

    private static Arguments bad(String field, Consumer<RunConfig.Builder> change) {
        return Arguments.of(field, change);
    }

    private static EnginePlace place(String name, Role role) {
        return EnginePlace.newBuilder().setName(name).setRole(role).build();
    }

    private static Duration seconds(long seconds) {
        return Duration.newBuilder().setSeconds(seconds).build();
    }

    static void refused(Status.Code code, String text, Runnable call) {
        assertThatExceptionOfType(StatusRuntimeException.class)
                .isThrownBy(call::run)
                .satisfies(e -> assertThat(e.getStatus().getCode()).isEqualTo(code))
                .withMessageContaining(text);
    }
}
