package dev.lockstep.cli.report;

import dev.lockstep.cli.code.GuestCode;
import dev.lockstep.cli.evidence.EvidenceDocument;
import dev.lockstep.cli.evidence.Finding;
import dev.lockstep.cli.evidence.Repetition;
import dev.lockstep.proto.v1.Evidence;
import dev.lockstep.server.log.StoredRun;
import dev.lockstep.server.run.Compared;
import dev.lockstep.server.run.Divergence;
import dev.lockstep.server.run.EngineReport;
import dev.lockstep.server.run.Profile;
import dev.lockstep.server.run.RuleUse;
import dev.lockstep.server.run.RunReport;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A run's account as the maps and lists of {@code --report json:FILE}. Every key is always there.
 */
public final class ReportDocument {
    private static final List<String> KEYS =
            List.of(
                    "verdict",
                    "exit_code",
                    "run",
                    "command",
                    "repeat",
                    "profile",
                    "grain",
                    "strength",
                    "elapsed_ms",
                    "notes",
                    "compared",
                    "engines",
                    "divergence_count",
                    "divergences");

    private ReportDocument() {}

    /** Returns what is known so far of a run in progress. */
    public static Map<String, @Nullable Object> of(StoredRun run) {
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        KEYS.forEach(key -> document.put(key, null));
        document.put("run", run.name());
        putCommands(document, run.command());
        document.put("profile", profile(null, null));
        document.put("elapsed_ms", run.elapsedMs());
        document.put("compared", compared(run.compared()));
        return document;
    }

    public static Map<String, @Nullable Object> of(Account account) {
        RunReport report = account.report();
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("verdict", report.verdict().name());
        document.put("exit_code", report.exitCode());
        document.put("run", report.run());
        putCommands(document, account.command());
        document.put("profile", profile(report.profile(), report.rules()));
        document.put("grain", report.grain().text());
        document.put("strength", report.strength().text());
        document.put("elapsed_ms", report.elapsedMs());
        document.put("notes", report.notes());
        document.put("compared", compared(report.compared()));
        document.put("engines", report.engines().stream().map(ReportDocument::engine).toList());
        document.put("divergence_count", report.divergences().size());
        document.put("divergences", divergences(report.divergences(), account.code()));
        return document;
    }

    /** Puts the line that started the run, and the one that repeats it, if a line did. */
    private static void putCommands(Map<String, @Nullable Object> document, String command) {
        document.put("command", command.isEmpty() ? null : command);
        document.put("repeat", Repetition.command(command).orElse(null));
    }

    private static Map<String, @Nullable Object> profile(
            @Nullable Profile profile, @Nullable List<RuleUse> rules) {
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("name", profile == null ? null : profile.name());
        document.put("sha256", profile == null ? null : profile.sha256());
        document.put(
                "rules", rules == null ? null : rules.stream().map(ReportDocument::rule).toList());
        return document;
    }

    private static Map<String, @Nullable Object> rule(RuleUse use) {
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("name", use.name());
        document.put("reason", use.reason());
        document.put("ignored", use.count());
        return document;
    }

    public static Map<String, @Nullable Object> compared(Compared compared) {
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("steps", compared.steps());
        document.put("blocks", compared.blocks());
        document.put("windows", compared.windows());
        document.put("digests", compared.digests());
        document.put("registers", compared.registers());
        document.put("stores", compared.stores());
        document.put("inputs", compared.inputs());
        return document;
    }

    private static Map<String, @Nullable Object> engine(EngineReport engine) {
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("name", engine.name());
        document.put("role", engine.role().text());
        document.put("steps", engine.steps());
        document.put("blocks", engine.blocks());
        document.put("exit", exit(engine.exit()));
        document.put("outcome", engine.outcome() == null ? null : engine.outcome().name());
        document.put("elapsed_ms", engine.elapsedMs());
        document.put("peak_rss_bytes", engine.peakRssBytes());
        document.put("events", engine.events());
        return document;
    }

    private static Map<String, @Nullable Object> exit(EngineReport.@Nullable Exit exit) {
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("reason", exit == null ? null : exit.reason().text());
        document.put("status", exit == null ? null : exit.status());
        return document;
    }

    /** A hundred thousand divergences are in a few blocks, whose code is kept once. */
    private static List<Map<String, @Nullable Object>> divergences(
            List<Divergence> found, GuestCode code) {
        Map<Long, List<String>> blocks = new HashMap<>();
        return found.stream()
                .map(each ->
                        divergence(
                                each, code, () -> blocks.computeIfAbsent(each.pc(), code::block)))
                .toList();
    }

    /** Returns one divergence, as it stands among the others of a run. */
    public static Map<String, @Nullable Object> divergence(Divergence found, GuestCode code) {
        return divergence(found, code, () -> code.block(found.pc()));
    }

    private static Map<String, @Nullable Object> divergence(
            Divergence found, GuestCode code, Supplier<List<String>> block) {
        Optional<Finding> finding = Finding.of(found);
        Divergence told = finding.map(Finding::named).orElse(found);
        List<String> lines =
                finding.map(it -> List.of(GuestCode.hex(it.pc()) + "  " + it.disassembly()))
                        .orElseGet(block);
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("engine", told.engine());
        document.put("step", told.step());
        document.put("pc", GuestCode.hex(told.pc()));
        document.put("symbol", code.symbol(told.pc()).orElse(null));
        document.put("disassembly", lines.isEmpty() ? null : lines);
        document.put("field", told.field());
        document.put("reference", told.reference());
        document.put("subject", told.subject());
        document.put("class", told.classification());
        document.put("distance", told.distance());
        document.put("block", told.block());
        document.put("evidence", evidence(found, code));
        return document;
    }

    private static @Nullable Map<String, @Nullable Object> evidence(
            Divergence found, GuestCode code) {
        Evidence evidence = found.evidence();
        return evidence == null ? null : EvidenceDocument.of(evidence, code);
    }
}
