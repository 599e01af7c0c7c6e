package dev.lockstep.riscv;

import dev.lockstep.proto.v1.GuestState;
import dev.lockstep.proto.v1.StateGroup;

import java.util.function.Consumer;

/**
 * The whole state of a machine but for its memory, as it is on every side (docs/snapshots.md).
 *
 * @param memoryBytes size of its memory, which decides where things go
 * @param name what the machine's own group is called
 * @param machine the machine without its hart
 */
public record MachineState(long memoryBytes, Hart hart, String name, Portable machine)
        implements Portable {
    /** Raised by any change that an older reader would misunderstand. */
    private static final long VERSION = 1;

    private static final String VERSION_FIELD = "version";

    @Override
    public void exchange(Fields fields) {
        fields.number(VERSION_FIELD, VERSION, VERSION, VERSION);
        fields.number("memory_bytes", memoryBytes, memoryBytes, memoryBytes);
        fields.group("hart", hart);
        fields.group(name, machine);
    }

    /** Writes it down. */
    public StateGroup write() {
        return StateWriter.write(this);
    }

    /**
     * Has hart and machine take a state.
     *
     * @param inputs says whether the world is asked here
     * @param world takes what stands behind the machine, at last, if the state has that
     * @throws StateException if one of them cannot; the machine is of no use then, and the hart is
     *     as it was
     */
    public void read(GuestState state, InputSource inputs, Consumer<StateGroup> world) {
        checkVersion(state.getMachine());
        Runnable before = hart.checkpoint();
        try {
            StateReader.read("", state.getMachine(), this);
            check("step", state.getStep(), hart.steps);
            check("pc", state.getPc(), hart.pc);
            check("block_count", state.getBlockCount(), hart.blocks);
            if (state.hasWorld()) {
                world.accept(state.getWorld());
            } else if (inputs.performs()) {
                throw StateException.at(
                        "world", "missing (expected: the reference's, since this engine asks it)");
            }
        } catch (StateException e) {
            before.run();
            throw e;
        }
    }

    /**
     * Refuses to take down the world where it is not asked: nothing is known of it.
     *
     * @throws StateException if it is not
     */
    public static void checkPerforms(InputSource inputs) {
        if (!inputs.performs()) {
            throw new StateException(
                    "this engine asks no world (expected: the reference, and no replay)");
        }
    }

    /** Looks at the version before anything else, which may be unknown only because of it. */
    private static void checkVersion(StateGroup machine) {
        machine.getFieldsList().stream()
                .filter(field -> field.getName().equals(VERSION_FIELD))
                .filter(field -> field.hasNumber() && field.getNumber() != VERSION)
                .findAny()
                .ifPresent(field -> {
                    throw StateException.at(
                            VERSION_FIELD,
                            "%s (expected: %d; the state is of another lockstep, which can go on from it)"
                                    .formatted(Long.toUnsignedString(field.getNumber()), VERSION));
                });
    }

    private static void check(String name, long told, long inHart) {
        if (told != inHart) {
            throw StateException.at(
                    name, "0x%x (expected: 0x%x, as the hart has it)".formatted(told, inHart));
        }
    }
}
