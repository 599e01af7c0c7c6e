package dev.lockstep.server.diff.events;

import dev.lockstep.server.json.JsonValue;

import org.jspecify.annotations.Nullable;

import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/** Says what two events differ in: the first difference in the order of the profile. */
final class EventComparison {
    private final KindRules.Book book;

    EventComparison(KindRules.Book book) {
        this.book = book;
    }

    /** Returns the first difference, empty if the events are equal. */
    Optional<Mismatch> compare(LoggedEvent reference, LoggedEvent subject) {
        if (!reference.kind().equals(subject.kind())) {
            return Optional.of(
                    new Mismatch(
                            "",
                            LoggedEvent.KIND,
                            false,
                            JsonValue.of(reference.kind()),
                            JsonValue.of(subject.kind())));
        }
        KindRules rules = book.of(reference.kind());
        return new Pair(
                        rules,
                        rules.compared(reference.payload()).members(),
                        rules.compared(subject.payload()).members())
                .difference(book.profile());
    }

    /** Two payloads of one kind. */
    private record Pair(
            KindRules rules,
            SequencedMap<String, JsonValue> reference,
            SequencedMap<String, JsonValue> subject) {
        Optional<Mismatch> difference(EventProfile profile) {
            Optional<Mismatch> found =
                    profile.namesFirst() ? byPriority(LoggedEvent.NAME, false) : Optional.empty();
            return found.or(this::byPriorities)
                    .or(this::inReference)
                    .or(this::inSubjectOnly)
                    .map(it -> profile.wholeFields() ? it : it.innermost());
        }

        private Optional<Mismatch> byPriorities() {
            return rules.priorities().stream()
                    .flatMap(it -> byPriority(it.field(), it.byMember()).stream())
                    .findFirst();
        }

        private Optional<Mismatch> byPriority(String field, boolean byMember) {
            JsonValue left = reference.get(field);
            JsonValue right = subject.get(field);
            if (!rules.compares(field) || left == null || right == null || left.sameAs(right)) {
                return Optional.empty();
            }
            if (!byMember) {
                return Optional.of(new Mismatch(field, named(), false, left, right));
            }
            return left instanceof JsonValue.Struct(var members)
                            && right instanceof JsonValue.Struct(var others)
                    ? byMember(field, members, others)
                    : Optional.empty();
        }

        private Optional<Mismatch> byMember(
                String field,
                SequencedMap<String, JsonValue> members,
                SequencedMap<String, JsonValue> others) {
            for (Map.Entry<String, JsonValue> member : members.entrySet()) {
                JsonValue other = others.get(member.getKey());
                if (other == null || !member.getValue().sameAs(other)) {
                    return member(field, member.getKey(), member.getValue(), other);
                }
            }
            return others.entrySet().stream()
                    .filter(it -> !members.containsKey(it.getKey()))
                    .findFirst()
                    .flatMap(it -> member(field, it.getKey(), null, it.getValue()));
        }

        private Optional<Mismatch> member(
                String field, String key, @Nullable JsonValue left, @Nullable JsonValue right) {
            return Optional.of(new Mismatch(field + "." + key, named(), false, left, right));
        }

        private Optional<Mismatch> inReference() {
            return reference.entrySet().stream()
                    .filter(it -> rules.compares(it.getKey()))
                    .filter(it -> !same(it.getValue(), subject.get(it.getKey())))
                    .findFirst()
                    .map(it -> field(it.getKey(), false, it.getValue(), subject.get(it.getKey())));
        }

        private Optional<Mismatch> inSubjectOnly() {
            return subject.entrySet().stream()
                    .filter(it ->
                            rules.compares(it.getKey()) && !reference.containsKey(it.getKey()))
                    .filter(it -> !(it.getValue() instanceof JsonValue.Null))
                    .findFirst()
                    .map(it -> field(it.getKey(), true, null, it.getValue()));
        }

        private static Mismatch field(
                String key, boolean missing, @Nullable JsonValue left, @Nullable JsonValue right) {
            return new Mismatch("", "payload." + key, missing, left, right);
        }

        /** Of a payload's fields, null and absent are the same. */
        private static boolean same(JsonValue left, @Nullable JsonValue right) {
            return left.sameAs(right == null ? JsonValue.Null.VALUE : right);
        }

        private String named() {
            return name(reference)
                    .or(() -> name(subject))
                    .map(name -> "%s name=%s".formatted(rules.kind(), name))
                    .orElse(rules.kind());
        }

        private static Optional<String> name(SequencedMap<String, JsonValue> payload) {
            return payload.get(LoggedEvent.NAME) instanceof JsonValue.Text text
                            && !text.value().isEmpty()
                    ? Optional.of(text.value())
                    : Optional.empty();
        }
    }
}
