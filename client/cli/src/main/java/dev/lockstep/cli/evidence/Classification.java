package dev.lockstep.cli.evidence;

import dev.lockstep.proto.v1.Evidence;

import java.util.List;
import java.util.function.Predicate;

/**
 * Tells the class of a fault by a table: the first row that fits is the class, so what says more
 * stands before what says less.
 */
final class Classification {
    private static final List<Row> TABLE =
            List.of(
                    new Row(FaultClass.INPUT_MISMATCH, Case::isInput),
                    new Row(FaultClass.X0_WRITTEN, Case::writesX0),
                    new Row(FaultClass.BRANCH_TAKEN, it -> it.branches(true)),
                    new Row(FaultClass.BRANCH_NOT_TAKEN, it -> it.branches(false)),
                    new Row(FaultClass.WRONG_TARGET, Case::goesElsewhere),
                    new Row(FaultClass.WRONG_WIDTH_STORE, Case::storesAnotherWidth),
                    new Row(FaultClass.EXTRA_STORE, Case::storesTooMuch),
                    new Row(FaultClass.DROPPED_STORE, Case::dropsStore),
                    new Row(FaultClass.FLAG_ONLY, Case::isOnlyFlags),
                    new Row(FaultClass.NAN_PAYLOAD, Case::isOtherNan),
                    new Row(FaultClass.ROUNDING_MODE, Case::isRoundedOtherwise),
                    new Row(FaultClass.SIGN_EXTENSION, Case::lacksSign),
                    new Row(FaultClass.ZERO_EXTENSION, Case::lacksZeros),
                    new Row(FaultClass.WRONG_SHIFT_MASK, Case::masksShiftWrongly),
                    new Row(FaultClass.SWAPPED_OPERANDS, Case::swapsOperands),
                    new Row(FaultClass.SKIPPED_INSTRUCTION, Case::isSkipped),
                    new Row(FaultClass.STALE_REGISTER, Case::isStale),
                    new Row(FaultClass.TRUNCATION, Case::isTruncatedWrongly),
                    new Row(FaultClass.OFF_BY_ONE, Case::isOffByOne));

    private Classification() {}

    private record Row(FaultClass faultClass, Predicate<Case> fits) {}

    /**
     * Returns the class of a fault.
     *
     * @param comparedField what the comparison found to differ
     */
    static FaultClass of(String comparedField, Evidence evidence) {
        return of(new Case(comparedField, evidence));
    }

    static FaultClass of(Case fault) {
        return TABLE.stream()
                .filter(row -> row.fits().test(fault))
                .map(Row::faultClass)
                .findFirst()
                .orElse(FaultClass.OTHER);
    }
}
