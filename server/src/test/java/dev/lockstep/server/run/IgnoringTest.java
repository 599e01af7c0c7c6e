package dev.lockstep.server.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.lockstep.protocol.Digest;
import dev.lockstep.server.run.TinyMachine.Fault;
import dev.lockstep.server.run.TinyMachine.Program;
import dev.lockstep.server.run.TinyMachine.Wrong;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/** Differences that a rule of the profile covers, and those next to them that none does. */
class IgnoringTest extends ZoomHarness {
    private static final String DIGEST = "0".repeat(64);
    private static final long SUM_PC = TinyMachine.ENTRY + 4;
    private static final long STORE = SUM + 3;
    private static final long LAST = TinyMachine.LOOP - 1;
    private static final Rule.Register LOW_BIT_OF_X2 = new Rule.Register(2, 1);

    private static Rule register(Rule.Register... registers) {
        return new Rule(
                "sum", "rounds", List.of(registers), List.of(), List.of(), List.of(), false);
    }

    private static Rule memory(long start, long end) {
        List<Rule.Span> span = List.of(new Rule.Span(start, end));
        return new Rule("data", "scratch", List.of(), span, List.of(), List.of(), false);
    }

    private static Rule place(String name, long pc, boolean nextPc) {
        List<Rule.Span> span = List.of(new Rule.Span(pc, pc + 4));
        return new Rule(name, "here", List.of(), List.of(), span, List.of(), nextPc);
    }

    private void profile(Rule... rules) {
        profile = Profile.ofRules("mine", DIGEST, List.of(rules));
    }

    @ParameterizedTest
    @EnumSource(Grain.class)
    void aDifferenceThatARuleCoversIsNone(Grain which) throws ProtocolException {
        grain = which;
        profile(register(LOW_BIT_OF_X2), place("never", 0x30000, false));
        play(wrong(SUM, Wrong.REGISTER));

        assertThat(report().verdict()).isEqualTo(Verdict.MATCH);
        assertThat(report().divergences()).isEmpty();
        assertThat(report().rules())
                .extracting(RuleUse::name, RuleUse::reason, RuleUse::count)
                .containsExactly(tuple("sum", "rounds", 1L), tuple("never", "here", 0L));
        assertThat(report().notes())
                .contains(
                        "1 difference was ignored by 1 rule of profile mine",
                        "warning: 1 rule of profile mine never applied: never");
    }

    /** All steps of such a run are compared: nothing is skipped for the sake of a rule. */
    @ParameterizedTest
    @EnumSource(Grain.class)
    void whatIsIgnoredLeavesNothingElseUncompared(Grain which) throws ProtocolException {
        grain = which;
        play();
        Compared clean = report().compared();

        engines.clear();
        profile(register(LOW_BIT_OF_X2));
        play(wrong(SUM, Wrong.REGISTER));

        assertThat(report().compared()).isEqualTo(clean);
    }

    @ParameterizedTest
    @EnumSource(Grain.class)
    void aDifferenceInAnotherBitIsADivergence(Grain which) throws ProtocolException {
        grain = which;
        profile(register(new Rule.Register(2, 2)));
        play(wrong(SUM, Wrong.REGISTER));

        assertThat(divergence().step()).isEqualTo(SUM);
        assertThat(report().verdict()).isEqualTo(Verdict.DIVERGED);
        assertThat(report().notes()).contains("warning: 1 rule of profile mine never applied: sum");
    }

    @ParameterizedTest
    @EnumSource(Grain.class)
    void whatIsWrongRightBehindIsNotHidden(Grain which) throws ProtocolException {
        grain = which;
        profile(register(LOW_BIT_OF_X2));
        play(wrong(SUM, Wrong.REGISTER), wrong(SUM + 2, Wrong.REGISTER));

        assertThat(divergence().step()).isEqualTo(SUM + 2);
        assertThat(divergence().field()).isEqualTo("x3");
        assertThat(report().rules()).extracting(RuleUse::count).containsExactly(1L);
    }

    /** Instruction by instruction only the one that the rule covers is wrong. */
    @ParameterizedTest
    @EnumSource(Grain.class)
    void whatIsWrongInTheCodeAsItWasExecutedIsNotHidden(Grain which) throws ProtocolException {
        grain = which;
        profile(register(LOW_BIT_OF_X2));
        play(new Fault(SUM - 3, Wrong.REGISTER, false, true), wrong(SUM, Wrong.REGISTER));

        assertThat(report().verdict()).isEqualTo(Verdict.DIVERGED);
        assertThat(report().divergences()).isNotEmpty();
    }

    @ParameterizedTest
    @EnumSource(Grain.class)
    void everyOneIsCounted(Grain which) throws ProtocolException {
        grain = which;
        profile(register(LOW_BIT_OF_X2));
        List<Fault> faults = new ArrayList<>();
        LongStream.of(0, 8, 16, 800, 2048, 8192, 12 * 2048)
                .forEach(behind -> faults.add(wrong(SUM + behind, Wrong.REGISTER)));
        play(faults.toArray(Fault[]::new));

        assertThat(report().rules()).extracting(RuleUse::count).containsExactly(7L);
        assertThat(report().verdict()).isEqualTo(Verdict.MATCH);
    }

    @ParameterizedTest
    @EnumSource(Grain.class)
    void aSilentDifferenceIsIgnoredToo(Grain which) throws ProtocolException {
        grain = which;
        profile(register(LOW_BIT_OF_X2));
        play(new Fault(SUM, Wrong.REGISTER, true, false));

        assertThat(report().rules()).extracting(RuleUse::count).containsExactly(1L);
        assertThat(report().verdict()).isEqualTo(Verdict.MATCH);
    }

    @ParameterizedTest
    @EnumSource(Grain.class)
    void aStoreThatIsMissingIsCoveredByItsAddress(Grain which) throws ProtocolException {
        grain = which;
        profile(memory(TinyMachine.DATA, TinyMachine.DATA + 0x8000));
        play(wrong(STORE, Wrong.STORE));

        assertThat(report().verdict()).isEqualTo(Verdict.MATCH);
        assertThat(report().rules()).extracting(RuleUse::count).containsExactly(1L);
    }

    @ParameterizedTest
    @EnumSource(Grain.class)
    void aStoreElsewhereIsADivergence(Grain which) throws ProtocolException {
        grain = which;
        profile(memory(0x1000, TinyMachine.DATA));
        play(wrong(STORE, Wrong.STORE));

        assertThat(divergence().field()).isEqualTo("store");
    }

    @ParameterizedTest
    @EnumSource(Grain.class)
    void anInstructionMayGoOnElsewhereIfItsRuleSaysSo(Grain which) throws ProtocolException {
        grain = which;
        long branch = SUM / TinyMachine.LOOP * TinyMachine.LOOP + LAST;
        profile(place("loop", TinyMachine.ENTRY + 4 * LAST, true));
        play(wrong(branch, Wrong.TRANSFER));

        assertThat(report().verdict()).isEqualTo(Verdict.MATCH);
        assertThat(report().rules()).extracting(RuleUse::count).containsExactly(1L);
    }

    @Test
    void anInstructionThatGoesOnElsewhereIsADivergenceOtherwise() throws ProtocolException {
        long branch = SUM / TinyMachine.LOOP * TinyMachine.LOOP + LAST;
        profile(place("loop", TinyMachine.ENTRY + 4 * LAST, false));
        play(wrong(branch, Wrong.TRANSFER));

        assertThat(divergence().field()).isEqualTo("transfer");
    }

    @ParameterizedTest
    @EnumSource(names = {"BLOCK", "WINDOW"})
    void inputsAroundAreComparedAsEver(Grain which) throws ProtocolException {
        grain = which;
        long loop = SUM / TinyMachine.LOOP;
        program = new Program(5000, List.of(20L, loop - 20, loop + 1, loop + 2, 4000L));
        profile(register(LOW_BIT_OF_X2));
        play(wrong(SUM, Wrong.REGISTER), wrong(SUM + 16, Wrong.REGISTER));

        assertThat(report().verdict()).isEqualTo(Verdict.MATCH);
        assertThat(report().compared().inputs()).isEqualTo(5);
        assertThat(report().rules()).extracting(RuleUse::count).containsExactly(2L);
    }

    /** What the guest asks is not what its instruction does. */
    @ParameterizedTest
    @EnumSource(names = {"BLOCK", "WINDOW"})
    void aWrongQuestionIsADivergenceWhateverTheRuleOfItsInstruction(Grain which)
            throws ProtocolException {
        grain = which;
        long asking = 899 * TinyMachine.LOOP + 2;
        program = new Program(4096, List.of(900L));
        profile(place("ask", TinyMachine.ENTRY + 8, true));
        create("recomp");
        start(new Fault[0]);
        engines.get(1).asksWronglyAt = asking;
        playOn();

        assertThat(report().verdict()).isEqualTo(Verdict.DIVERGED);
        assertThat(divergence().step()).isEqualTo(asking);
        assertThat(report().rules()).extracting(RuleUse::count).containsExactly(0L);
    }

    @Test
    void ofADifferenceThatNobodyCouldLookAtNoRuleSaysAnything() throws ProtocolException {
        examines = false;
        profile(place("sum", SUM_PC, false));
        play(wrong(SUM, Wrong.REGISTER));

        assertThat(report().verdict()).isEqualTo(Verdict.DIVERGED);
        assertThat(report().rules()).extracting(RuleUse::count).containsExactly(0L);
    }

    @Test
    void theTracesOfASubjectThatGoesRightOneByOneSayNothingAboutRules() throws ProtocolException {
        blocksOfCode = 1;
        profile(place("sum", SUM_PC, false));
        play(new Fault(SUM, Wrong.REGISTER, false, true));

        assertThat(divergence().step()).isEqualTo(SUM);
        assertThat(report().rules()).extracting(RuleUse::count).containsExactly(0L);
    }

    @ParameterizedTest
    @EnumSource(Policy.OnDivergence.class)
    void thePolicyIsForWhatIsNotIgnored(Policy.OnDivergence which) throws ProtocolException {
        policy = new Policy(which, 10);
        profile(register(LOW_BIT_OF_X2));
        play(wrong(SUM, Wrong.REGISTER), wrong(SUM + 4098, Wrong.REGISTER));

        assertThat(report().divergences()).first().matches(it -> it.step() == SUM + 4098);
        assertThat(report().rules()).extracting(RuleUse::count).containsExactly(1L);
    }

    @Test
    void slotsOfThisMachineAreThoseOfTheDigest() {
        assertThat(Slot.isRegister(Digest.TRANSFER)).isFalse();
        assertThat(Slot.isRegister(Digest.F + 31)).isTrue();
        assertThat(Slot.isRegister(Slot.FCSR)).isTrue();
    }
}
