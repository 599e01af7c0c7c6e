package dev.lockstep.server.run;

import dev.lockstep.proto.v1.InputReport;
import dev.lockstep.proto.v1.InputRequest;
import dev.lockstep.proto.v1.InputResult;
import dev.lockstep.proto.v1.RecordedInputs;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/**
 * Remembers the inputs of a run while they pass, up to {@link Bounds#RECORDED_INPUT_BYTES}; what
 * comes after that is left out.
 */
final class InputRecorder {
    private final List<InputReport> reports = new ArrayList<>();
    private final long maxBytes;
    private int completeCount;
    private long bytes;
    private boolean open;
    private @Nullable Long leftOutStep;

    /** Creates an empty record that keeps at most so many bytes. */
    InputRecorder(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /**
     * Takes an answer, or the next part of one.
     *
     * @param question what it answers
     */
    void add(InputRequest question, InputResult part) {
        if (leftOutStep != null) {
            return;
        }
        InputReport.Builder report = InputReport.newBuilder().setResult(part);
        if (!open) {
            report.setRequest(question.toBuilder().clearOpenRecord());
        }
        open = part.getMore();
        keep(report.build());
    }

    private void keep(InputReport report) {
        bytes += report.getSerializedSize() + Bounds.RECORDED_INPUT_OVERHEAD_BYTES;
        if (bytes > maxBytes) {
            leftOutStep = report.getResult().getStep();
            reports.subList(completeCount, reports.size()).clear();
            return;
        }
        reports.add(report);
        if (!open) {
            completeCount = reports.size();
        }
    }

    /** Returns what was taken so far, without an input of which parts are still to come. */
    InputRecord record() {
        RecordedInputs.Builder record =
                RecordedInputs.newBuilder().addAllReports(reports.subList(0, completeCount));
        if (leftOutStep != null) {
            record.setLeftOutStep(leftOutStep);
        }
        return new InputRecord(record.build());
    }
}
