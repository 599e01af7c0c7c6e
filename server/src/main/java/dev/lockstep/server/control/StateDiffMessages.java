package dev.lockstep.server.control;

import dev.lockstep.proto.v1.StateDiff;
import dev.lockstep.proto.v1.StateDifferenceKind;
import dev.lockstep.proto.v1.StateDocument;
import dev.lockstep.proto.v1.StateDocumentStatus;
import dev.lockstep.proto.v1.StateGate;
import dev.lockstep.proto.v1.StateVerdict;
import dev.lockstep.server.diff.state.DifferenceKind;
import dev.lockstep.server.diff.state.Shown;
import dev.lockstep.server.diff.state.StateDiffResult;
import dev.lockstep.server.diff.state.StateDiffResult.DocumentResult;
import dev.lockstep.server.diff.state.StateDiffResult.GateResult;
import dev.lockstep.server.diff.state.StateDifference;
import dev.lockstep.server.json.JsonText;

import java.util.List;

/** What comparing states came to, as a message of bounded size. */
final class StateDiffMessages {
    /** The documents end with the one that reaches this. */
    private static final int DOCUMENTS_BYTES = 512 << 10;

    /** The differences end with the one that reaches this. */
    private static final int DIFFERENCES_BYTES = 1 << 20;

    private static final int MAX_CLASSES = 100;
    private static final int MAX_NAME_CHARACTERS = 256;
    private static final int MAX_VALUE_CHARACTERS = 1024;

    private StateDiffMessages() {}

    static StateDiff of(StateDiffResult result) {
        StateDiff.Builder diff =
                StateDiff.newBuilder()
                        .setVerdict(verdict(result))
                        .setProfile(result.profile().name())
                        .setProfileSha256(result.profile().sha256())
                        .setDifferenceCount(result.differenceCount());
        result.gates().forEach(gate -> diff.addGates(gate(gate)));
        addDocuments(result.documents(), diff);
        addDifferences(result.differences(), diff);
        return diff.build();
    }

    private static StateVerdict verdict(StateDiffResult result) {
        return switch (result.verdict()) {
            case MATCH -> StateVerdict.STATE_VERDICT_MATCH;
            case DIVERGED -> StateVerdict.STATE_VERDICT_DIVERGED;
            case VACUOUS -> StateVerdict.STATE_VERDICT_VACUOUS;
            case STOP -> StateVerdict.STATE_VERDICT_STOP;
        };
    }

    private static StateGate gate(GateResult gate) {
        return StateGate.newBuilder()
                .setName(cut(gate.name(), MAX_NAME_CHARACTERS))
                .setReference(cut(gate.reference(), MAX_VALUE_CHARACTERS))
                .setSubject(cut(gate.subject(), MAX_VALUE_CHARACTERS))
                .setHolds(gate.holds())
                .build();
    }

    private static void addDocuments(List<DocumentResult> documents, StateDiff.Builder diff) {
        int bytes = 0;
        for (int i = 0; i < documents.size() && bytes < DOCUMENTS_BYTES; i++) {
            StateDocument document = document(documents.get(i));
            bytes += document.getSerializedSize();
            diff.addDocuments(document);
        }
        diff.setLeftOutDocumentCount(documents.size() - diff.getDocumentsCount());
    }

    private static StateDocument document(DocumentResult result) {
        StateDocument.Builder document =
                StateDocument.newBuilder()
                        .setFile(cut(result.name(), MAX_NAME_CHARACTERS))
                        .setStatus(status(result.status()));
        result.counts().entrySet().stream()
                .limit(MAX_CLASSES)
                .forEach(it ->
                        document.putDifferenceCountByClass(
                                cut(it.getKey(), MAX_NAME_CHARACTERS), it.getValue()));
        return document.build();
    }

    private static StateDocumentStatus status(StateDiffResult.Status status) {
        return switch (status) {
            case EQUAL -> StateDocumentStatus.STATE_DOCUMENT_STATUS_EQUAL;
            case DIVERGED -> StateDocumentStatus.STATE_DOCUMENT_STATUS_DIVERGED;
            case IDENTICAL -> StateDocumentStatus.STATE_DOCUMENT_STATUS_IDENTICAL;
            case MISSING_IN_REFERENCE ->
                    StateDocumentStatus.STATE_DOCUMENT_STATUS_MISSING_IN_REFERENCE;
            case MISSING_IN_SUBJECT -> StateDocumentStatus.STATE_DOCUMENT_STATUS_MISSING_IN_SUBJECT;
            case ABSENT -> StateDocumentStatus.STATE_DOCUMENT_STATUS_ABSENT;
        };
    }

    private static void addDifferences(List<StateDifference> differences, StateDiff.Builder diff) {
        int bytes = 0;
        for (int i = 0; i < differences.size() && bytes < DIFFERENCES_BYTES; i++) {
            dev.lockstep.proto.v1.StateDifference difference = difference(differences.get(i));
            bytes += difference.getSerializedSize();
            diff.addDifferences(difference);
        }
    }

    private static dev.lockstep.proto.v1.StateDifference difference(StateDifference difference) {
        return dev.lockstep.proto.v1.StateDifference.newBuilder()
                .setFile(cut(difference.document(), MAX_NAME_CHARACTERS))
                .setPath(cut(difference.path(), MAX_VALUE_CHARACTERS))
                .setKind(kind(difference.kind()))
                .setClassName(cut(difference.rule().name(), MAX_NAME_CHARACTERS))
                .setReferenceJson(json(difference.reference()))
                .setSubjectJson(json(difference.subject()))
                .build();
    }

    private static StateDifferenceKind kind(DifferenceKind kind) {
        return switch (kind) {
            case MISSING_FILE -> StateDifferenceKind.STATE_DIFFERENCE_KIND_MISSING_FILE;
            case MANIFEST_HASH_MISMATCH ->
                    StateDifferenceKind.STATE_DIFFERENCE_KIND_MANIFEST_HASH_MISMATCH;
            case TYPE_MISMATCH -> StateDifferenceKind.STATE_DIFFERENCE_KIND_TYPE_MISMATCH;
            case MISSING_FIELD -> StateDifferenceKind.STATE_DIFFERENCE_KIND_MISSING_FIELD;
            case EXTRA_FIELD -> StateDifferenceKind.STATE_DIFFERENCE_KIND_EXTRA_FIELD;
            case SEQ_LENGTH -> StateDifferenceKind.STATE_DIFFERENCE_KIND_SEQ_LENGTH;
            case MISSING_MEMBER -> StateDifferenceKind.STATE_DIFFERENCE_KIND_MISSING_MEMBER;
            case EXTRA_MEMBER -> StateDifferenceKind.STATE_DIFFERENCE_KIND_EXTRA_MEMBER;
            case VALUE -> StateDifferenceKind.STATE_DIFFERENCE_KIND_VALUE;
        };
    }

    private static String json(Shown value) {
        return cut(JsonText.compact(value.value()), MAX_VALUE_CHARACTERS);
    }

    private static String cut(String text, int mostCharacters) {
        return text.length() <= mostCharacters ? text : text.substring(0, mostCharacters);
    }
}
