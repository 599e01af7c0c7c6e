package dev.lockstep.server.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.lockstep.proto.v1.Effect;
import dev.lockstep.proto.v1.Examination;
import dev.lockstep.proto.v1.TracedStep;
import dev.lockstep.protocol.Digest;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

import java.util.List;

class RuleTest {
    private static final int FADD = 0x02000053;
    private static final Rule.Register LOW_BYTE = new Rule.Register(10, 0xff);
    private static final Rule.Span PAGE = new Rule.Span(0x2000, 0x3000);
    private static final Rule.Span CODE = new Rule.Span(0x100, 0x200);
    private static final Rule.Encoding OP_FP = new Rule.Encoding(0x7f, 0x53);

    private static Rule rule(
            List<Rule.Register> registers,
            List<Rule.Span> memory,
            List<Rule.Span> pcs,
            List<Rule.Encoding> instructions,
            boolean nextPc) {
        return new Rule("r", "why", registers, memory, pcs, instructions, nextPc);
    }

    private static Rule registers(Rule.Register... registers) {
        return rule(List.of(registers), List.of(), List.of(), List.of(), false);
    }

    private static Rule memory(Rule.Span... memory) {
        return rule(List.of(), List.of(memory), List.of(), List.of(), false);
    }

    private static Rule pcs(boolean nextPc, Rule.Span... pcs) {
        return rule(List.of(), List.of(), List.of(pcs), List.of(), nextPc);
    }

    private static Rule instructions(Rule.Encoding... instructions) {
        return rule(List.of(), List.of(), List.of(), List.of(instructions), false);
    }

    private static StepDifference difference(
            List<Rule.Register> registers, List<Rule.Span> memory, boolean elsewhere) {
        return new StepDifference(0x180, FADD, registers, memory, elsewhere);
    }

    private static StepDifference inRegister(int slot, long bits) {
        return difference(List.of(new Rule.Register(slot, bits)), List.of(), false);
    }

    private static StepDifference inMemory(long start, long end) {
        return difference(List.of(), List.of(new Rule.Span(start, end)), false);
    }

    @Test
    void onlyTheBitsOfTheMaskMayDiffer() {
        assertThat(registers(LOW_BYTE).covers(inRegister(10, 0x81))).isTrue();
        assertThat(registers(LOW_BYTE).covers(inRegister(10, 0x181))).isFalse();
        assertThat(registers(LOW_BYTE).covers(inRegister(11, 1))).isFalse();
        assertThat(registers(LOW_BYTE).covers(inMemory(0x2000, 0x2001))).isFalse();
    }

    @Test
    void nothingIsCoveredWhereNothingDiffers() {
        StepDifference nothing = difference(List.of(), List.of(), false);
        assertThat(registers(LOW_BYTE).covers(nothing)).isFalse();
        assertThat(pcs(true, new Rule.Span(0, -1)).covers(nothing)).isFalse();
    }

    @Test
    void aRegisterThatOnlyOneSideWritesDiffersEvenWithTheSameValue() {
        TracedStep written =
                TracedStep.newBuilder().addEffects(Effect.newBuilder().setSlot(10)).build();
        Examination state = Examination.getDefaultInstance();
        StepDifference difference =
                StepDifference.of(
                        written, TracedStep.getDefaultInstance(), StateComparison.of(state, state));
        assertThat(registers(LOW_BYTE).covers(difference)).isFalse();
        assertThat(registers(new Rule.Register(11, -1)).covers(difference)).isFalse();
        assertThat(registers(new Rule.Register(10, -1)).covers(difference)).isTrue();
    }

    @Test
    void allThatDiffersMustBeCoveredByOneRule() {
        List<Rule.Register> both = List.of(new Rule.Register(10, 1), new Rule.Register(11, 1));
        StepDifference difference = difference(both, List.of(), false);
        assertThat(registers(LOW_BYTE).covers(difference)).isFalse();
        assertThat(registers(LOW_BYTE, new Rule.Register(11, 1)).covers(difference)).isTrue();
    }

    @Test
    void everyByteMustLieInTheRange() {
        assertThat(memory(PAGE).covers(inMemory(0x2ff8, 0x3000))).isTrue();
        assertThat(memory(PAGE).covers(inMemory(0x2ff9, 0x3001))).isFalse();
        assertThat(memory(PAGE).covers(inMemory(0x1fff, 0x2001))).isFalse();
        assertThat(memory(new Rule.Span(0, -1)).covers(inMemory(-8, -2))).isTrue();
    }

    @Test
    void aPlaceCoversAllThatIsDoneThereButWhereItGoesOn() {
        assertThat(pcs(false, CODE).covers(inRegister(5, -1))).isTrue();
        assertThat(pcs(false, CODE).covers(inMemory(0, 8))).isTrue();
        assertThat(pcs(false, new Rule.Span(0x181, 0x200)).covers(inRegister(5, -1))).isFalse();
        StepDifference elsewhere = difference(List.of(), List.of(), true);
        assertThat(pcs(false, CODE).covers(elsewhere)).isFalse();
        assertThat(pcs(true, CODE).covers(elsewhere)).isTrue();
        assertThat(instructions(OP_FP).covers(inRegister(Slot.FCSR, 1))).isTrue();
        assertThat(instructions(new Rule.Encoding(0x7f, 0x33)).covers(inRegister(5, 1))).isFalse();
    }

    @Test
    void conditionsAreJoinedByAnd() {
        Rule both = rule(List.of(LOW_BYTE), List.of(), List.of(CODE), List.of(OP_FP), false);
        assertThat(both.covers(inRegister(10, 1))).isTrue();
        assertThat(both.covers(inRegister(10, 0x100))).isFalse();
        Rule other =
                rule(
                        List.of(LOW_BYTE),
                        List.of(),
                        List.of(CODE),
                        List.of(new Rule.Encoding(-1, 0x13)),
                        false);
        assertThat(other.covers(inRegister(10, 1))).isFalse();
    }

    @Test
    void aRuleCoversANarrowerOne() {
        Rule narrow =
                rule(
                        List.of(new Rule.Register(10, 1)),
                        List.of(),
                        List.of(new Rule.Span(0x180, 0x184)),
                        List.of(new Rule.Encoding(-1, FADD)),
                        false);
        assertThat(registers(LOW_BYTE).covers(narrow)).isTrue();
        assertThat(pcs(false, CODE).covers(narrow)).isTrue();
        assertThat(instructions(OP_FP).covers(narrow)).isTrue();
        assertThat(narrow.covers(registers(LOW_BYTE))).isFalse();
        assertThat(registers(LOW_BYTE).covers(pcs(false, CODE))).isFalse();
        assertThat(pcs(false, CODE).covers(pcs(true, CODE))).isFalse();
        assertThat(memory(PAGE).covers(memory(new Rule.Span(0x2fff, 0x3001)))).isFalse();
        assertThat(memory(PAGE).covers(memory(new Rule.Span(0x2000, 0x2001)))).isTrue();
        assertThat(pcs(false, CODE).covers(registers(LOW_BYTE))).isFalse();
    }

    @Test
    void whatCannotBeMeantIsRefused() {
        refused(() -> registers(), "no condition");
        refused(() -> new Rule.Register(10, 0), "x10: mask 0");
        refused(() -> registers(LOW_BYTE, LOW_BYTE), "x10 appears twice");
        refused(() -> registers(new Rule.Register(Digest.TRANSFER, 1)), "transfer: no register");
        refused(() -> registers(new Rule.Register(-1, 1)), "no register");
        refused(() -> new Rule.Span(8, 8), "0x8 to 0x8: no address");
        refused(() -> new Rule.Span(-1, 8), "no address");
        refused(() -> new Rule.Encoding(0, 0), "mask 0x0");
        refused(() -> new Rule.Encoding(1, 3), "mask 0x1, match 0x3");
        refused(
                () -> rule(List.of(LOW_BYTE), List.of(PAGE), List.of(), List.of(), false),
                "registers and memory");
        refused(
                () -> new Rule("a b", "why", List.of(), List.of(PAGE), List.of(), List.of(), false),
                "rule name: \"a b\"");
        refused(
                () -> new Rule("r", " ", List.of(), List.of(PAGE), List.of(), List.of(), false),
                "reason: \" \"");
        refused(
                () ->
                        new Rule(
                                "r",
                                "a\u001b[2J",
                                List.of(),
                                List.of(PAGE),
                                List.of(),
                                List.of(),
                                false),
                "in one line");
    }

    @Test
    void aProfileHasRulesOfDifferentNames() {
        Rule rule = memory(PAGE);
        String digest = "a".repeat(64);
        refused(() -> Profile.ofRules("p", digest, List.of(rule, rule)), "appears twice");
        refused(() -> Profile.ofRules("qemu", digest, List.of(rule)), "profile name: \"qemu\"");
        refused(() -> Profile.ofRules("p", "A", List.of(rule)), "sha256: \"A\"");
    }

    @Test
    void usesAreCountedUpToABound() {
        Rule used = memory(PAGE);
        RuleBook book = new RuleBook(Profile.ofRules("p", "a".repeat(64), List.of(used)), 2);
        assertThat(book.covering(inMemory(0x2000, 0x2001))).contains(used);
        assertThat(book.covering(inMemory(0x1000, 0x1001))).isEmpty();
        book.apply(used);
        assertThat(book.isFull()).isFalse();
        book.apply(used);
        assertThat(book.isFull()).isTrue();
        assertThat(book.overflow()).startsWith("more than 2 differences would be ignored");
        assertThat(book.notes())
                .containsExactly("2 differences were ignored by 1 rule of profile p");
    }

    private static void refused(ThrowingCallable made, String text) {
        assertThatIllegalArgumentException().isThrownBy(made).withMessageContaining(text);
    }
}
