package dev.lockstep.riscv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;

import dev.lockstep.proto.v1.StateField;
import dev.lockstep.proto.v1.StateGroup;
import dev.lockstep.proto.v1.StateList;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.function.Consumer;

/** Writing a part down and reading it, what is right and what is not. */
final class FieldsTest {
    private record Item(int number, boolean flag) {
        Item exchange(Fields fields) {
            return new Item(fields.number("number", number, -5, 5), fields.flag("flag", flag));
        }
    }

    /** A part with every kind of field. */
    private static final class Part implements Portable {
        private static final Item BLANK = new Item(0, false);

        long number = -1;
        long bits = 6;
        String text = "word";
        byte[] data = {1, 2};
        long[] registers = {0, 11, 12};
        Item value = new Item(-5, true);
        @Nullable Item some = new Item(5, false);
        @Nullable Item none;
        List<Item> list = List.of(new Item(1, true), new Item(2, false));
        String passing = "here only";

        @Override
        public void exchange(Fields fields) {
            number = fields.number("number", number);
            bits = fields.bits("bits", bits, 7);
            fields.group("inner", this::exchangeInner);
            registers(fields);
            value = fields.value("value", value, Item::exchange);
            some = fields.optional("some", some, BLANK, Item::exchange);
            none = fields.optional("none", none, BLANK, Item::exchange);
            list = fields.list("list", list, BLANK, Item::exchange);
            passing = fields.passing(passing, "");
        }

        private void registers(Fields fields) {
            fields.numbers("r", 1, registers);
        }

        private void exchangeInner(Fields fields) {
            text = fields.text("text", text);
            data = fields.data("data", data);
            if (data.length > 4) {
                throw new IllegalArgumentException("data: too long (expected: at most 4)");
            }
        }

        void empty() {
            number = 0;
            bits = 0;
            text = "";
            data = new byte[0];
            registers = new long[3];
            value = BLANK;
            some = null;
            none = BLANK;
            list = List.of();
            passing = "gone";
        }
    }

    private final Part part = new Part();
    private final StateGroup written = StateWriter.write(part);

    @Test
    void whatWasWrittenIsReadButForWhatOnlyPasses() {
        Part read = new Part();
        read.empty();
        StateReader.read("", written, read);
        assertThat(read).usingRecursiveComparison().ignoringFields("passing").isEqualTo(new Part());
        assertThat(read.passing).isEmpty();
        assertThat(StateWriter.write(read)).isEqualTo(written);
    }

    @Test
    void whatWasKeptComesBackAsOftenAsWanted() {
        Runnable back = part.checkpoint();
        for (int i = 0; i < 2; i++) {
            part.empty();
            back.run();
            assertThat(part).usingRecursiveComparison().isEqualTo(new Part());
        }
    }

    @Test
    void theOrderOfFieldsMeansNothing() {
        StateGroup.Builder turned = StateGroup.newBuilder();
        written.getFieldsList().reversed().forEach(turned::addFields);
        StateReader.read("", turned.build(), part);
        assertThat(StateWriter.write(part)).isEqualTo(written);
    }

    private void assertRefused(String message, Consumer<StateGroup.Builder> change) {
        StateGroup.Builder changed = written.toBuilder();
        change.accept(changed);
        assertThatThrownBy(() -> StateReader.read("", changed.build(), part))
                .isInstanceOf(StateException.class)
                .hasMessage(message);
    }

    private static void set(StateGroup.Builder group, String name, StateField.Builder value) {
        group.getFieldsBuilderList().stream()
                .filter(field -> field.getName().equals(name))
                .forEach(field -> field.clearValue().mergeFrom(value.build()));
    }

    private static StateField.Builder number(long value) {
        return StateField.newBuilder().setNumber(value);
    }

    @Test
    void whatIsMissingOrUnknownOrThereTwiceIsNamed() {
        assertRefused("number: missing (expected: a number)", group -> group.removeFields(0));
        assertRefused(
                "odd: unknown (expected: no such field)",
                group -> group.addFields(number(1).setName("odd")));
        assertRefused(
                "bits: twice (expected: once)",
                group -> group.addFields(number(1).setName("bits")));
        assertRefused(
                "inner.text: missing (expected: a text)",
                group ->
                        set(
                                group,
                                "inner",
                                StateField.newBuilder().setGroup(StateGroup.newBuilder())));
    }

    @Test
    void whatIsOfAnotherKindIsShown() {
        assertRefused(
                "number: \"x\" (expected: a number)",
                group -> set(group, "number", StateField.newBuilder().setText("x")));
        assertRefused(
                "number: 3 bytes of data (expected: a number)",
                group ->
                        set(
                                group,
                                "number",
                                StateField.newBuilder().setData(ByteString.copyFromUtf8("abc"))));
        assertRefused(
                "number: a list (expected: a number)",
                group ->
                        set(
                                group,
                                "number",
                                StateField.newBuilder().setList(StateList.getDefaultInstance())));
        assertRefused(
                "number: nothing (expected: a number)",
                group -> set(group, "number", StateField.newBuilder()));
        assertRefused("list: 0x10 (expected: a list)", group -> set(group, "list", number(16)));
        assertRefused("inner: 0x10 (expected: a group)", group -> set(group, "inner", number(16)));
    }

    @Test
    void whatIsOutOfRangeIsNamedWithItsPlaceInAList() {
        assertRefused("bits: 0x8 (expected: bits of 0x7)", group -> set(group, "bits", number(8)));
        assertRefused(
                "list[1].number: 6 (expected: -5 to 5)",
                group -> item(group).getFieldsBuilder(0).setNumber(6));
        assertRefused(
                "list[1].flag: 2 (expected: 0 to 1)",
                group -> item(group).getFieldsBuilder(1).setNumber(2));
        assertRefused(
                "inner: data: too long (expected: at most 4)",
                group ->
                        group.getFieldsBuilder(2)
                                .getGroupBuilder()
                                .getFieldsBuilder(1)
                                .setData(ByteString.copyFromUtf8("abcde")));
    }

    private static StateGroup.Builder item(StateGroup.Builder group) {
        return group.getFieldsBuilderList().stream()
                .filter(field -> field.getName().equals("list"))
                .findFirst()
                .orElseThrow()
                .getListBuilder()
                .getItemsBuilder(1);
    }
}
