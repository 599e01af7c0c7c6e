package dev.lockstep.cli.diff;

import dev.lockstep.server.diff.state.StateDiffResult;
import dev.lockstep.server.diff.state.StateDiffResult.Status;
import dev.lockstep.server.diff.state.StateDifference;
import dev.lockstep.server.json.JsonText;
import dev.lockstep.server.json.JsonValue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/** What comparing two states came to, as report.json of diff_state.py of xenia-rs. */
public final class XeniaStateDocument {
    private static final int SCHEMA_VERSION = 1;

    private XeniaStateDocument() {}

    /** Returns the report. */
    public static String text(StateDiffResult result) {
        return JsonText.indented(of(result));
    }

    private static JsonValue of(StateDiffResult result) {
        SequencedMap<String, JsonValue> status = new LinkedHashMap<>();
        result.documents().forEach(it -> status.put(it.name(), JsonValue.of(word(it.status()))));
        return object(
                "divergences",
                array(result.differences().stream().map(XeniaStateDocument::divergence).toList()),
                "file_status",
                new JsonValue.Struct(status),
                "invariants",
                array(result.gates().stream().map(XeniaStateDocument::invariant).toList()),
                "schema_version",
                JsonValue.of(SCHEMA_VERSION),
                "stop",
                new JsonValue.Bool(result.stop()));
    }

    private static String word(Status status) {
        return switch (status) {
            case EQUAL, DIVERGED -> "diverged";
            case IDENTICAL -> "identical";
            case MISSING_IN_REFERENCE -> "missing-in-canary";
            case MISSING_IN_SUBJECT -> "missing-in-ours";
            case ABSENT -> "absent";
        };
    }

    private static JsonValue divergence(StateDifference difference) {
        return object(
                "canary", difference.reference().value(),
                "class", JsonValue.of(difference.rule().name()),
                "file", JsonValue.of(difference.document()),
                "kind", JsonValue.of(difference.kind().word()),
                "ours", difference.subject().value(),
                "path", JsonValue.of(difference.path()));
    }

    private static JsonValue invariant(StateDiffResult.GateResult gate) {
        return object(
                "canary", JsonValue.of(gate.reference()),
                "name", JsonValue.of(gate.name()),
                "ok", new JsonValue.Bool(gate.holds()),
                "ours", JsonValue.of(gate.subject()));
    }

    private static JsonValue array(List<JsonValue> items) {
        return new JsonValue.Array(items);
    }

    private static JsonValue object(Object... namesAndValues) {
        SequencedMap<String, JsonValue> members = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            members.put((String) namesAndValues[i], (JsonValue) namesAndValues[i + 1]);
        }
        return new JsonValue.Struct(members);
    }
}
