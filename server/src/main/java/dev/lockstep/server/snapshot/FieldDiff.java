package dev.lockstep.server.snapshot;

import dev.lockstep.proto.v1.FieldDifference;
import dev.lockstep.proto.v1.GuestState;
import dev.lockstep.proto.v1.StateField;
import dev.lockstep.proto.v1.StateField.ValueCase;
import dev.lockstep.proto.v1.StateGroup;
import dev.lockstep.proto.v1.StateList;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Finds the parts of two machines that differ, by name. Not thread-safe. */
final class FieldDiff {
    /** What is shown of a value at most. */
    private static final int SHOWN_CHARACTERS = 256;

    private static final StateField NONE = StateField.getDefaultInstance();

    private final int limit;
    private final List<FieldDifference> differences = new ArrayList<>();
    private long count;

    /**
     * Creates one.
     *
     * @param limit differences kept at most; all are counted
     */
    FieldDiff(int limit) {
        this.limit = limit;
    }

    List<FieldDifference> differences() {
        return differences;
    }

    long count() {
        return count;
    }

    /** Compares all but memory and what is the reference's alone. */
    void compare(GuestState reference, GuestState subject) {
        compareNumbers("step", reference.getStep(), subject.getStep());
        compareNumbers("blocks", reference.getBlockCount(), subject.getBlockCount());
        if (reference.getPc() != subject.getPc()) {
            add("pc", hex(reference.getPc()), hex(subject.getPc()));
        }
        compare("", reference.getMachine(), subject.getMachine());
    }

    private void compareNumbers(String path, long reference, long subject) {
        if (reference != subject) {
            add(path, Long.toString(reference), Long.toString(subject));
        }
    }

    private void compare(String prefix, StateGroup reference, StateGroup subject) {
        if (reference.equals(subject)) {
            return;
        }
        Map<String, StateField> left = byName(reference);
        Map<String, StateField> right = byName(subject);
        Set<String> names = new LinkedHashSet<>(left.keySet());
        names.addAll(right.keySet());
        for (String name : names) {
            compare(prefix + name, left.getOrDefault(name, NONE), right.getOrDefault(name, NONE));
        }
    }

    private static Map<String, StateField> byName(StateGroup group) {
        return group.getFieldsList().stream()
                .collect(
                        Collectors.toMap(
                                StateField::getName,
                                field -> field,
                                (first, second) -> first,
                                LinkedHashMap::new));
    }

    private void compare(String path, StateField reference, StateField subject) {
        long before = count;
        if (both(ValueCase.GROUP, reference, subject)) {
            compare(path + ".", reference.getGroup(), subject.getGroup());
        } else if (both(ValueCase.LIST, reference, subject)) {
            compare(path, reference.getList(), subject.getList());
        } else if (!reference.equals(subject)) {
            add(path, text(reference), text(subject));
        }
        if (count == before && reference.getValueCase() != subject.getValueCase()) {
            add(path, text(reference), text(subject)); // One has none, the other an empty one.
        }
    }

    /** One that is missing is as an empty one: what the other side has in it is told in full. */
    private static boolean both(ValueCase kind, StateField reference, StateField subject) {
        Set<ValueCase> kinds = Set.of(kind, ValueCase.VALUE_NOT_SET);
        return kinds.contains(reference.getValueCase()) && kinds.contains(subject.getValueCase());
    }

    private void compare(String path, StateList reference, StateList subject) {
        int size = Math.max(reference.getItemsCount(), subject.getItemsCount());
        for (int i = 0; i < size; i++) {
            compare("%s[%d]".formatted(path, i), item(reference, i), item(subject, i));
        }
    }

    private static StateField item(StateList list, int index) {
        return index < list.getItemsCount()
                ? StateField.newBuilder().setGroup(list.getItems(index)).build()
                : NONE;
    }

    private void add(String path, String reference, String subject) {
        count++;
        if (differences.size() < limit) {
            differences.add(
                    FieldDifference.newBuilder()
                            .setPath(path)
                            .setReference(cut(reference))
                            .setSubject(cut(subject))
                            .build());
        }
    }

    private static String text(StateField field) {
        return switch (field.getValueCase()) {
            case NUMBER -> hex(field.getNumber());
            case TEXT -> "\"" + field.getText() + "\"";
            case DATA -> HexFormat.of().formatHex(field.getData().toByteArray());
            case GROUP -> "%d fields".formatted(field.getGroup().getFieldsCount());
            case LIST -> "%d items".formatted(field.getList().getItemsCount());
            case VALUE_NOT_SET -> "";
        };
    }

    private static String hex(long number) {
        return "0x" + Long.toHexString(number);
    }

    private static String cut(String text) {
        return text.length() <= SHOWN_CHARACTERS
                ? text
                : text.substring(0, SHOWN_CHARACTERS) + "...";
    }
}
