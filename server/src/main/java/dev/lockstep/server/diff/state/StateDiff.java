package dev.lockstep.server.diff.state;

import dev.lockstep.server.diff.state.StateDiffResult.DocumentResult;
import dev.lockstep.server.diff.state.StateDiffResult.Status;
import dev.lockstep.server.diff.state.StateProfile.Manifest;
import dev.lockstep.server.json.TapeRoom;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;

/** Compares two states: what must hold first, then document by document. */
public final class StateDiff {
    private static final StatePath WHOLE_FILE = StatePath.ROOT.member("<file>");
    private static final StatePath WHOLE_MANIFEST = StatePath.ROOT.member("<manifest>");
    private static final String DOCUMENT_SUFFIX = ".json";

    private static final ThreadFactory READERS =
            Thread.ofPlatform().daemon().name("lockstep-state").factory();

    private final StateProfile profile;
    private final Differences differences;
    private final OpenState reference;
    private final OpenState subject;

    private StateDiff(
            StateProfile profile, OpenState reference, OpenState subject, StateLimits limits) {
        this.profile = profile;
        this.differences = new Differences(profile, limits.differences());
        this.reference = reference;
        this.subject = subject;
    }

    /**
     * Compares.
     *
     * @param masking what of the images says nothing, if that is known
     * @throws dev.lockstep.server.run.ConfigException if a document is no JSON object
     * @throws StateLimitException if they take more than they may
     * @throws IOException if a file cannot be read
     * @throws CancellationException if the thread is interrupted
     */
    public static StateDiffResult compare(
            StateProfile profile,
            StateDump reference,
            StateDump subject,
            Optional<Masking> masking,
            StateLimits limits)
            throws IOException {
        TapeRoom room = TapeRoom.of(limits.tapeEntries());
        OpenState left = new OpenState(reference, profile.names(), room);
        OpenState right = new OpenState(subject, profile.names(), room);
        Gatekeeper gates = new Gatekeeper(profile, left, right, masking);
        gates.check();
        StateDiff diff = new StateDiff(profile, left, right, limits);
        List<DocumentResult> documents = new ArrayList<>();
        for (String document : diff.documents()) {
            Status status = diff.compare(document);
            documents.add(new DocumentResult(document, status, diff.differences.counts(document)));
        }
        return new StateDiffResult(
                profile,
                reference.name(),
                subject.name(),
                gates.results(),
                gates.stop() || diff.differences.stop(),
                documents,
                diff.differences.count(),
                diff.differences.kept());
    }

    private Collection<String> documents() {
        if (!profile.documents().isEmpty()) {
            return profile.documents();
        }
        SortedSet<String> all = new TreeSet<>(reference.files());
        all.addAll(subject.files());
        all.removeIf(it -> !it.endsWith(DOCUMENT_SUFFIX) || it.equals(StateDump.MANIFEST));
        return all;
    }

    private Status compare(String document) throws IOException {
        boolean ours = subject.has(document);
        if (!reference.has(document)) {
            if (!ours && !profile.absentIsMissing()) {
                return Status.ABSENT;
            }
            missing(document, "absent", "present");
            return Status.MISSING_IN_REFERENCE;
        }
        if (!ours) {
            missing(document, "present", "absent");
            return Status.MISSING_IN_SUBJECT;
        }
        boolean identical = areIdentical(document);
        if (!identical) {
            compareBoth(document);
        }
        reference.forget(document);
        subject.forget(document);
        if (identical) {
            return Status.IDENTICAL;
        }
        return differences.count(document) > 0 ? Status.DIVERGED : Status.EQUAL;
    }

    /** Reading takes most of the time: both sides at once. */
    private void compareBoth(String document) throws IOException {
        try (ExecutorService beside = Executors.newSingleThreadExecutor(READERS)) {
            Future<Document> ours = beside.submit(() -> subject.document(document));
            Document theirs = reference.document(document);
            new DocumentDiff(document, profile, theirs, result(ours), differences).run();
        }
    }

    private static Document result(Future<Document> reading) throws IOException {
        try {
            return reading.get();
        } catch (InterruptedException _) {
            throw new CancellationException("interrupted while a document was read");
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case IOException cause -> throw cause;
                case RuntimeException cause -> throw cause;
                case Error cause -> throw cause;
                case null, default -> throw new IllegalStateException(e);
            }
        }
    }

    private void missing(String document, String left, String right) {
        differences.add(
                document, WHOLE_FILE, DifferenceKind.MISSING_FILE, Shown.of(left), Shown.of(right));
    }

    /** By the manifests, as far as they are believed; whatever they say wrongly is a difference. */
    private boolean areIdentical(String document) throws IOException {
        Optional<String> left = reference.claimedSha256(document);
        Optional<String> right = subject.claimedSha256(document);
        boolean claimedSame = left.isPresent() && left.equals(right);
        if (!claimedSame && profile.manifest() == Manifest.TRUSTED) {
            return false;
        }
        boolean holds = holds(document, reference, left);
        holds &= holds(document, subject, right);
        return claimedSame && holds;
    }

    private boolean holds(String document, OpenState side, Optional<String> claimed)
            throws IOException {
        if (claimed.isEmpty()) {
            return true;
        }
        String actual = side.sha256(document);
        if (actual.equals(claimed.get())) {
            return true;
        }
        differences.add(
                document,
                WHOLE_MANIFEST,
                DifferenceKind.MANIFEST_HASH_MISMATCH,
                Shown.of(claimed.get()),
                Shown.of(actual));
        return false;
    }
}
