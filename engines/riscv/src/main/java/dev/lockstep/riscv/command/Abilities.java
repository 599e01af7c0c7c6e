package dev.lockstep.riscv.command;

import dev.lockstep.proto.v1.Grain;
import dev.lockstep.proto.v1.InputMode;
import dev.lockstep.proto.v1.Strength;

import java.util.List;

/**
 * What an engine can do and knows, as it says in its Hello.
 *
 * @param grains in which it reports
 * @param strengths of its digests
 * @param inputModes whom it lets ask the world
 * @param examines whether it can go back
 * @param replays whether, as a reference, it takes inputs from an earlier run
 * @param tellsEvents whether it can say what happens to its guest
 * @param captures whether it can tell a state, and begin from one
 * @param knowsSurroundings whether it knows its guest's arguments, environment and machine
 * @param knowsState whether it knows registers and memory at the end
 */
public record Abilities(
        List<Grain> grains,
        List<Strength> strengths,
        List<InputMode> inputModes,
        boolean examines,
        boolean replays,
        boolean tellsEvents,
        boolean captures,
        boolean knowsSurroundings,
        boolean knowsState) {
    /** Everything. */
    public static final Abilities ALL =
            new Abilities(
                    List.of(Grain.GRAIN_STRICT, Grain.GRAIN_BLOCK, Grain.GRAIN_WINDOW),
                    List.of(
                            Strength.STRENGTH_PC,
                            Strength.STRENGTH_PATH,
                            Strength.STRENGTH_REGISTERS,
                            Strength.STRENGTH_COMMIT,
                            Strength.STRENGTH_FULL),
                    List.of(InputMode.INPUT_MODE_FORCED, InputMode.INPUT_MODE_OWN),
                    true,
                    true,
                    true,
                    true,
                    true,
                    true);

    public Abilities {
        grains = List.copyOf(grains);
        strengths = List.copyOf(strengths);
        inputModes = List.copyOf(inputModes);
    }

    /**
     * Returns the abilities of what tells each instruction with all its effects, and neither events
     * nor states.
     *
     * @param goesBack whether it can be told once more
     */
    public static Abilities ofEffects(boolean goesBack) {
        return new Abilities(
                ALL.grains,
                ALL.strengths,
                List.of(InputMode.INPUT_MODE_FORCED),
                goesBack,
                true,
                false,
                false,
                true,
                true);
    }

    /** Returns the abilities of what tells the way of the guest alone, as it went once. */
    public static Abilities ofPath() {
        return new Abilities(
                ALL.grains,
                List.of(Strength.STRENGTH_PC, Strength.STRENGTH_PATH),
                List.of(InputMode.INPUT_MODE_OWN),
                false,
                false,
                false,
                false,
                false,
                false);
    }

    /** Returns the same for an engine that cannot go back. */
    Abilities withoutPast() {
        return new Abilities(
                grains,
                strengths,
                inputModes,
                false,
                replays,
                tellsEvents,
                captures,
                knowsSurroundings,
                knowsState);
    }
}
