package dev.lockstep.server.diff.state;

import dev.lockstep.server.diff.state.StateProfile.SetRule;
import dev.lockstep.server.json.JsonTape;
import dev.lockstep.server.json.JsonTape.Kind;
import dev.lockstep.server.json.JsonText;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * Goes through one document of both states. Only what is not alike at first sight is looked at
 * closer, so that most of a long document costs little more than comparing its bytes.
 */
final class DocumentDiff {
    private final String document;
    private final StateProfile profile;
    private final Skipping skipping;
    private final Differences differences;
    private final JsonTape left;
    private final JsonTape right;

    /** Whether all that is asked is if there is a difference. */
    private boolean probing;

    private boolean found;

    /** Values that have one place. */
    private record Pair(int one, int other) {}

    DocumentDiff(
            String document,
            StateProfile profile,
            Document reference,
            Document subject,
            Differences differences) {
        this.document = document;
        this.profile = profile;
        this.skipping = new Skipping(profile.skips(), document, reference, subject);
        this.differences = differences;
        this.left = reference.tape();
        this.right = subject.tape();
    }

    void run() {
        compare(StatePath.ROOT, JsonTape.ROOT, JsonTape.ROOT);
    }

    private void compare(StatePath path, int one, int other) {
        if (!left.isLike(one, right, other)) {
            compareUnlike(path, one, other);
        }
    }

    private void compareUnlike(StatePath path, int one, int other) {
        if (Thread.currentThread().isInterrupted()) {
            throw new CancellationException("interrupted while states were compared");
        }
        if ((probing && found) || skipping.skips(path)) {
            return;
        }
        Kind kind = left.kind(one);
        if (type(kind) != type(right.kind(other))) {
            differs(path, DifferenceKind.TYPE_MISMATCH, shown(left, one), shown(right, other));
        } else if (kind == Kind.OBJECT) {
            compareMembers(path, one, other);
        } else if (kind == Kind.ARRAY) {
            compareItems(path, one, other);
        } else {
            differs(path, DifferenceKind.VALUE, shown(left, one), shown(right, other));
        }
    }

    private static Kind type(Kind kind) {
        return kind == Kind.FALSE ? Kind.TRUE : kind;
    }

    private static Shown shown(JsonTape tape, int token) {
        return new Shown.OfDocument(tape, token);
    }

    private void differs(StatePath path, DifferenceKind kind, Shown reference, Shown subject) {
        if (probing) {
            found = true;
        } else {
            differences.add(document, path, kind, reference, subject);
        }
    }

    private void compareMembers(StatePath path, int one, int other) {
        if (left.hasSameNames(one, right, other)) {
            comparePairs(path, one, other);
        } else {
            compareNamed(path, one, other);
        }
    }

    /** Of most objects few members differ, if any; these in the order of their names. */
    private void comparePairs(StatePath path, int one, int other) {
        Map<String, Pair> unlike = new TreeMap<>(JsonText.BY_CODE_POINT);
        int otherName = right.first(other);
        for (int name = left.first(one); name != JsonTape.NONE; name = left.next(name)) {
            Pair pair = new Pair(left.value(name), right.value(otherName));
            if (!left.isLike(pair.one, right, pair.other)) {
                unlike.put(left.text(name), pair);
            }
            otherName = right.next(otherName);
        }
        unlike.forEach((name, pair) -> compareUnlike(path.member(name), pair.one, pair.other));
    }

    /** Fields of one side first, then those of both, each in the order of their names. */
    private void compareNamed(StatePath path, int one, int other) {
        Map<String, Integer> ones = members(left, one);
        Map<String, Integer> others = members(right, other);
        ones.forEach((name, value) -> {
            if (!others.containsKey(name)) {
                missing(path.member(name), DifferenceKind.MISSING_FIELD, shown(left, value));
            }
        });
        others.forEach((name, value) -> {
            if (!ones.containsKey(name)) {
                extra(path.member(name), DifferenceKind.EXTRA_FIELD, shown(right, value));
            }
        });
        ones.forEach((name, value) -> {
            Integer otherValue = others.get(name);
            if (otherValue != null) {
                compare(path.member(name), value, otherValue);
            }
        });
    }

    private void missing(StatePath path, DifferenceKind kind, Shown value) {
        if (!skipping.skips(path)) {
            differs(path, kind, value, Shown.nothing());
        }
    }

    private void extra(StatePath path, DifferenceKind kind, Shown value) {
        if (!skipping.skips(path)) {
            differs(path, kind, Shown.nothing(), value);
        }
    }

    private static Map<String, Integer> members(JsonTape tape, int object) {
        Map<String, Integer> members = new TreeMap<>(JsonText.BY_CODE_POINT);
        for (int name = tape.first(object); name != JsonTape.NONE; name = tape.next(name)) {
            members.put(tape.text(name), tape.value(name));
        }
        return members;
    }

    private void compareItems(StatePath path, int one, int other) {
        Optional<SetRule> set =
                profile.sets().stream()
                        .filter(it -> it.document().equals(document))
                        .filter(it -> it.field().equals(fieldName(path)))
                        .findFirst();
        if (set.isPresent()) {
            compareSets(path, set.get(), one, other);
        } else {
            compareSequences(path, one, other);
        }
    }

    /** Returns the field that holds an array; the original finds it by dots and brackets. */
    private String fieldName(StatePath path) {
        if (!profile.skips().anywhere()) {
            return path.field();
        }
        String text = path.text();
        String last = text.substring(text.lastIndexOf('.') + 1);
        int bracket = last.indexOf('[');
        return bracket < 0 ? last : last.substring(0, bracket);
    }

    private void compareSequences(StatePath path, int one, int other) {
        int size = left.size(one);
        int otherSize = right.size(other);
        if (size != otherSize) {
            differs(path, DifferenceKind.SEQ_LENGTH, Shown.of(size), Shown.of(otherSize));
        }
        int item = left.first(one);
        int otherItem = right.first(other);
        for (int i = 0; i < Math.min(size, otherSize); i++) {
            if (!left.isLike(item, right, otherItem)) {
                compareUnlike(path.element(Integer.toString(i)), item, otherItem);
            }
            item = left.next(item);
            otherItem = right.next(otherItem);
        }
    }

    private void compareSets(StatePath path, SetRule rule, int one, int other) {
        SetMembers ones = SetMembers.of(left, one, rule.key(), profile.allMembers());
        SetMembers others = SetMembers.of(right, other, rule.key(), profile.allMembers());
        int[] partners = ones.partners(others);
        ones.forEachSorted(
                ones.members().filter(it -> partners[it] == JsonTape.NONE),
                it -> {
                    StatePath at = element(path, ones, it);
                    differs(at, DifferenceKind.MISSING_MEMBER, ones.shown(it), Shown.nothing());
                });
        others.forEachSorted(
                others.members().filter(it -> ones.item(others, it) == JsonTape.NONE),
                it -> {
                    StatePath at = element(path, others, it);
                    differs(at, DifferenceKind.EXTRA_MEMBER, Shown.nothing(), others.shown(it));
                });
        compareBoth(path, ones, partners);
    }

    private static StatePath element(StatePath path, SetMembers members, int member) {
        return path.element(members.label(member));
    }

    /** Of members of both sides; only those that differ are worth sorting. */
    private void compareBoth(StatePath path, SetMembers ones, int[] partners) {
        IntConsumer compare =
                it -> compareUnlike(element(path, ones, it), ones.item(it), partners[it]);
        IntStream unlike =
                ones.members()
                        .filter(it -> partners[it] != JsonTape.NONE)
                        .filter(it -> !left.isLike(ones.item(it), right, partners[it]));
        if (probing) {
            unlike.forEach(compare);
        } else {
            ones.forEachSorted(unlike.filter(it -> isDifferent(() -> compare.accept(it))), compare);
        }
    }

    /** Whether a comparison finds any difference. */
    private boolean isDifferent(Runnable comparison) {
        probing = true;
        found = false;
        comparison.run();
        probing = false;
        return found;
    }
}
