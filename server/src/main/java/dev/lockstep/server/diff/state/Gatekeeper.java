package dev.lockstep.server.diff.state;

import dev.lockstep.server.diff.state.StateDiffResult.GateResult;
import dev.lockstep.server.diff.state.StateProfile.Gate;
import dev.lockstep.server.diff.state.StateProfile.ImageRule;
import dev.lockstep.server.diff.state.StateProfile.Place;
import dev.lockstep.server.json.JsonValue;
import dev.lockstep.server.json.PythonText;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds out whether what must hold does, before anything else is compared. */
final class Gatekeeper {
    private final StateProfile profile;
    private final OpenState reference;
    private final OpenState subject;
    private final Optional<Masking> masking;
    private final List<GateResult> results = new ArrayList<>();
    private boolean stop;

    Gatekeeper(
            StateProfile profile,
            OpenState reference,
            OpenState subject,
            Optional<Masking> masking) {
        this.profile = profile;
        this.reference = reference;
        this.subject = subject;
        this.masking = masking;
    }

    /** Looks at all gates. */
    void check() throws IOException {
        for (OpenState side : List.of(reference, subject)) {
            for (String document : profile.required()) {
                if (!side.has(document)) {
                    results.add(
                            new GateResult("file_present:" + side.place(document), "", "", false));
                    stop = true;
                    return;
                }
            }
        }
        Optional<Images> images = images();
        for (Gate gate : profile.gates()) {
            check(gate, images);
        }
    }

    List<GateResult> results() {
        return List.copyOf(results);
    }

    /** Whether one does not hold without which nothing can be interpreted. */
    boolean stop() {
        return stop;
    }

    private void check(Gate gate, Optional<Images> images) throws IOException {
        switch (gate) {
            case Gate.SameOnBothSides it -> {
                Optional<Shown> left = field(reference, it.place(), it.absent());
                Optional<Shown> right = field(subject, it.place(), it.absent());
                boolean counts = !it.unlessImage() || images.isEmpty();
                add(gate, text(left), text(right), isSame(left, right), counts);
            }
            case Gate.SameWithin it -> {
                Pair left = pair(reference, it);
                Pair right = pair(subject, it);
                add(gate, left.text(), right.text(), left.isSame() && right.isSame(), true);
            }
            case Gate.SameImage _ ->
                    images.ifPresent(it ->
                            add(
                                    gate,
                                    it.reference,
                                    it.subject,
                                    it.reference.equals(it.subject),
                                    true));
        }
    }

    private void add(Gate gate, String left, String right, boolean holds, boolean counts) {
        results.add(new GateResult(gate.name(), left, right, holds));
        stop |= !holds && counts;
    }

    private static Optional<Shown> field(OpenState side, Place place, Optional<String> absent)
            throws IOException {
        Optional<Shown> value = side.field(place);
        return value.isPresent() ? value : absent.map(Shown::of);
    }

    private record Pair(Optional<Shown> left, Optional<Shown> right) {
        String text() {
            return Gatekeeper.text(left) + " == " + Gatekeeper.text(right);
        }

        boolean isSame() {
            return Gatekeeper.isSame(left, right);
        }
    }

    private static Pair pair(OpenState side, Gate.SameWithin gate) throws IOException {
        return new Pair(side.field(gate.left()), side.field(gate.right()));
    }

    private static boolean isSame(Optional<Shown> left, Optional<Shown> right) {
        if (left.isEmpty() || right.isEmpty()) {
            return left.isEmpty() && right.isEmpty();
        }
        return left.get().isSame(right.get());
    }

    private static String text(Optional<Shown> value) {
        return value.map(Shown::value)
                .map(it -> it instanceof JsonValue.Text(String text) ? text : PythonText.repr(it))
                .orElse("None");
    }

    private record Images(String reference, String subject) {}

    /** Hashes of both images, if both are there and it is known what to mask. */
    private Optional<Images> images() throws IOException {
        Optional<ImageRule> rule = profile.image();
        if (rule.isEmpty() || masking.isEmpty()) {
            return Optional.empty();
        }
        Optional<byte[]> left = reference.dump().read(rule.get().file());
        Optional<byte[]> right = subject.dump().read(rule.get().file());
        return left.isEmpty() || right.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new Images(
                                masking.get().sha256(left.get()),
                                masking.get().sha256(right.get())));
    }
}
