package dev.lockstep.server.run;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/**
 * The account of a finished run.
 *
 * @param run name of the run
 * @param strength what the engines agreed on
 * @param elapsedMs from the creation of the run to its verdict
 * @param refusal why the run could not be what was asked for, naming the item its engines disagree
 *     on; null when it could
 * @param notes for people: what happened, and what was not compared
 * @param rules of the profile, with how often each was applied
 */
public record RunReport(
        Verdict verdict,
        String run,
        Profile profile,
        Grain grain,
        Strength strength,
        long elapsedMs,
        @Nullable String refusal,
        List<String> notes,
        Compared compared,
        List<EngineReport> engines,
        List<Divergence> divergences,
        List<RuleUse> rules) {
    /** Exit code of a usage error. */
    public static final int USAGE_EXIT_CODE = 2;

    public RunReport {
        notes = List.copyOf(notes);
        engines = List.copyOf(engines);
        divergences = List.copyOf(divergences);
        rules = List.copyOf(rules);
    }

    /** Returns this report with one more thing to say. */
    public RunReport withNote(String note) {
        List<String> more = new ArrayList<>(notes);
        more.add(note);
        return with(refusal, more);
    }

    /** Returns this report without its divergences, of which there may be many. */
    public RunReport withoutDivergences() {
        return with(refusal, notes, List.of());
    }

    /** Returns this report with another refusal and other notes. */
    public RunReport with(@Nullable String newRefusal, List<String> newNotes) {
        return with(newRefusal, newNotes, divergences);
    }

    /** Returns this report with other accounts of its engines. */
    public RunReport withEngines(List<EngineReport> accounts) {
        return new RunReport(
                verdict,
                run,
                profile,
                grain,
                strength,
                elapsedMs,
                refusal,
                notes,
                compared,
                accounts,
                divergences,
                rules);
    }

    /** Returns this report with one of its divergences in other words. */
    public RunReport with(int index, Divergence divergence) {
        List<Divergence> changed = new ArrayList<>(divergences);
        changed.set(index, divergence);
        return with(refusal, notes, changed);
    }

    private RunReport with(
            @Nullable String newRefusal, List<String> newNotes, List<Divergence> newDivergences) {
        return new RunReport(
                verdict,
                run,
                profile,
                grain,
                strength,
                elapsedMs,
                newRefusal,
                newNotes,
                compared,
                engines,
                newDivergences,
                rules);
    }

    /**
     * Returns the status for a command that reports this run: the verdict's, or that of a usage
     * error.
     */
    public int exitCode() {
        return exitCode(verdict, refusal);
    }

    /** Returns the same for a verdict and a refusal, which may be null. */
    public static int exitCode(Verdict verdict, @Nullable String refusal) {
        return refusal == null ? verdict.exitCode() : USAGE_EXIT_CODE;
    }
}
