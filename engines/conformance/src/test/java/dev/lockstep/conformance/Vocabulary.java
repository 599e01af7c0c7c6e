package dev.lockstep.conformance;

import dev.lockstep.isa.Decoder;
import dev.lockstep.isa.Instruction;
import dev.lockstep.isa.Kind;
import dev.lockstep.isa.Op;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The forms that random code is made of: those of the whole table, but for {@link Exclusions}. */
final class Vocabulary {
    private static final int PARCELS = 1 << 16;
    private static final Set<Kind> TRANSFERS =
            EnumSet.of(Kind.BRANCH, Kind.JUMP, Kind.JUMP_REGISTER);

    private final Map<String, Form> forms = new TreeMap<>();
    private final List<Form> straight = new ArrayList<>();

    private Vocabulary(Predicate<Form> isWanted) {
        baseForms().stream().filter(isWanted).forEach(this::add);
        compressedForms().stream().filter(isWanted).forEach(this::add);
    }

    static Vocabulary whole() {
        return new Vocabulary(form -> !Exclusions.REASONS.containsKey(form.name()));
    }

    static Vocabulary knownToQemu() {
        return new Vocabulary(form ->
                !Exclusions.REASONS.containsKey(form.name())
                        && !Exclusions.UNKNOWN_TO_QEMU.contains(form.name()));
    }

    private static List<Form> baseForms() {
        return Arrays.stream(Op.values())
                .map(op -> new Form(op.mnemonic(), op, List.of()))
                .toList();
    }

    private static List<Form> compressedForms() {
        return IntStream.range(0, PARCELS)
                .filter(parcel -> Decoder.length(parcel) == Short.BYTES)
                .mapToObj(Decoder::decode)
                .filter(instruction -> instruction.op() != Op.ILLEGAL)
                .collect(Collectors.groupingBy(Form::nameOf))
                .entrySet()
                .stream()
                .map(it -> new Form(it.getKey(), op(it.getValue()), it.getValue()))
                .toList();
    }

    private static Op op(List<Instruction> encodings) {
        return encodings.getFirst().op();
    }

    private void add(Form form) {
        forms.put(form.name(), form);
        if (!isTransfer(form)) {
            straight.add(form);
        }
    }

    static boolean isTransfer(Form form) {
        return TRANSFERS.contains(form.op().kind());
    }

    Set<String> names() {
        return forms.keySet();
    }

    List<Form> forms() {
        return List.copyOf(forms.values());
    }

    Form form(String name) {
        return Objects.requireNonNull(forms.get(name), name);
    }

    /** Returns a form that goes on to the next instruction. */
    Form straight(Random random) {
        return straight.get(random.nextInt(straight.size()));
    }

    /** Returns such a form, in turn. */
    Form straight(long number) {
        return straight.get((int) (number % straight.size()));
    }
}
