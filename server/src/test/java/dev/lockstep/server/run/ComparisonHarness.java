package dev.lockstep.server.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.proto.v1.GuestEnd;
import dev.lockstep.proto.v1.InputRequest;
import dev.lockstep.proto.v1.RecordBatch;

import java.util.ArrayList;
import java.util.List;

/** One comparison that a test feeds; keeps what it tells. */
abstract class ComparisonHarness implements Reporter {
    static final RunSpec SPEC = spec().build();

    final List<Divergence> divergences = new ArrayList<>();
    final List<String> notes = new ArrayList<>();
    final StringBuilder said = new StringBuilder();
    Comparison comparison = new Comparison(SPEC, "recomp", Strength.FULL, this);

    static RunSpec.Builder spec() {
        List<EngineSpec> engines =
                List.of(
                        new EngineSpec("interp", Role.REFERENCE),
                        new EngineSpec("recomp", Role.SUBJECT));
        return RunSpec.builder("r1", engines, "test");
    }

    /** Replaces the comparison by one of another kind. */
    void compare(RunSpec.Builder spec) {
        divergences.clear();
        notes.clear();
        said.setLength(0);
        comparison = new Comparison(spec.build(), "recomp", Strength.FULL, this);
    }

    void startAnew() {
        compare(spec());
    }

    void reference(Object... messages) throws ProtocolException {
        for (Object message : messages) {
            comparison.addReference(item(message));
        }
    }

    void subject(Object... messages) throws ProtocolException {
        for (Object message : messages) {
            comparison.addSubject(item(message));
        }
    }

    /** Feeds both sides. */
    void both(Object... messages) throws ProtocolException {
        reference(messages);
        subject(messages);
    }

    /** Returns the only divergence. */
    Divergence divergence() {
        assertThat(divergences).hasSize(1);
        return divergences.getFirst();
    }

    private static Item item(Object message) throws ProtocolException {
        return switch (message) {
            case RecordBatch batch -> Rows.of(batch);
            case InputRequest request -> new Item.Input(request);
            case GuestEnd end -> new Item.End(end);
            default -> throw new IllegalArgumentException(message.toString());
        };
    }

    @Override
    public void diverged(Divergence divergence) {
        divergences.add(divergence);
    }

    @Override
    public void said(String text) {
        said.append(text);
    }

    @Override
    public void note(String text) {
        notes.add(text);
    }
}
