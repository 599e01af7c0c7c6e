package dev.lockstep.server.diff.events;

import dev.lockstep.server.diff.events.PairResult.Region;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Where two threads differ from their first difference on.
 *
 * @param regions in order
 * @param isComplete whether these are all
 */
record Regions(List<Region> regions, boolean isComplete) {
    private static final int MAX_TEXT_CHARACTERS = 256;

    static final Regions NONE = new Regions(List.of(), true);

    /**
     * Returns the regions, the first of which begins where a walk has stopped.
     *
     * @param bindingEnds the sides behind whose end the other one may have nothing
     */
    static Regions from(
            Steps walk,
            PairResult.FirstDifference first,
            LogPair logs,
            Set<Side> bindingEnds,
            int maxRegions) {
        var search = new Search(walk, logs, bindingEnds, maxRegions);
        search.run(first);
        return new Regions(search.regions, search.isComplete);
    }

    /** A walk that goes on behind differences. */
    private static final class Search implements Steps.Observer {
        private final Steps steps;
        private final Set<Side> bindingEnds;
        private final int maxRegions;
        private final List<Region> regions = new ArrayList<>();
        private boolean isComplete = true;
        private long matchedBefore;
        private long matched;

        Search(Steps walk, LogPair logs, Set<Side> bindingEnds, int maxRegions) {
            this.steps =
                    new Steps(
                            walk.reader(Side.REFERENCE).copy(),
                            walk.reader(Side.SUBJECT).copy(),
                            logs,
                            this);
            this.bindingEnds = bindingEnds;
            this.maxRegions = maxRegions;
        }

        @Override
        public void matched(ThreadLog.Reader reference, ThreadLog.Reader subject) {
            matched++;
        }

        @Override
        public void absorbed(Absorption.Absorbed absorbed) {
            // Counted up to the first difference only.
        }

        void run(PairResult.FirstDifference first) {
            matchedBefore = first.position();
            Optional<Difference> difference = Optional.of(first.difference());
            while (difference.isPresent() && isRoom()) {
                addRegion(difference.get());
                difference = next();
            }
            if (difference.isEmpty()) {
                addRest(Side.REFERENCE);
                addRest(Side.SUBJECT);
            }
        }

        /** Returns whether one more may be listed; if not, there is one that is not. */
        private boolean isRoom() {
            isComplete = regions.size() < maxRegions;
            return isComplete;
        }

        private Optional<Difference> next() {
            matched = 0;
            Optional<Difference> found = steps.goOn().map(it -> it.mismatch().told());
            matchedBefore = matched;
            return found;
        }

        private void addRegion(Difference difference) {
            ThreadLog.Reader reference = steps.reader(Side.REFERENCE);
            ThreadLog.Reader subject = steps.reader(Side.SUBJECT);
            long referenceStart = reference.position();
            long subjectStart = subject.position();
            Alignment.Shift shift =
                    Alignment.behind(reference, subject)
                            .orElse(new Alignment.Shift(Integer.MAX_VALUE, Integer.MAX_VALUE));
            steps.skip(Side.REFERENCE, shift.reference());
            steps.skip(Side.SUBJECT, shift.subject());
            add(
                    referenceStart,
                    reference.position() - referenceStart,
                    subjectStart,
                    subject.position() - subjectStart,
                    difference.text("reference", "subject"));
        }

        /** What one side has more at its end is a region, too. */
        private void addRest(Side side) {
            long count = bindingEnds.contains(side.other()) ? steps.countRest(side) : 0;
            if (count > 0 && isRoom()) {
                add(
                        steps.reader(Side.REFERENCE).position(),
                        side == Side.REFERENCE ? count : 0,
                        steps.reader(Side.SUBJECT).position(),
                        side == Side.SUBJECT ? count : 0,
                        "the %s has more events at its end".formatted(SideNames.ROLES.of(side)));
            }
        }

        private void add(
                long referenceStart,
                long referenceCount,
                long subjectStart,
                long subjectCount,
                String text) {
            regions.add(
                    new Region(
                            referenceStart,
                            referenceCount,
                            subjectStart,
                            subjectCount,
                            matchedBefore,
                            CutText.of(text, MAX_TEXT_CHARACTERS)));
        }
    }
}
