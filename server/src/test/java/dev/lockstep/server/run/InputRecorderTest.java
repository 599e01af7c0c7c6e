package dev.lockstep.server.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.lockstep.proto.v1.InputReport;
import dev.lockstep.proto.v1.InputRequest;
import dev.lockstep.proto.v1.InputResult;
import dev.lockstep.proto.v1.OpenRecord;
import dev.lockstep.proto.v1.RecordedInputs;

import org.junit.jupiter.api.Test;

final class InputRecorderTest {
    private static final int BYTES = 1000;
    private static final int COST_BYTES = 2000;

    private final InputRecorder recorder = new InputRecorder(10 * COST_BYTES);

    @Test
    void questionsAndAnswersAreKeptInOrderWithoutOpenRecords() {
        add(3, false);
        add(5, false);

        InputRecord record = recorder.record();

        assertThat(record.reports())
                .extracting(report -> report.getRequest().getStep())
                .containsExactly(3L, 5L);
        assertThat(record.reports())
                .allMatch(report -> !report.getRequest().hasOpenRecord())
                .allMatch(report -> report.getResult().getWrites(0).getData().size() == BYTES);
        assertThat(record.leftOutStep()).isEmpty();
        assertThat(InputRecord.parse(record.toBytes()).reports()).isEqualTo(record.reports());
    }

    @Test
    void anAnswerOfWhichPartsAreMissingIsNone() {
        add(3, false);
        add(5, true);
        assertThat(recorder.record().reports()).hasSize(1);
        add(5, false);
        assertThat(recorder.record().reports())
                .extracting(InputReport::hasRequest)
                .containsExactly(true, true, false);
    }

    @Test
    void whatIsBeyondTheBoundIsLeftOutWhole() {
        add(3, false);
        for (int part = 0; part < 20; part++) {
            add(5, part < 19);
        }
        add(7, false);

        InputRecord record = recorder.record();

        assertThat(record.reports()).hasSize(1);
        assertThat(record.leftOutStep()).hasValue(5);
        assertThat(InputRecord.parse(record.toBytes()).leftOutStep()).hasValue(5);
    }

    @Test
    void whatIsNoRecordIsRefused() {
        InputResult.Builder result = RunHarness.result(3, 1);
        InputReport whole =
                InputReport.newBuilder().setRequest(question(3)).setResult(result).build();
        InputReport begun = whole.toBuilder().setResult(result.setMore(true)).build();
        assertRefused(whole.toBuilder().clearRequest().build());
        assertRefused(begun);
        assertRefused(begun, whole);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> InputRecord.parse(new byte[] {1, 2, 3}))
                .withMessage("recorded inputs: 3 bytes (expected: a message of inputs.proto)");
    }

    private static void assertRefused(InputReport... reports) {
        RecordedInputs.Builder inputs = RecordedInputs.newBuilder();
        for (InputReport report : reports) {
            inputs.addReports(report);
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> InputRecord.parse(inputs.build().toByteArray()))
                .withMessageStartingWith("recorded inputs: ");
    }

    private void add(int step, boolean more) {
        recorder.add(question(step), RunHarness.result(step, BYTES).setMore(more).build());
    }

    private static InputRequest question(int step) {
        return InputRequest.newBuilder()
                .setStep(step)
                .setNumber(63)
                .setOpenRecord(OpenRecord.newBuilder().setStepCount(step))
                .build();
    }
}
