package dev.lockstep.server.run;

import dev.lockstep.proto.v1.GuestEnd;
import dev.lockstep.proto.v1.InputRequest;

/** What an engine has reported, in the order in which it executed. */
sealed interface Item permits Rows, Item.Barrier {
    /** Returns the address at which the steps this speaks of start. */
    long firstPc();

    /** An item that no record of the other side may run past. */
    sealed interface Barrier extends Item permits Input, End {
        /** Returns the step this stands at, or the first one at which it may stand. */
        long step();

        /** Returns the last step at which this may stand. */
        default long lastStep() {
            return step();
        }
    }

    /** A question to the world. Shared by all comparisons of the reference that asked it. */
    final class Input implements Barrier {
        private final InputRequest question;
        private long endBytes;

        Input(InputRequest question) {
            this.question = question;
        }

        InputRequest question() {
            return question;
        }

        /**
         * Returns what all inputs up to the last known part of this one cost; 0 for a subject's.
         */
        long endBytes() {
            return endBytes;
        }

        /** Notes that another part is known. */
        void extendTo(long totalBytes) {
            endBytes = totalBytes;
        }

        @Override
        public long firstPc() {
            return question.hasOpenRecord()
                    ? question.getOpenRecord().getFirstPc()
                    : question.getPc();
        }

        @Override
        public long step() {
            return question.getStep();
        }
    }

    /** The end of the guest. */
    record End(GuestEnd account) implements Barrier {
        @Override
        public long firstPc() {
            return account.getPc();
        }

        @Override
        public long step() {
            return account.getStepCount();
        }

        /** Returns whether it is known only that the guest ended in the block that begins here. */
        boolean isWithinBlock() {
            return account.getWithinBlock();
        }

        @Override
        public long lastStep() {
            return isWithinBlock() ? step() + Bounds.UNSEEN_STEPS : step();
        }

        /** Returns whether this may be the same end, by where it stands. */
        boolean mayBe(End other) {
            return step() <= other.lastStep() && other.step() <= lastStep();
        }
    }
}
