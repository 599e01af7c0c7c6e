package dev.lockstep.riscv.linux;

import dev.lockstep.riscv.Fields;
import dev.lockstep.riscv.GuestExit;
import dev.lockstep.riscv.Portable;

import org.jspecify.annotations.Nullable;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** What the calls of one process have in common: how it ended, its id, what it was told. */
final class GuestProcess implements Portable {
    private final Consumer<String> notes;

    /** What the user has been told stays told. */
    private final Set<String> noted = new HashSet<>();

    private @Nullable GuestExit exit;
    private int userId;
    private long processId;

    /**
     * @param processId what the world has told, as the next
     * @param userId the real one
     */
    GuestProcess(Consumer<String> notes, long processId, int userId) {
        this.notes = notes;
        this.processId = processId;
        this.userId = userId;
    }

    @Override
    public void exchange(Fields fields) {
        processId = fields.number("process_id", processId);
        userId = fields.number("user_id", userId, Integer.MIN_VALUE, Integer.MAX_VALUE);
        exit = fields.passing(exit, null);
    }

    /** Returns the process id, or 0 if the world has not told. */
    long id() {
        return processId;
    }

    /** Tells the user something once. */
    void note(String text) {
        if (noted.add(text)) {
            notes.accept(text);
        }
    }

    void end(GuestExit.Reason reason, int status) {
        exit = new GuestExit(reason, status);
    }

    Optional<GuestExit> exit() {
        return Optional.ofNullable(exit);
    }

    int userId() {
        return userId;
    }

    /** Remembers the process id that the world gave, so that the guest can send itself signals. */
    long learnProcessId(long id) {
        processId = id;
        return id;
    }

    /** Returns whether {@code id} names the process, its group, or its only thread. */
    boolean isSelf(long id) {
        return id == processId || id == 0;
    }
}
