package dev.lockstep.server.diff.state;

import dev.lockstep.server.diff.state.StateProfile.SkipRule;
import dev.lockstep.server.diff.state.StateProfile.Skips;
import dev.lockstep.server.json.JsonTape;
import dev.lockstep.server.json.JsonTape.Kind;

import java.util.HashSet;
import java.util.Set;

/** What is not compared of one document: the profile's names, and those of both sides. */
final class Skipping {
    private final boolean anywhere;
    private final Set<String> fields = new HashSet<>();

    Skipping(Skips skips, String document, Document reference, Document subject) {
        anywhere = skips.anywhere();
        for (SkipRule rule : skips.rules()) {
            if (rule.document().isEmpty() || rule.document().get().equals(document)) {
                fields.addAll(rule.fields());
            }
        }
        skips.field()
                .ifPresent(field -> {
                    add(reference.tape(), field);
                    add(subject.tape(), field);
                });
    }

    /** Adds what a document names, if that is a list; what is no string in it says nothing. */
    private void add(JsonTape tape, String field) {
        int list = tape.member(JsonTape.ROOT, field);
        if (list == JsonTape.NONE || tape.kind(list) != Kind.ARRAY) {
            return;
        }
        for (int item = tape.first(list); item != JsonTape.NONE; item = tape.next(item)) {
            if (tape.kind(item) == Kind.TEXT) {
                fields.add(tape.text(item));
            }
        }
    }

    boolean skips(StatePath path) {
        if (fields.isEmpty()) {
            return false;
        }
        String text = path.text();
        return fields.contains(text)
                || (anywhere ? skipsAnywhere(text) : fields.contains(path.pattern()));
    }

    /** As the original: dots and brackets of names and keys count as those of the path. */
    private boolean skipsAnywhere(String path) {
        StringBuilder pattern = new StringBuilder(path.length());
        int last = 0;
        boolean inElement = false;
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (c == '.') {
                inElement = false;
                last = pattern.length() + 1;
            }
            if (!inElement) {
                pattern.append(c);
            }
            if (c == '[' && !inElement) {
                inElement = true;
                pattern.append(']');
            }
        }
        return fields.contains(pattern.toString()) || fields.contains(pattern.substring(last));
    }
}
