package dev.lockstep.cli.diff;

import dev.lockstep.server.diff.state.StateDiffResult;
import dev.lockstep.server.diff.state.StateDiffResult.DocumentResult;
import dev.lockstep.server.diff.state.StateDiffResult.GateResult;
import dev.lockstep.server.diff.state.StateDifference;

import org.jspecify.annotations.Nullable;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Tells programs what a comparison of states came to. Every key is always there. */
final class StateDiffDocument {
    private StateDiffDocument() {}

    static Map<String, @Nullable Object> of(StateDiffAccount account) {
        StateDiffResult result = account.result();
        return PlainJson.object(
                "verdict", result.verdict().name(),
                "exit_code", account.exitCode(),
                "profile",
                        PlainJson.object(
                                "name", result.profile().name(),
                                "sha256", result.profile().sha256()),
                "elapsed_ms", account.elapsedMs(),
                "peak_rss_bytes", account.peakRssBytes(),
                "reference", result.reference(),
                "subject", result.subject(),
                "stop", result.stop(),
                "gates", result.gates().stream().map(StateDiffDocument::gate).toList(),
                "documents", documents(result),
                "difference_count", result.differenceCount(),
                "differences",
                        result.differences().stream().map(StateDiffDocument::difference).toList());
    }

    private static Map<String, @Nullable Object> gate(GateResult gate) {
        return PlainJson.object(
                "name", gate.name(),
                "reference", gate.reference(),
                "subject", gate.subject(),
                "holds", gate.holds());
    }

    private static Map<String, @Nullable Object> documents(StateDiffResult result) {
        Map<String, @Nullable Object> documents = new LinkedHashMap<>();
        for (DocumentResult document : result.documents()) {
            documents.put(
                    document.name(),
                    PlainJson.object(
                            "status", word(document.status()), "differences", document.counts()));
        }
        return documents;
    }

    static String word(StateDiffResult.Status status) {
        return status.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static Map<String, @Nullable Object> difference(StateDifference difference) {
        return PlainJson.object(
                "document", difference.document(),
                "path", difference.path(),
                "kind", difference.kind().word(),
                "class", difference.rule().name(),
                "reference", PlainJson.of(difference.reference().value()),
                "subject", PlainJson.of(difference.subject().value()));
    }
}
