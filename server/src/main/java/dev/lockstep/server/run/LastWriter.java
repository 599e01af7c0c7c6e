package dev.lockstep.server.run;

import dev.lockstep.proto.v1.MemoryDifference;
import dev.lockstep.proto.v1.RegisterDifference;

import org.jspecify.annotations.Nullable;

import java.util.Comparator;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * The reference's last write to something that differs in the end.
 *
 * @param difference what differs there
 */
record LastWriter(TraceComparison.Write write, Difference difference) {
    /**
     * Returns the earliest of the last writes to all that differs, or null if none of that was
     * written. What was written where both sides agreed is to blame only if nothing was later: the
     * subject may have stored over it.
     *
     * @param agreedStep where the states were equal
     * @param step where the states were compared
     */
    static @Nullable LastWriter first(
            StateComparison states, TraceComparison traces, long agreedStep, long step) {
        return Stream.concat(
                        states.registers().stream().map(it -> ofRegister(it, traces, step)),
                        states.memory().stream().map(it -> ofMemory(it, traces, step)))
                .filter(Objects::nonNull)
                .min(
                        Comparator.comparingInt((LastWriter it) -> it.step() < agreedStep ? 1 : 0)
                                .thenComparingLong(LastWriter::step))
                .orElse(null);
    }

    private long step() {
        return write.step().getStep();
    }

    private static @Nullable LastWriter ofRegister(
            RegisterDifference register, TraceComparison traces, long step) {
        return of(
                traces.lastWriteTo(register.getSlot(), step),
                Difference.ofAddresses(
                        Slot.name(register.getSlot()),
                        register.getReference(),
                        register.getSubject()));
    }

    private static @Nullable LastWriter ofMemory(
            MemoryDifference memory, TraceComparison traces, long step) {
        return of(
                traces.lastStoreTo(memory.getAddress(), step),
                new Difference(
                        Slot.MEMORY,
                        StateComparison.text(memory.getAddress(), memory.getReference()),
                        StateComparison.text(memory.getAddress(), memory.getSubject())));
    }

    private static @Nullable LastWriter of(
            TraceComparison.@Nullable Write write, Difference difference) {
        return write == null ? null : new LastWriter(write, difference);
    }
}
