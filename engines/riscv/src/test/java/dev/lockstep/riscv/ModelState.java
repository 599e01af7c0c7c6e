package dev.lockstep.riscv;

import dev.lockstep.riscv.host.HostKernel;
import dev.lockstep.riscv.memory.GuestMemory;

import org.jspecify.annotations.Nullable;

import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Every field of ours that can change, of what is reachable from an object: found by reflection, so
 * that a field that is new is found, too. Fields are named {@code Class.field}.
 */
public final class ModelState {
    /** What is no part of a machine's state: others bring it back, or it has none. */
    private static final Set<Class<?>> FOREIGN =
            Set.of(
                    GuestMemory.class,
                    HostKernel.class,
                    InputSource.class,
                    HostCallListener.class,
                    Consumer.class);

    private record Cell(Object owner, Field field) {
        String name() {
            return owner.getClass().getSimpleName() + "." + field.getName();
        }

        @Nullable Object value() {
            try {
                return field.get(owner);
            } catch (IllegalAccessException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private final Set<String> left;
    private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    private final List<Cell> cells = new ArrayList<>();

    private ModelState(Object root, Set<String> left) {
        this.left = left;
        visit(root);
    }

    /**
     * Returns the fields that can change, with their content as text.
     *
     * @param left names of fields that are left out, with all that is behind them
     */
    public static Map<String, String> of(Object root, Set<String> left) {
        Map<String, String> state = new TreeMap<>();
        for (Cell cell : new ModelState(root, left).cells) {
            state.merge(cell.name(), text(cell.value()), String::concat);
        }
        return state;
    }

    /** Returns the fields that are the same in two states. */
    public static Set<String> common(Map<String, String> one, Map<String, String> other) {
        Map<String, String> common = new TreeMap<>(one);
        common.entrySet().retainAll(other.entrySet());
        return common.keySet();
    }

    /** Changes all of these fields: numbers, references, and what collections hold. */
    public static void scramble(Object root, Set<String> left) {
        for (Cell cell : new ModelState(root, left).cells) {
            scramble(cell);
        }
    }

    private void visit(@Nullable Object object) {
        if (object == null || !seen.add(object)) {
            return;
        }
        switch (object) {
            case Map<?, ?> map -> map.values().forEach(this::visit);
            case Collection<?> collection -> collection.forEach(this::visit);
            case Optional<?> optional -> optional.ifPresent(this::visit);
            case Object[] array -> Arrays.stream(array).forEach(this::visit);
            default -> {
                if (isOurs(object.getClass())) {
                    visitFields(object);
                }
            }
        }
    }

    private static boolean isOurs(Class<?> type) {
        return type.getName().startsWith("dev.lockstep.riscv.") && !type.isEnum();
    }

    private void visitFields(Object object) {
        for (Field field : object.getClass().getDeclaredFields()) {
            Cell cell = new Cell(object, field);
            if (!Modifier.isStatic(field.getModifiers())
                    && !FOREIGN.contains(field.getType())
                    && !left.contains(cell.name())) {
                field.setAccessible(true);
                if (canChange(cell)) {
                    cells.add(cell);
                }
                visit(cell.value());
            }
        }
    }

    private static boolean canChange(Cell cell) {
        boolean isData = cell.owner().getClass().isRecord() || cell.owner().getClass().isHidden();
        Object value = cell.value();
        return !Modifier.isFinal(cell.field().getModifiers())
                || (!isData
                        && (value instanceof Map
                                || value instanceof Collection
                                || value instanceof BitSet
                                || (value != null && isStore(value.getClass()))));
    }

    /** Returns whether an array may be what something is kept in; bytes are what is kept. */
    private static boolean isStore(Class<?> type) {
        return type.isArray() && type != byte[].class;
    }

    private static String text(@Nullable Object value) {
        return switch (value) {
            case null -> "null";
            case Map<?, ?> map ->
                    map.entrySet().stream()
                            .map(entry -> text(entry.getKey()) + "=" + text(entry.getValue()))
                            .sorted()
                            .toList()
                            .toString();
            case Set<?> set -> set.stream().map(ModelState::text).sorted().toList().toString();
            case Collection<?> items -> items.stream().map(ModelState::text).toList().toString();
            case Object array when array.getClass().isArray() -> arrayText(array);
            case Object object when isOurs(object.getClass()) -> objectText(object);
            default -> value.toString();
        };
    }

    private static String arrayText(Object array) {
        List<String> items = new ArrayList<>();
        for (int i = 0; i < Array.getLength(array); i++) {
            items.add(text(Array.get(array, i)));
        }
        return items.toString();
    }

    private static String objectText(Object object) {
        Map<String, String> fields = new TreeMap<>();
        for (Field field : object.getClass().getDeclaredFields()) {
            if (!Modifier.isStatic(field.getModifiers())) {
                field.setAccessible(true);
                fields.put(field.getName(), text(new Cell(object, field).value()));
            }
        }
        return object.getClass().getSimpleName() + fields;
    }

    private static void scramble(Cell cell) {
        try {
            if (Modifier.isFinal(cell.field().getModifiers())) {
                scrambleContent(cell.value());
            } else {
                cell.field().set(cell.owner(), otherThan(cell));
            }
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    private static @Nullable Object otherThan(Cell cell) {
        Class<?> type = cell.field().getType();
        Object value = cell.value();
        if (!type.isPrimitive()) {
            return null;
        }
        return switch (value) {
            case Boolean flag -> !flag;
            case Integer number -> number + 1;
            case Long number -> number + 1;
            case null, default ->
                    throw new IllegalStateException(cell.name() + ": " + type + " is not handled");
        };
    }

    private static void scrambleContent(@Nullable Object value) {
        switch (value) {
            case Map<?, ?> map -> map.clear();
            case Collection<?> collection -> collection.clear();
            case BitSet bits -> bits.clear();
            case long[] numbers -> Arrays.setAll(numbers, i -> numbers[i] + 1);
            case Object[] array -> Arrays.fill(array, null);
            case null, default -> throw new IllegalStateException("not handled: " + value);
        }
    }
}
