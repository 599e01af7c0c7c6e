package dev.lockstep.server.run;

import dev.lockstep.proto.v1.Exit;
import dev.lockstep.proto.v1.ExitReason;
import dev.lockstep.proto.v1.GuestEnd;
import dev.lockstep.proto.v1.InputRequest;

import org.jspecify.annotations.Nullable;

/** Compares the questions and the ends of two guests. */
final class BarrierComparator {
    /** Why a subject is given up that asks for another input than the reference. */
    static final String NOT_FORCED = "the reference's inputs cannot be forced on it any more";

    private static final int SIGNAL_BASE = 128;

    /** Why a subject is given up when only one side has ended. */
    static final String ENDED_ALONE = "one side has ended";

    private BarrierComparator() {}

    /** Returns whether the answer to one question can be given to the other. */
    static boolean sameCall(InputRequest reference, InputRequest subject) {
        return reference.getStep() == subject.getStep()
                && reference.getNumber() == subject.getNumber();
    }

    /**
     * Returns the first difference between two questions, or null; their open records are not
     * looked at.
     */
    static @Nullable Difference compare(InputRequest reference, InputRequest subject) {
        if (reference.getNumber() != subject.getNumber()) {
            return input("call " + reference.getNumber(), "call " + subject.getNumber());
        }
        if (reference.getStep() != subject.getStep() || reference.getPc() != subject.getPc()) {
            return input(place(reference), place(subject));
        }
        if (!reference.getArgumentsList().equals(subject.getArgumentsList())) {
            return input(arguments(reference), arguments(subject));
        }
        if (reference.getOutputBytes() != subject.getOutputBytes()
                || reference.getOutputDigest() != subject.getOutputDigest()) {
            return input(output(reference), output(subject));
        }
        return null;
    }

    /** Returns the first difference between two ends, as far as they are known, or null. */
    static @Nullable Difference compare(Item.End reference, Item.End subject) {
        if (!reference.isWithinBlock() && !subject.isWithinBlock()) {
            return compare(reference.account(), subject.account());
        }
        return reference.mayBe(subject) && mayBeSame(reference.account(), subject.account())
                ? null
                : new Difference(
                        Difference.EXIT, text(reference.account()), text(subject.account()));
    }

    /** Returns whether guests may have ended in one way, as far as that is known. */
    private static boolean mayBeSame(GuestEnd reference, GuestEnd subject) {
        return !reference.hasExit()
                || !subject.hasExit()
                || statusOf(reference.getExit()) == statusOf(subject.getExit());
    }

    /** Returns what a shell would see: who only sees that cannot tell a signal from a status. */
    private static long statusOf(Exit exit) {
        return exit.getReason() == ExitReason.EXIT_REASON_SIGNALED
                ? SIGNAL_BASE + exit.getStatus()
                : exit.getStatus();
    }

    /** Returns the first difference between two ends that are known, or null. */
    private static @Nullable Difference compare(GuestEnd reference, GuestEnd subject) {
        if (reference.getStepCount() != subject.getStepCount()
                || !reference.getExit().equals(subject.getExit())) {
            return new Difference(Difference.EXIT, text(reference), text(subject));
        }
        if (reference.getPc() != subject.getPc()) {
            return Difference.ofAddresses(Difference.PC, reference.getPc(), subject.getPc());
        }
        if (haveRegisters(reference, subject)
                && reference.getRegisterDigest() != subject.getRegisterDigest()) {
            return state("registers", reference.getRegisterDigest(), subject.getRegisterDigest());
        }
        if (haveMemory(reference, subject)
                && reference.getMemoryDigest() != subject.getMemoryDigest()) {
            return state("memory", reference.getMemoryDigest(), subject.getMemoryDigest());
        }
        return null;
    }

    /** Returns whether both know their registers at the end. */
    static boolean haveRegisters(GuestEnd reference, GuestEnd subject) {
        return reference.hasRegisterDigest() && subject.hasRegisterDigest();
    }

    /** Returns whether both know their memory at the end. */
    static boolean haveMemory(GuestEnd reference, GuestEnd subject) {
        return reference.hasMemoryDigest() && subject.hasMemoryDigest();
    }

    /**
     * Returns the difference between two barriers of different kinds, of which the earlier counts.
     */
    static Difference mixed(Item.Barrier reference, Item.Barrier subject) {
        Item.Barrier earlier = reference.step() <= subject.step() ? reference : subject;
        return new Difference(field(earlier), text(reference), text(subject));
    }

    /** Returns the difference when one side runs past a barrier of the other. */
    static Difference passed(Item.Barrier barrier, boolean byReference) {
        String own = text(barrier);
        String other = barrier instanceof Item.Input ? "no input" : "goes on";
        return byReference
                ? new Difference(field(barrier), other, own)
                : new Difference(field(barrier), own, other);
    }

    private static String field(Item.Barrier barrier) {
        return switch (barrier) {
            case Item.Input input -> Difference.INPUT;
            case Item.End end -> Difference.EXIT;
        };
    }

    private static String text(Item.Barrier barrier) {
        return switch (barrier) {
            case Item.Input input -> text(input.question());
            case Item.End end -> text(end.account());
        };
    }

    private static String text(InputRequest question) {
        return "call " + question.getNumber() + " at " + place(question);
    }

    private static String text(GuestEnd end) {
        String how = end.hasExit() ? EngineReport.Exit.of(end.getExit()).toString() : "gone";
        return how + " at step " + end.getStepCount();
    }

    private static String place(InputRequest question) {
        return "step " + question.getStep() + ", pc " + Difference.hex(question.getPc());
    }

    private static String arguments(InputRequest question) {
        return "call %d, arguments %s"
                .formatted(
                        question.getNumber(),
                        question.getArgumentsList().stream().map(Difference::hex).toList());
    }

    private static String output(InputRequest question) {
        return "call %d, output of %d bytes, digest %s"
                .formatted(
                        question.getNumber(),
                        question.getOutputBytes(),
                        Difference.hex(question.getOutputDigest()));
    }

    private static Difference input(String reference, String subject) {
        return new Difference(Difference.INPUT, reference, subject);
    }

    private static Difference state(String what, long reference, long subject) {
        return new Difference(
                Difference.STATE,
                what + " " + Difference.hex(reference),
                what + " " + Difference.hex(subject));
    }
}
