package dev.lockstep.server.diff.state;

import dev.lockstep.server.diff.state.StateProfile.SetRule;
import dev.lockstep.server.json.JsonTape;
import dev.lockstep.server.json.JsonTape.Kind;
import dev.lockstep.server.json.JsonText;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

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
        if (left.isLike(one, right, other) || skipping.skips(path)) {
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
        differences.add(document, path, kind, reference, subject);
    }

    /** Fields of one side first, then those of both, each in the order of their names. */
    private void compareMembers(StatePath path, int one, int other) {
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
            differs(path, kind, value, Shown.NOTHING);
        }
    }

    private void extra(StatePath path, DifferenceKind kind, Shown value) {
        if (!skipping.skips(path)) {
            differs(path, kind, Shown.NOTHING, value);
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
        String last = path.text().substring(path.text().lastIndexOf('.') + 1);
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
            compare(path.element(Integer.toString(i)), item, otherItem);
            item = left.next(item);
            otherItem = right.next(otherItem);
        }
    }

    private void compareSets(StatePath path, SetRule rule, int one, int other) {
        SetMembers ones = SetMembers.of(left, one, rule.key(), profile.allMembers());
        SetMembers others = SetMembers.of(right, other, rule.key(), profile.allMembers());
        ones.forEach((key, _) -> {
            if (others.find(key) == JsonTape.NONE) {
                StatePath at = path.element(key.label());
                differs(at, DifferenceKind.MISSING_MEMBER, key.shown(), Shown.NOTHING);
            }
        });
        others.forEach((key, _) -> {
            if (ones.find(key) == JsonTape.NONE) {
                StatePath at = path.element(key.label());
                differs(at, DifferenceKind.EXTRA_MEMBER, Shown.NOTHING, key.shown());
            }
        });
        ones.forEach((key, value) -> {
            int otherValue = others.find(key);
            if (otherValue != JsonTape.NONE) {
                compare(path.element(key.label()), value, otherValue);
            }
        });
    }
}
