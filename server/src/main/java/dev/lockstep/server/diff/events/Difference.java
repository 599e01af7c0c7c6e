package dev.lockstep.server.diff.events;

import dev.lockstep.server.json.PythonText;

/**
 * What two events differ in, as it is told. However long the events are, this is not.
 *
 * @param tag the field by which it is sorted, as {@code status} or {@code args.buffer}; empty for a
 *     difference without a tag. Up to 256 characters, then cut
 * @param place where the difference is, without the values: the tag, if there is one, and behind it
 *     {@code kind}, {@code payload.FIELD}, or the event. Likewise up to 1,024 characters
 * @param referenceText the reference's value as people read it, up to 4,096 characters, then cut
 * @param subjectText the subject's
 */
public record Difference(String tag, String place, String referenceText, String subjectText) {
    private static final int MAX_TAG_CHARACTERS = 256;
    private static final int MAX_PLACE_CHARACTERS = 1024;
    private static final int MAX_VALUE_CHARACTERS = 4096;

    static Difference of(String tag, String place, String referenceText, String subjectText) {
        return new Difference(
                CutText.of(tag, MAX_TAG_CHARACTERS),
                CutText.of(place, MAX_PLACE_CHARACTERS),
                CutText.of(referenceText, MAX_VALUE_CHARACTERS),
                CutText.of(subjectText, MAX_VALUE_CHARACTERS));
    }

    /** Returns where and what it is, for people; the sides called as given. */
    public String text(String referenceName, String subjectName) {
        return "%s: %s=%s %s=%s"
                .formatted(
                        PythonText.printable(place),
                        referenceName,
                        referenceText,
                        subjectName,
                        subjectText);
    }
}
