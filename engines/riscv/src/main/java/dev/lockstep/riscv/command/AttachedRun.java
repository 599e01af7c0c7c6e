package dev.lockstep.riscv.command;

import dev.lockstep.proto.v1.GuestState;
import dev.lockstep.proto.v1.Hello;
import dev.lockstep.proto.v1.Role;
import dev.lockstep.riscv.Executor;
import dev.lockstep.riscv.GuestMachine;
import dev.lockstep.riscv.InputSource;
import dev.lockstep.riscv.Recording;
import dev.lockstep.riscv.snapshot.GuestSources;
import dev.lockstep.sdk.SessionEndedException;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.Timer;
import java.util.TimerTask;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** A guest that runs as a member of a run, from joining it to what its user is told at the end. */
final class AttachedRun {
    /** How long an engine waits for the others before it says so. */
    private static final long WAIT_NOTE_MS = 2000;

    private final Membership place;
    private final Hello hello;
    private final boolean knowsState;
    private final Guest guest;
    private final UnaryOperator<InputSource> inputs;
    private final Consumer<String> notes;

    /**
     * @param knowsState whether registers and memory are the guest's at its end
     * @param inputs makes of what the run answers what the guest asks
     * @param notes is told what a user should know
     */
    AttachedRun(
            Membership place,
            Hello hello,
            boolean knowsState,
            Guest guest,
            UnaryOperator<InputSource> inputs,
            Consumer<String> notes) {
        this.place = place;
        this.hello = hello;
        this.knowsState = knowsState;
        this.guest = guest;
        this.inputs = inputs;
        this.notes = notes;
    }

    void run() throws IOException {
        try (Attachment attachment = join()) {
            try {
                run(attachment);
            } catch (SessionEndedException ended) {
                attachment.leave(ended);
            }
            if (place.isOfAPerson()) {
                attachment.outcome().ifPresent(System.err::println);
            }
        }
    }

    private void run(Attachment attachment) throws IOException {
        // The reference speaks for all: what one side notes, every side would.
        Consumer<String> ownNotes = hello.getRole() == Role.ROLE_REFERENCE ? notes : note -> {};
        InputLog log = new InputLog(inputs.apply(attachment.world()));
        NumberedEvents events = attachment.events();
        GuestSources sources = guest.trackSources();
        GuestMachine machine = begin(attachment, sources, log, events, ownNotes);
        new AttachedGuest(
                        attachment,
                        guest.hart(),
                        guest.memory(),
                        machine,
                        sources,
                        log,
                        events,
                        new Engines(guest, attachment.cutPc()))
                .run();
        guest.ended();
    }

    /** Brings the guest to where it begins. */
    private GuestMachine begin(
            Attachment attachment,
            GuestSources sources,
            InputLog log,
            NumberedEvents events,
            Consumer<String> ownNotes) {
        if (!attachment.restores()) {
            return guest.boot(log, attachment, events, ownNotes);
        }
        GuestState state = attachment.restore(guest.memory());
        sources.restore(state.getSourcesList(), state.getSourceRunsList());
        return guest.resume(state, log, attachment, events, ownNotes);
    }

    /** Joins the run; a person who started only this engine learns what it waits for. */
    private Attachment join() throws IOException {
        Timer timer = new Timer("lockstep-wait", true);
        try {
            if (place.isOfAPerson()) {
                timer.schedule(waitNote(), WAIT_NOTE_MS);
            }
            return Attachment.join(place.coordinator(), hello, knowsState, guest.hart());
        } finally {
            timer.cancel();
        }
    }

    private TimerTask waitNote() {
        return new TimerTask() {
            @Override
            public void run() {
                notes.accept("run \"" + place.run + "\" starts when all its engines are there");
            }
        };
    }

    /** The engines of the guest. */
    private record Engines(Guest guest, @Nullable Long cutPc) implements AttachedGuest.Engines {
        @Override
        public Executor engine(Recording recording) {
            return guest.engine(cutPc, recording);
        }

        @Override
        public Executor singleStepper(Recording recording) {
            return guest.singleStepper(recording);
        }
    }
}
