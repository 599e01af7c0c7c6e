package dev.lockstep.server.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.proto.v1.Evidence;
import dev.lockstep.server.run.TinyMachine.Fault;
import dev.lockstep.server.run.TinyMachine.Program;
import dev.lockstep.server.run.TinyMachine.Wrong;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Runs of engines that can look at their past again. */
abstract class ZoomHarness extends RunHarness {
    /** So many steps that a run of them has twenty windows. */
    private static final Program PROGRAM = new Program(20_480 * 2 / TinyMachine.LOOP, List.of());

    /** A step in the midst of the seventh window, in which x2 is summed. */
    static final long SUM = 6 * 2048 + 801;

    final List<TinyEngine> engines = new ArrayList<>();
    Program program = PROGRAM;
    int blocksOfCode = 3;
    boolean examines = true;
    boolean replays = true;
    Fault[] othersFaults = {};

    ZoomHarness() {
        grain = Grain.WINDOW;
        windowSteps = 2048;
    }

    static Fault wrong(long step, Wrong what) {
        return new Fault(step, what, false, false);
    }

    /** Plays a run of a reference and a subject with these faults to its end. */
    void play(Fault... faults) throws ProtocolException {
        create("recomp");
        start(faults);
        playOn();
    }

    /** Lets all engines join; the first subject has faults. */
    void start(Fault... faults) throws ProtocolException {
        engines.add(new TinyEngine("interp", this, program));
        engines.add(new TinyEngine("recomp", this, program, faults));
        joinExamining("interp");
        joinExamining("recomp");
        if (registry.interimReport("r1").orElseThrow().engines().size() > 2) {
            engines.add(new TinyEngine("other", this, program, othersFaults));
            joinExamining("other");
        }
        engines.forEach(TinyEngine::attach);
        engines.get(1).blocksOfCode = blocksOfCode;
    }

    private void joinExamining(String engine) throws ProtocolException {
        join(hello(engine).setExamines(examines).setReplays(replays));
    }

    /** Lets the engines go on until none of them can. */
    void playOn() {
        boolean moved = true;
        while (moved) {
            moved = false;
            for (TinyEngine engine : engines) {
                moved |= engine.go();
            }
        }
        if (engines.stream().allMatch(engine -> link(engine.name()).halted != null)) {
            goodbyeAll();
        }
    }

    Divergence divergence() {
        assertThat(report().divergences()).hasSize(1);
        return report().divergences().getFirst();
    }

    Evidence evidence() {
        return Objects.requireNonNull(divergence().evidence());
    }
}
