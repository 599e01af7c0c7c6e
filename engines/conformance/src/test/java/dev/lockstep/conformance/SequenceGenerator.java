package dev.lockstep.conformance;

import dev.lockstep.isa.Op;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;

/** Makes random sequences: each depends on the seed and its own number alone. */
final class SequenceGenerator {
    /** So many bases come first that are aligned. */
    static final int ALIGNED_BASES = 2;

    private static final int MAX_STRAIGHT = 30;
    private static final int MAX_ELEMENTS = 10;
    private static final int MAX_BODY = 4;
    private static final int MAX_BEFORE = 2;
    private static final int MAX_DEPTH = 2;

    /** Nothing new begins beyond: c.bnez reaches 256 bytes back, and the sequence has its room. */
    private static final int ENOUGH_BYTES = 150;

    private static final int MAX_BIAS = 1700;
    private static final int SP = 2;
    private static final int X1 = 1;
    private static final int X5 = 5;

    private final Vocabulary vocabulary;

    SequenceGenerator(Vocabulary vocabulary) {
        this.vocabulary = vocabulary;
    }

    /** Returns what the sequence and its states are made with. */
    static Random random(long seed, long number) {
        return new Random(seed * 0x9E37_79B9_7F4A_7C15L + number * 0xD1B5_4A32_D192_ED03L);
    }

    Sequence sequence(Random random, long number) {
        boolean branching = number % 2 != 0;
        Draft draft = begin(random, vocabulary.straight(number / 2), branching);
        var body = new Body(draft);
        if (branching) {
            body.addElements(1 + random.nextInt(MAX_ELEMENTS), 0);
        } else {
            body.addStraight(random.nextInt(4) == 0 ? 0 : random.nextInt(MAX_STRAIGHT));
        }
        addExit(draft);
        return new Sequence(number, branching, draft.code(), draft.bases);
    }

    /** Returns a draft that has this form at its beginning, so that a batch has all of them. */
    private Draft begin(Random random, Form form, boolean branching) {
        Draft draft;
        boolean added;
        do {
            draft = new Draft(random, bases(random));
            addEntry(draft);
            var body = new Body(draft);
            added = branching ? body.addAmongBranches(form) : body.straight.add(form);
        } while (!added);
        return draft;
    }

    /** The first points exactly to the middle, where the driver has its cells. */
    private static List<Base> bases(Random random) {
        var registers = new ArrayList<Integer>();
        while (registers.size() < 2 + ALIGNED_BASES) {
            int register = baseRegister(random);
            if (!registers.contains(register)) {
                registers.add(register);
            }
        }
        return List.of(
                new Base(registers.get(0), 0, 0),
                new Base(registers.get(1), 0, Long.BYTES),
                new Base(registers.get(2), -random.nextInt(Layout.HALF_SCRATCH), 1),
                new Base(registers.get(3), random.nextInt(-MAX_BIAS, MAX_BIAS), 1));
    }

    /** Mostly one that compressed instructions can name. */
    private static int baseRegister(Random random) {
        return switch (random.nextInt(8)) {
            case 0, 1 -> SP;
            case 2, 3, 4 -> random.nextInt(8, 16);
            default -> random.nextInt(1, 32);
        };
    }

    /** The driver comes with the record in x1 and the entry in x5, all else is as it should be. */
    private static void addEntry(Draft draft) {
        draft.add(Op.LD, X5, X1, 0, State.offsetOfX(X5));
        draft.add(Op.LD, X1, X1, 0, State.offsetOfX(X1));
    }

    private static void addExit(Draft draft) {
        int middle = draft.bases.getFirst().register();
        draft.add(Op.SD, 0, middle, X1, Layout.SAVED_X1);
        draft.add(Op.LD, X1, middle, 0, Layout.SAVE_ROUTINE);
        draft.add(Op.JALR, 0, X1, 0, 0);
    }

    /** The code between entry and exit. */
    private final class Body {
        private final Draft draft;
        private final StraightCode straight;
        private final Transfers transfers;

        Body(Draft draft) {
            this.draft = draft;
            straight = new StraightCode(vocabulary, draft);
            transfers = new Transfers(vocabulary, draft);
        }

        private boolean hasRoom() {
            return draft.position() < ENOUGH_BYTES;
        }

        void addStraight(int count) {
            for (int i = 0; i < count && hasRoom(); i++) {
                straight.addAny();
            }
        }

        /** Adds the form, if it can, where it is sure to be executed: in a loop or a function. */
        boolean addAmongBranches(Form form) {
            var added = new AtomicBoolean();
            Runnable body =
                    () -> {
                        addStraight(draft.random.nextInt(MAX_BEFORE + 1));
                        added.set(straight.add(form));
                        addElements(draft.random.nextInt(MAX_BODY + 1), 1);
                    };
            if (draft.random.nextBoolean()) {
                transfers.addLoop(body);
            } else {
                transfers.addCalls(body);
            }
            return added.get();
        }

        void addElements(int count, int depth) {
            for (int i = 0; i < count && hasRoom(); i++) {
                addElement(depth);
            }
        }

        private void addElement(int depth) {
            Runnable body = () -> addElements(draft.random.nextInt(MAX_BODY + 1), depth + 1);
            switch (depth == MAX_DEPTH ? 0 : draft.random.nextInt(8)) {
                case 4, 5 -> transfers.addBranch(body);
                case 3 -> transfers.addJump(body);
                case 6 -> transfers.addLoop(body);
                case 7 -> transfers.addCalls(body);
                default -> straight.addAny();
            }
        }
    }
}
