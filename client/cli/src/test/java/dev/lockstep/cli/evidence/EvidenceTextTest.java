package dev.lockstep.cli.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.cli.code.GuestCode;
import dev.lockstep.proto.v1.Evidence;
import dev.lockstep.proto.v1.InputRequest;
import dev.lockstep.proto.v1.RegisterDifference;
import dev.lockstep.protocol.Digest;
import dev.lockstep.server.run.Divergence;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.stream.Collectors;

final class EvidenceTextTest {
    @Test
    void everythingThatWasFoundHasItsLine() {
        Finding finding = Finding.of(Faults.addition()).orElseThrow();
        String text =
                EvidenceText.lines(finding, GuestCode.NONE).stream()
                        .map(line -> line.label() + "\n" + line.text().indent(2))
                        .collect(Collectors.joining());
        assertThat(text)
                .isEqualTo(
                        """
                        difference
                          x10 of recomp at step 2,000: off by one
                        code
                          0x10238  add a0,a1,a2
                        reference
                          a0 = 0x5
                        subject
                          a0 = 0x6
                        xor
                          0x3
                        operands
                          a1  0x2  =  0x2
                          a2  0x3  =  0x3
                        found by
                          both sides executed it alone, and it did something else
                        registers
                          a0  0x5  0x6
                        memory
                          0x20000  05 against 06
                          1 byte of 1 page
                        last input
                          call 63(0x0, 0x30000) at step 1,500, 0x10100
                        blocks
                             1,990  0x10200 6 steps  =
                          >  1,996  0x10228 5 steps  0x10228 4 steps
                        """);
    }

    /** The low halves of the last two are -1 and -2. */
    @ParameterizedTest
    @CsvSource({
        "-1, what the guest starts with",
        "-3, the CSR time",
        "4294967295, call 4294967295()",
        "-4294967298, call -4294967298()"
    })
    void whatNoSystemCallAsksHasAName(long number, String name) {
        InputRequest input = InputRequest.newBuilder().setNumber(number).setPc(0x10100).build();
        Evidence evidence =
                Faults.evidence("add a0,a1,a2", "a1=2,a2=3", "a0=5", "a0=6").toBuilder()
                        .setLastInput(input)
                        .build();
        Finding asked = Finding.of(Faults.divergence("digest", evidence)).orElseThrow();
        assertThat(EvidenceText.lines(asked, GuestCode.NONE))
                .contains(new EvidenceText.Line("last input", name + " at step 0, 0x10100"));
    }

    @Test
    void aStoreIsToldWithItsPlace() {
        Finding finding =
                finding("sb a0,0(a1)", "a0=0x1ff,a1=0x100", "1@0x100=0xff", "2@0x100=0x1ff");
        assertThat(EvidenceText.lines(finding, GuestCode.NONE))
                .contains(
                        new EvidenceText.Line("reference", "0xff in 1 byte at 0x100"),
                        new EvidenceText.Line("subject", "0x1ff in 2 bytes at 0x100"));
        assertThat(finding.field()).isEqualTo("memory");
    }

    @Test
    void aBranchIsToldWithBothWays() {
        Finding finding = finding("beq a0,a1,16", "a0=1,a1=1", "pc=0x10248", "-");
        assertThat(EvidenceText.lines(finding, GuestCode.NONE))
                .contains(
                        new EvidenceText.Line("reference", "goes on at 0x10248"),
                        new EvidenceText.Line("subject", "goes on at 0x1023c"));
        assertThat(EvidenceText.line(finding, GuestCode.NONE))
                .isEqualTo(
                        "pc of recomp at step 2,000: branch not taken, 0x10238  beq a0,a1,0x10248:"
                                + " 0x10248 against 0x1023c");
    }

    /** Where the two stand when they are looked at later is not where they went. */
    @Test
    void theWaysOfABranchAreThoseOfTheInstructionInEveryReport() {
        Evidence evidence =
                Faults.evidence("beq a0,a1,16", "a0=1,a1=2", "-", "pc=0x10248").toBuilder()
                        .addRegisters(
                                RegisterDifference.newBuilder()
                                        .setSlot(Digest.TRANSFER)
                                        .setReference(0x12345)
                                        .setSubject(0x54321))
                        .build();
        Divergence named = Finding.of(Faults.divergence("digest", evidence)).orElseThrow().named();
        assertThat(named.reference()).isEqualTo("0x1023c");
        assertThat(named.subject()).isEqualTo("0x10248");
        assertThat(named.field()).isEqualTo("pc");
    }

    @Test
    void whatWasAskedIsToldAsItWasCompared() {
        Evidence evidence = Faults.evidence("ecall", "-", "-", "-");
        Divergence named = Finding.of(Faults.divergence("input", evidence)).orElseThrow().named();
        assertThat(named.field()).isEqualTo("input");
        assertThat(named.reference()).isEqualTo("0x1");
        assertThat(named.subject()).isEqualTo("0x2");
        assertThat(named.classification()).isEqualTo("input mismatch");
    }

    private static Finding finding(
            String instruction, String operands, String reference, String subject) {
        return Finding.of(
                        Faults.divergence(
                                "digest",
                                Faults.evidence(instruction, operands, reference, subject)))
                .orElseThrow();
    }
}
