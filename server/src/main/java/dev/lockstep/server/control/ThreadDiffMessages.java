package dev.lockstep.server.control;

import dev.lockstep.proto.v1.AbsorbedCount;
import dev.lockstep.proto.v1.EventPair;
import dev.lockstep.proto.v1.FirstDifference;
import dev.lockstep.proto.v1.LogRegion;
import dev.lockstep.proto.v1.LoggedEvent;
import dev.lockstep.proto.v1.ThreadDiff;
import dev.lockstep.proto.v1.TrailingEvents;
import dev.lockstep.server.diff.events.Difference;
import dev.lockstep.server.diff.events.PairResult;
import dev.lockstep.server.diff.events.ShownEvent;
import dev.lockstep.server.diff.events.SideNames;

/** What comparing two threads came to, as a message of bounded size. */
final class ThreadDiffMessages {
    private static final int MAX_BRIEF_CHARACTERS = 256;

    private ThreadDiffMessages() {}

    static ThreadDiff of(PairResult pair) {
        ThreadDiff.Builder diff =
                ThreadDiff.newBuilder()
                        .setReferenceTid(pair.referenceTid())
                        .setSubjectTid(pair.subjectTid())
                        .setMatchedCount(pair.matched())
                        .setReferenceEventCount(pair.referenceSize())
                        .setSubjectEventCount(pair.subjectSize())
                        .setRegionsComplete(pair.regionsComplete());
        pair.lastMatched().forEach(it -> diff.addLastMatched(events(it)));
        pair.first().ifPresent(it -> diff.setFirst(first(it)));
        pair.trailing().ifPresent(it -> diff.setTrailing(trailing(it)));
        pair.absorbed().forEach((rule, counts) -> diff.addAbsorbed(absorbed(rule, counts)));
        pair.regions().forEach(it -> diff.addRegions(region(it)));
        return diff.build();
    }

    /** Returns an event of which there are many in a message. */
    static LoggedEvent brief(ShownEvent event) {
        return event(event, MAX_BRIEF_CHARACTERS);
    }

    /** Returns a text of which there are many in a message. */
    static String brief(String text) {
        return cut(text, MAX_BRIEF_CHARACTERS);
    }

    private static EventPair events(PairResult.EventPair pair) {
        return EventPair.newBuilder()
                .setReference(event(pair.reference()))
                .setSubject(event(pair.subject()))
                .build();
    }

    private static FirstDifference first(PairResult.FirstDifference found) {
        Difference difference = found.difference();
        SideNames names = SideNames.ROLES;
        FirstDifference.Builder first =
                FirstDifference.newBuilder()
                        .setPosition(found.position())
                        .setText(difference.text(names.reference(), names.subject()))
                        .setTag(difference.tag())
                        .setPlace(difference.place())
                        .setReferenceValue(difference.referenceText())
                        .setSubjectValue(difference.subjectText())
                        .setReference(event(found.reference()))
                        .setSubject(event(found.subject()));
        found.nextReference().ifPresent(it -> first.setNextReference(event(it)));
        found.nextSubject().ifPresent(it -> first.setNextSubject(event(it)));
        return first.build();
    }

    private static TrailingEvents trailing(PairResult.Trailing trailing) {
        return TrailingEvents.newBuilder()
                .setSide(LogDiffMessages.side(trailing.side()))
                .setEventCount(trailing.count())
                .setFirst(event(trailing.first()))
                .build();
    }

    private static AbsorbedCount absorbed(String rule, PairResult.SideCounts counts) {
        return AbsorbedCount.newBuilder()
                .setRule(rule)
                .setReferenceCount(counts.reference())
                .setSubjectCount(counts.subject())
                .build();
    }

    private static LogRegion region(PairResult.Region region) {
        return LogRegion.newBuilder()
                .setReferenceStart(region.referenceStart())
                .setReferenceCount(region.referenceCount())
                .setSubjectStart(region.subjectStart())
                .setSubjectCount(region.subjectCount())
                .setMatchedBefore(region.matchedBefore())
                .setText(region.text())
                .build();
    }

    private static LoggedEvent event(ShownEvent event) {
        return event(event, Integer.MAX_VALUE);
    }

    private static LoggedEvent event(ShownEvent event, int mostCharacters) {
        String json = cut(event.json(), mostCharacters);
        return LoggedEvent.newBuilder()
                .setTid(event.tid())
                .setIndex(event.index())
                .setKind(event.kind())
                .setJson(json)
                .setCut(json.length() < event.jsonCharacters())
                .build();
    }

    private static String cut(String text, int mostCharacters) {
        return text.length() <= mostCharacters ? text : text.substring(0, mostCharacters);
    }
}
