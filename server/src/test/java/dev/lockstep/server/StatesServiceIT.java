package dev.lockstep.server;

import static dev.lockstep.server.LogsServiceIT.refused;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;

import dev.lockstep.proto.v1.DiffStatesRequest;
import dev.lockstep.proto.v1.StateDiff;
import dev.lockstep.proto.v1.StateDiffOptions;
import dev.lockstep.proto.v1.StateDifference;
import dev.lockstep.proto.v1.StateDifferenceKind;
import dev.lockstep.proto.v1.StateDocument;
import dev.lockstep.proto.v1.StateDocumentStatus;
import dev.lockstep.proto.v1.StateFileChunk;
import dev.lockstep.proto.v1.StateVerdict;
import dev.lockstep.proto.v1.StatesGrpc;
import dev.lockstep.server.files.OpenFiles;

import io.grpc.Context;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Path;
import java.util.List;

/** States that clients send to the service States over a real socket. */
@Timeout(60)
class StatesServiceIT {
    private static final int MAX_CHUNK_BYTES = 1 << 20;
    private static final int MAX_STATE_BYTES = 16 << 20;
    private static final int MAX_FILES = 256;
    private static final int MAX_TAPE_ENTRIES = 1 << 20;

    /** What a client takes of one message unless it asks for more. */
    private static final int MAX_ANSWER_BYTES = 4 << 20;

    private static final String PROFILE =
            """
            state_profile: mine
            sets:
              - {document: kernel.json, field: objects, key: handle}
            gates:
              - {gate: entry, same: cpu.json#entry}
            classes:
              - {name: structure}
              - {name: value}
            classify:
              - {class: structure, kind: [missing-from-ours, extra-in-ours, missing-file]}
              - {class: value}
            """;

    private static final StateDiffOptions DEFAULTS = StateDiffOptions.getDefaultInstance();

    private static final StateDiffOptions MINE =
            StateDiffOptions.newBuilder()
                    .setProfileYaml(ByteString.copyFromUtf8(PROFILE))
                    .setReferenceName("qemu")
                    .build();

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
    void statesThatAClientSendsAreComparedByItsRules() {
        StateDiff diff =
                diff(
                        MINE,
                        reference("cpu.json", "{\"entry\": 4096, \"pc\""),
                        subject("kernel.json", "{\"objects\": [{\"handle\": 2, "),
                        reference("cpu.json", ": 4100}"),
                        reference("kernel.json", "{\"objects\": [{\"handle\": 1}, "),
                        subject("kernel.json", "\"type\": \"file\"}]}"),
                        reference("kernel.json", "{\"handle\": 2, \"type\": \"event\"}]}"),
                        subject("cpu.json", "{\"pc\": 4100, \"entry\": 4096}"),
                        subject("stack.json", "{}"),
                        subject("image.bin", ""));
        assertThat(diff.getVerdict()).isEqualTo(StateVerdict.STATE_VERDICT_DIVERGED);
        assertThat(diff.getProfile()).isEqualTo("mine");
        assertThat(diff.getProfileSha256()).hasSize(64);
        assertThat(diff.getGates(0).getHolds()).isTrue();
        assertThat(diff.getGates(0).getSubject()).isEqualTo("4096");
        assertThat(diff.getDocumentsList())
                .extracting(StateDocument::getFile, StateDocument::getStatus)
                .containsExactly(
                        tuple("cpu.json", StateDocumentStatus.STATE_DOCUMENT_STATUS_EQUAL),
                        tuple("kernel.json", StateDocumentStatus.STATE_DOCUMENT_STATUS_DIVERGED),
                        tuple(
                                "stack.json",
                                StateDocumentStatus.STATE_DOCUMENT_STATUS_MISSING_IN_REFERENCE));
        assertThat(diff.getDocuments(1).getDifferenceCountByClassMap())
                .containsOnly(entry("structure", 1L), entry("value", 1L));
        assertThat(diff.getDifferenceCount()).isEqualTo(3);
        assertThat(diff.getDifferencesList())
                .extracting(
                        StateDifference::getPath,
                        StateDifference::getKind,
                        StateDifference::getReferenceJson,
                        StateDifference::getSubjectJson)
                .containsExactly(
                        tuple(
                                "objects[handle=1]",
                                StateDifferenceKind.STATE_DIFFERENCE_KIND_MISSING_MEMBER,
                                "1",
                                "null"),
                        tuple(
                                "objects[handle=2].type",
                                StateDifferenceKind.STATE_DIFFERENCE_KIND_VALUE,
                                "\"event\"",
                                "\"file\""),
                        tuple(
                                "<file>",
                                StateDifferenceKind.STATE_DIFFERENCE_KIND_MISSING_FILE,
                                "\"absent\"",
                                "\"present\""));
        awaitNoTemporaryFiles();
    }

    @Test
    void statesWithoutDocumentsAreNoMatch() {
        assertThat(diff(DEFAULTS).getVerdict()).isEqualTo(StateVerdict.STATE_VERDICT_VACUOUS);
    }

    @Test
    void whatMustHoldAndDoesNotStops() {
        StateDiff diff =
                diff(
                        MINE,
                        reference("cpu.json", "{\"entry\": 1}"),
                        subject("cpu.json", "{\"entry\": 2}"));
        assertThat(diff.getVerdict()).isEqualTo(StateVerdict.STATE_VERDICT_STOP);
        assertThat(diff.getGates(0).getHolds()).isFalse();
    }

    @Test
    void imagesAreComparedButForWhatTheTableMasks() {
        String table =
                """
                {"image_base": 0, "import_libraries":
                 [{"imports": [{"address": 4, "record_type": 0}]}]}
                """;
        StateDiffOptions options =
                StateDiffOptions.newBuilder()
                        .setProfile("xenia")
                        .setMaskTable(ByteString.copyFromUtf8(table))
                        .build();
        StateDiff diff =
                diff(
                        options,
                        reference("config.json", "{}"),
                        reference("cpu_state.json", "{}"),
                        reference("image.bin", "codeABCDcode"),
                        subject("config.json", "{}"),
                        subject("cpu_state.json", "{}"),
                        subject("image.bin", "codeEFGHcode"));
        assertThat(diff.getGatesList())
                .anySatisfy(gate -> {
                    assertThat(gate.getName()).isEqualTo("image_canonical_sha256");
                    assertThat(gate.getHolds()).isTrue();
                });
    }

    @Test
    void whatIsNoStateIsRefused() {
        refused(
                Status.Code.INVALID_ARGUMENT,
                "qemu/cpu.json:1:7: is no JSON",
                () -> diff(MINE, reference("cpu.json", "{\"a\": x}"), subject("cpu.json", "{}")));
        refused(
                Status.Code.INVALID_ARGUMENT,
                "unknown profile 'no'",
                () -> diff(StateDiffOptions.newBuilder().setProfile("no").build()));
        refused(
                Status.Code.INVALID_ARGUMENT,
                "options.profile: \"xenia\" (expected: none beside profile_yaml)",
                () -> diff(MINE.toBuilder().setProfile("xenia").build()));
        refused(
                Status.Code.INVALID_ARGUMENT,
                "options.mask_table: profile default compares no images",
                () ->
                        diff(
                                StateDiffOptions.newBuilder()
                                        .setMaskTable(ByteString.copyFromUtf8("{}"))
                                        .build()));
        refused(
                Status.Code.INVALID_ARGUMENT,
                "subject_name: 257 characters",
                () -> diff(StateDiffOptions.newBuilder().setSubjectName("x".repeat(257)).build()));
        Answer<StateDiff> answer = new Answer<>();
        StatesGrpc.newStub(standing.channel()).diff(answer).onNext(reference("a.json", "{}"));
        refused(Status.Code.INVALID_ARGUMENT, "part: no options", answer::get);
        awaitNoTemporaryFiles();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "/etc/passwd", "../a.json", "a/b.json", "a\n", "a\0"})
    void aNameIsNeverAPath(String name) {
        refused(
                Status.Code.INVALID_ARGUMENT,
                "(expected: a file's name of 1 to 255 characters, no path)",
                () -> diff(DEFAULTS, reference(name, "{}")));
    }

    @Test
    void aFileComesOnce() {
        refused(
                Status.Code.INVALID_ARGUMENT,
                "file: \"a.json\" a second time",
                () ->
                        diff(
                                DEFAULTS,
                                reference("a.json", "{"),
                                subject("a.json", "{}"),
                                reference("b.json", "{}"),
                                reference("a.json", "}")));
    }

    @Test
    void largeStatesAreForTheCommand() {
        String chunk = " ".repeat(MAX_CHUNK_BYTES);
        refused(
                Status.Code.INVALID_ARGUMENT,
                "content: 1048577 bytes",
                () -> diff(DEFAULTS, reference("a.json", chunk + " ")));
        Answer<StateDiff> tooLong = new Answer<>();
        StreamObserver<DiffStatesRequest> upload = upload(tooLong, DEFAULTS);
        for (int i = 0; i <= MAX_STATE_BYTES / MAX_CHUNK_BYTES; i++) {
            upload.onNext(reference("a%d.json".formatted(i / 2), chunk));
        }
        refused(
                Status.Code.RESOURCE_EXHAUSTED,
                "more than 16777216 bytes (expected: at most that many); compare directories with",
                tooLong::get);
        Answer<StateDiff> tooMany = new Answer<>();
        upload = upload(tooMany, DEFAULTS);
        for (int i = 0; i <= MAX_FILES; i++) {
            upload.onNext(subject("a%d.json".formatted(i), "{}"));
        }
        refused(Status.Code.RESOURCE_EXHAUSTED, "more than 256 files", tooMany::get);
        String values = "0,".repeat(MAX_CHUNK_BYTES / 2 - 10);
        Answer<StateDiff> tooDense = new Answer<>();
        upload = upload(tooDense, DEFAULTS);
        upload.onNext(subject("a.json", "{}"));
        upload.onNext(reference("a.json", "{\"a\": ["));
        for (int i = 0; i <= MAX_TAPE_ENTRIES / (MAX_CHUNK_BYTES / 2); i++) {
            upload.onNext(reference("a.json", values));
        }
        upload.onNext(reference("a.json", "0]}"));
        upload.onCompleted();
        refused(
                Status.Code.RESOURCE_EXHAUSTED,
                "reference/a.json: more than 1,048,576 names, values and brackets",
                tooDense::get);
        awaitNoTemporaryFiles();
    }

    @Test
    void moreDifferencesThanFitAreCountedAndLongOnesCut() {
        String name = "n".repeat(2000);
        String items = "\"%s\",".formatted("\u4e00".repeat(40)).repeat(3000);
        StateDiff diff =
                diff(
                        DEFAULTS,
                        reference("a.json", "{\"%s\": [%s 0]}".formatted(name, items)),
                        subject("a.json", "{\"%s\": [%s 0]}".formatted(name, "1,".repeat(3000))));
        assertThat(diff.getDifferenceCount()).isEqualTo(3000);
        assertThat(diff.getDifferencesCount()).isBetween(700, 1000);
        assertThat(diff.getDifferences(0).getPath()).isEqualTo("n".repeat(1024));
        assertThat(diff.getSerializedSize()).isLessThan(MAX_ANSWER_BYTES);
    }

    @Test
    void oneIsComparedAtATimeAndWhoGoesAwayMakesRoom() {
        Context.CancellableContext call = Context.current().withCancellation();
        call.run(() -> upload(new Answer<>(), DEFAULTS).onNext(reference("a.json", "{")));
        await().untilAsserted(() ->
                refused(
                        Status.Code.RESOURCE_EXHAUSTED,
                        "1 calls of States.Diff at a time",
                        () -> diff(DEFAULTS)));
        call.cancel(null);
        await().ignoreExceptions()
                .untilAsserted(() ->
                        assertThat(diff(DEFAULTS).getVerdict())
                                .isEqualTo(StateVerdict.STATE_VERDICT_VACUOUS));
        awaitNoTemporaryFiles();
    }

    private StateDiff diff(StateDiffOptions options, DiffStatesRequest... parts) {
        Answer<StateDiff> answer = new Answer<>();
        StreamObserver<DiffStatesRequest> upload = upload(answer, options);
        List.of(parts).forEach(upload::onNext);
        upload.onCompleted();
        return answer.get();
    }

    private StreamObserver<DiffStatesRequest> upload(
            Answer<StateDiff> answer, StateDiffOptions options) {
        StreamObserver<DiffStatesRequest> upload =
                StatesGrpc.newStub(standing.channel()).diff(answer);
        upload.onNext(DiffStatesRequest.newBuilder().setOptions(options).build());
        return upload;
    }

    private static DiffStatesRequest reference(String file, String text) {
        return DiffStatesRequest.newBuilder().setReference(chunk(file, text)).build();
    }

    private static DiffStatesRequest subject(String file, String text) {
        return DiffStatesRequest.newBuilder().setSubject(chunk(file, text)).build();
    }

    private static StateFileChunk chunk(String file, String text) {
        return StateFileChunk.newBuilder()
                .setFile(file)
                .setContent(ByteString.copyFromUtf8(text))
                .build();
    }

    private void awaitNoTemporaryFiles() {
        await().untilAsserted(
                        () -> assertThat(OpenFiles.in(directory.resolve("state/tmp"))).isEmpty());
    }
}
