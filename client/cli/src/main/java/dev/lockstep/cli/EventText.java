package dev.lockstep.cli;

import dev.lockstep.cli.code.GuestCode;
import dev.lockstep.cli.evidence.Finding;
import dev.lockstep.cli.report.DivergenceText;
import dev.lockstep.cli.text.Palette;
import dev.lockstep.cli.text.Quantity;
import dev.lockstep.proto.v1.Divergence;
import dev.lockstep.proto.v1.Role;
import dev.lockstep.proto.v1.Run;
import dev.lockstep.proto.v1.RunEngine;
import dev.lockstep.proto.v1.RunEvent;
import dev.lockstep.server.run.Verdict;

import java.util.List;
import java.util.stream.Collectors;

/** An event as a line for people. */
final class EventText {
    private static final String GAP = "  ";

    private final GuestCode code;
    private final Palette palette;

    EventText(GuestCode code, Palette palette) {
        this.code = code;
        this.palette = palette;
    }

    /** Returns the line, after one that tells of dropped events if there were any. */
    String text(RunEvent event, long dropped) {
        String lost = dropped == 0 ? "" : "... %,d events went by unseen%n".formatted(dropped);
        String position = event.getPosition() == 0 ? "-" : Long.toString(event.getPosition());
        String body = body(event).replace('\n', ' ');
        return lost + String.join(GAP, position, event.getRun(), body) + "\n";
    }

    private String body(RunEvent event) {
        return switch (event.getBodyCase()) {
            case CREATED -> created(event.getCreated());
            case STARTED -> "started: " + engines(event.getStarted());
            case DIVERGED -> diverged(event.getDiverged());
            case ENDED -> ended(event.getEnded());
            case BODY_NOT_SET -> "something this version does not know";
        };
    }

    private static String created(Run run) {
        String command = run.getConfig().getCommand();
        return command.isEmpty() ? "new run" : "new run: " + command;
    }

    private static String engines(Run run) {
        return run.getEnginesList().stream()
                .map(EventText::engine)
                .collect(Collectors.joining(", "));
    }

    private static String engine(RunEngine engine) {
        return engine.getRole() == Role.ROLE_REFERENCE
                ? engine.getName() + " (reference)"
                : engine.getName();
    }

    private String diverged(Divergence found) {
        dev.lockstep.server.run.Divergence divergence = divergence(found);
        String line = DivergenceText.line(divergence, code);
        String text = "difference %d: %s".formatted(found.getNumber(), line);
        boolean isNamed = Finding.of(divergence).isPresent();
        List<String> block = isNamed ? List.of() : code.block(found.getPc());
        return block.isEmpty() ? text : text + "; " + block.getFirst();
    }

    /** Returns a divergence as the comparison knows it. */
    static dev.lockstep.server.run.Divergence divergence(Divergence found) {
        String classification = found.getClassification();
        return new dev.lockstep.server.run.Divergence(
                found.getEngine(),
                found.getStep(),
                found.getPc(),
                found.getField(),
                found.getReferenceValue(),
                found.getSubjectValue(),
                classification.isEmpty() ? null : classification,
                found.getDistance(),
                found.getBlockIndex(),
                found.hasEvidence() ? found.getEvidence() : null);
    }

    private String ended(Run run) {
        if (!run.getRefusal().isEmpty()) {
            return "refused: " + run.getRefusal();
        }
        StringBuilder text = new StringBuilder("ended: ");
        text.append(palette.verdict(Verdict.valueOf(verdict(run))));
        text.append(
                ", %s steps compared, %s"
                        .formatted(
                                Quantity.exact(run.getCompared().getStepCount()),
                                Quantity.time(run.getElapsedMs())));
        run.getNotesList().forEach(note -> text.append("; ").append(note));
        return text.toString();
    }

    /** Returns the name of a run's verdict. */
    static String verdict(Run run) {
        return run.getVerdict().name().replace("VERDICT_", "");
    }
}
