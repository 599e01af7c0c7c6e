package dev.lockstep.cli.evidence;

import dev.lockstep.isa.Instruction;
import dev.lockstep.isa.Kind;
import dev.lockstep.isa.Op;
import dev.lockstep.isa.RegisterFile;
import dev.lockstep.proto.v1.Effect;
import dev.lockstep.proto.v1.Evidence;
import dev.lockstep.proto.v1.MemoryDifference;
import dev.lockstep.proto.v1.Naming;
import dev.lockstep.proto.v1.RegisterDifference;
import dev.lockstep.protocol.Digest;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** What is known of a fault, and the questions that tell one class of faults from another. */
final class Case {
    private static final int NO_SLOT = -1;

    private final String comparedField;
    private final Evidence evidence;
    private final @Nullable Step reference;
    private final @Nullable Step subject;
    private final List<Step> trace;

    /**
     * Takes evidence apart.
     *
     * @param comparedField what the comparison found to differ
     */
    Case(String comparedField, Evidence evidence) {
        this.comparedField = comparedField;
        this.evidence = evidence;
        reference = evidence.hasReference() ? Step.of(evidence.getReference()) : null;
        subject = evidence.hasSubject() ? Step.of(evidence.getSubject()) : null;
        trace =
                evidence.getReferenceTraceList().stream()
                        .map(Step::of)
                        .filter(step -> reference == null || step.number() < reference.number())
                        .toList();
    }

    Optional<Step> reference() {
        return Optional.ofNullable(reference);
    }

    Optional<Step> subject() {
        return Optional.ofNullable(subject);
    }

    Optional<Instruction> instruction() {
        return reference().or(this::subject).map(Step::instruction);
    }

    /** Returns what differs, as the name of a register, memory, pc or trap. */
    String field() {
        return slot() == NO_SLOT ? comparedField : Slots.field(slot());
    }

    /** Returns the slot that differs, or a negative number. */
    int slot() {
        if (evidence.hasReferenceEffect()) {
            return evidence.getReferenceEffect().getSlot();
        }
        return evidence.hasSubjectEffect() ? evidence.getSubjectEffect().getSlot() : NO_SLOT;
    }

    /** Returns what is right, if that is a value. */
    OptionalLong expected() {
        return evidence.hasReferenceEffect()
                ? OptionalLong.of(evidence.getReferenceEffect().getValue())
                : difference()
                        .map(RegisterDifference::getReference)
                        .map(OptionalLong::of)
                        .orElse(OptionalLong.empty());
    }

    /** Returns what the subject has in its place, if that is known. */
    OptionalLong actual() {
        if (evidence.hasSubjectEffect()) {
            return isOfTheSame(evidence.getSubjectEffect())
                    ? OptionalLong.of(evidence.getSubjectEffect().getValue())
                    : OptionalLong.empty();
        }
        return isLastWriter() && stores()
                ? left()
                : difference()
                        .map(it -> OptionalLong.of(it.getSubject()))
                        .orElse(OptionalLong.empty());
    }

    /** Returns what the subject has where the reference stored, if any of it differs. */
    private OptionalLong left() {
        Effect store = evidence.getReferenceEffect();
        long value = store.getValue();
        boolean differs = false;
        for (MemoryDifference piece : evidence.getMemoryList()) {
            for (int i = 0; i < piece.getSubject().size(); i++) {
                long offset = piece.getAddress() + i - store.getAddress();
                if (offset >= 0 && offset < Slots.width(store.getSlot())) {
                    long shift = Byte.SIZE * offset;
                    value &= ~(0xffL << shift);
                    value |= (piece.getSubject().byteAt(i) & 0xffL) << shift;
                    differs = true;
                }
            }
        }
        return differs ? OptionalLong.of(value) : OptionalLong.empty();
    }

    /** Returns whether an effect of the subject stands for that of the reference. */
    private boolean isOfTheSame(Effect effect) {
        return effect.getSlot() == slot() || (Slots.isStore(effect.getSlot()) && stores());
    }

    /**
     * Returns the difference of states that led to a last writer. Where the instruction itself went
     * wrong, that of a later state says nothing of it.
     */
    private Optional<RegisterDifference> difference() {
        return evidence.getRegistersList().stream()
                .filter(register -> register.getSlot() == slot())
                .filter(register -> isLastWriter() && (!isTransfer() || isNext()))
                .findFirst();
    }

    private boolean isTransfer() {
        return slot() == Digest.TRANSFER;
    }

    /** Returns whether the states that differ are those right after the instruction. */
    private boolean isNext() {
        return reference != null && evidence.getDifferingStep() == reference.number() + 1;
    }

    boolean isInput() {
        boolean asks = instruction().map(Instruction::op).filter(Op.ECALL::equals).isPresent();
        return asks || (comparedField.equals("input") && reference == null);
    }

    boolean writesX0() {
        return slot() == Digest.X
                || evidence.getRegistersList().stream().anyMatch(it -> it.getSlot() == Digest.X)
                || subject().map(it -> it.operand(Digest.X).orElse(0)).orElse(0L) != 0;
    }

    /** Returns whether only one side leaves the straight line at a conditional branch. */
    boolean branches(boolean wrongly) {
        if (reference == null || !isOf(Kind.BRANCH)) {
            return false;
        }
        boolean subjectLeaves =
                (subject == null || isLastWriter()) ? !reference.leaves() : subject.leaves();
        return reference.leaves() != wrongly && subjectLeaves == wrongly;
    }

    boolean goesElsewhere() {
        return partsAtOnce() || bothLeave();
    }

    /** Returns whether the code that was executed went elsewhere than the instruction alone. */
    private boolean partsAtOnce() {
        return isLastWriter() && isTransfer() && isNext() && !isOf(Kind.BRANCH);
    }

    private boolean bothLeave() {
        return reference != null
                && subject != null
                && reference.leaves()
                && subject.leaves()
                && !reference.traps()
                && !subject.traps()
                && reference.traced().getNextPc() != subject.traced().getNextPc();
    }

    /**
     * Returns whether the subject went on as if the instruction were not there: it did nothing, or
     * wrote back what was there wherever the instruction writes. If that is a single register, the
     * write counts: the register is stale instead.
     */
    boolean isSkipped() {
        if (reference == null || subject == null || isLastWriter() || subject.leaves()) {
            return false;
        }
        boolean isJump = isOf(Kind.JUMP) || isOf(Kind.JUMP_REGISTER);
        boolean doesNothing = !reference.hasNoEffect() && subject.hasNoEffect();
        return isJump || doesNothing || keepsAll(reference, subject);
    }

    private boolean keepsAll(Step right, Step wrong) {
        return isValue()
                && Slots.isRegister(slot())
                && right.effects().size() > 1
                && before(slot(), right).anyMatch(this::isActual)
                && right.effects().stream().noneMatch(wrong.effects()::contains);
    }

    boolean isOnlyFlags() {
        return slot() == Slots.FCSR && !isOf(Kind.CSR);
    }

    boolean dropsStore() {
        return stores() && (actual().isEmpty() || storedBefore().anyMatch(this::isActual));
    }

    /** Returns whether what differs is a store that the reference does. */
    private boolean stores() {
        return evidence.hasReferenceEffect() && Slots.isStore(slot());
    }

    /**
     * Returns what lay at the place of the store before it: what an atomic read there, or what the
     * last store left; where the trace tells neither, the zero of memory that nobody used.
     */
    private LongStream storedBefore() {
        Effect store = evidence.getReferenceEffect();
        if (reference != null && isOf(Kind.AMO)) {
            return reference.written(Digest.X + reference.instruction().rd()).stream()
                    .map(read -> zeroExtended(read, Byte.SIZE * Slots.width(store.getSlot())));
        }
        long[] before =
                trace.stream()
                        .flatMap(step -> step.store().stream())
                        .filter(it -> it.getAddress() == store.getAddress())
                        .filter(it -> it.getSlot() >= store.getSlot())
                        .mapToLong(Effect::getValue)
                        .toArray();
        long last = before.length == 0 ? 0 : before[before.length - 1];
        return LongStream.of(zeroExtended(last, Byte.SIZE * Slots.width(store.getSlot())));
    }

    boolean storesTooMuch() {
        return Slots.isStore(slot()) && !evidence.hasReferenceEffect();
    }

    boolean storesAnotherWidth() {
        return storesOtherSlot() || storesBeside() || storesPart();
    }

    private boolean storesOtherSlot() {
        return stores()
                && evidence.hasSubjectEffect()
                && Slots.isStore(evidence.getSubjectEffect().getSlot())
                && evidence.getSubjectEffect().getSlot() != slot();
    }

    /** Returns whether bytes right behind the store are those of a wider one. */
    private boolean storesBeside() {
        if (!storesTooMuch() || reference == null || reference.store().isEmpty()) {
            return false;
        }
        Effect store = reference.store().get();
        Effect beside = evidence.getSubjectEffect();
        long offset = beside.getAddress() - store.getAddress();
        return offset >= Slots.width(store.getSlot())
                && offset < Long.BYTES
                && (stored(reference) >>> (Byte.SIZE * offset) & 0xff) == beside.getValue();
    }

    private static long stored(Step step) {
        return step.operand(source(step)).orElse(0);
    }

    /** Returns the register that a store takes its value from. */
    private static int source(Step step) {
        Instruction instruction = step.instruction();
        boolean isFloat = instruction.op().rs2() == RegisterFile.F;
        return (isFloat ? Digest.F : Digest.X) + instruction.rs2();
    }

    /** Returns whether only the lower bytes arrived. */
    private boolean storesPart() {
        return isValue()
                && stores()
                && IntStream.of(8, 16, 32)
                        .filter(bits -> bits < Byte.SIZE * Slots.width(slot()))
                        .anyMatch(this::storesBits);
    }

    private boolean storesBits(int bits) {
        long upper = -1L << bits;
        return storedBefore()
                .filter(before -> before != 0)
                .map(before -> (before & upper) | (right() & ~upper))
                .anyMatch(this::isActual);
    }

    /** Returns whether right is the sign-extended low part, and the subject has it without. */
    boolean lacksSign() {
        return isInteger() && extended(Case::signExtended, Case::zeroExtended);
    }

    boolean lacksZeros() {
        return isInteger() && extended(Case::zeroExtended, Case::signExtended);
    }

    private interface Extension {
        long of(long value, int bits);
    }

    private boolean extended(Extension right, Extension wrong) {
        return IntStream.of(8, 16, 32)
                .anyMatch(bits ->
                        right.of(right(), bits) == right() && wrong.of(right(), bits) == wrong());
    }

    /** Returns whether the subject lost the upper half, or kept one that is to go. */
    boolean isTruncatedWrongly() {
        boolean lost =
                isInteger() && (wrong() == (int) right() || wrong() == zeroExtended(right(), 32));
        return lost || computes((op, a, b) -> Alu.wideResult(op, a, b));
    }

    boolean swapsOperands() {
        return computes((op, a, b) -> Alu.result(op, b, a));
    }

    boolean masksShiftWrongly() {
        return computes(Alu::unmaskedShift) || computes(Alu::otherMaskShift);
    }

    private interface Computation {
        OptionalLong of(Op op, long first, long second);
    }

    /** Returns whether the subject's value is what this makes of the operands. */
    private boolean computes(Computation computation) {
        if (!isValue() || reference == null || !Slots.isX(slot())) {
            return false;
        }
        Instruction instruction = reference.instruction();
        OptionalLong first = reference.operand(Digest.X + instruction.rs1());
        OptionalLong second = second(reference);
        return first.isPresent()
                && second.isPresent()
                && computation.of(instruction.op(), first.getAsLong(), second.getAsLong()).stream()
                        .anyMatch(this::isActual);
    }

    private static OptionalLong second(Step step) {
        Instruction instruction = step.instruction();
        return Alu.hasImmediate(instruction.op())
                ? OptionalLong.of(instruction.imm())
                : step.operand(Digest.X + instruction.rs2());
    }

    /** Returns whether a register still has, or was read with, what it had before. */
    boolean isStale() {
        if (!isValue() || reference == null) {
            return false;
        }
        return Slots.isRegister(slot()) ? isStaleRegister(reference) : storesStale(reference);
    }

    /** Returns whether what was stored is what the register had before its last write. */
    private boolean storesStale(Step step) {
        long mask = -1L >>> (Long.SIZE - Byte.SIZE * Slots.width(slot()));
        return isOf(Kind.STORE)
                && stale(source(step)).map(old -> old & mask).anyMatch(this::isActual);
    }

    private boolean isStaleRegister(Step step) {
        return before(slot(), step).anyMatch(this::isActual)
                || (isLastWriter() && trace.stream().anyMatch(this::hadActual))
                || computesFromStale(step);
    }

    /** Returns whether the register had at an earlier step what the subject has still. */
    private boolean hadActual(Step earlier) {
        return LongStream.concat(earlier.written(slot()).stream(), earlier.operand(slot()).stream())
                .anyMatch(this::isActual);
    }

    private boolean computesFromStale(Step step) {
        Instruction instruction = step.instruction();
        int first = Digest.X + instruction.rs1();
        int second = Digest.X + instruction.rs2();
        return stale(first).anyMatch(old -> gives(step, OptionalLong.of(old), second(step)))
                || (!Alu.hasImmediate(instruction.op())
                        && stale(second)
                                .anyMatch(old ->
                                        gives(step, step.operand(first), OptionalLong.of(old))));
    }

    private boolean gives(Step step, OptionalLong first, OptionalLong second) {
        return first.isPresent()
                && second.isPresent()
                && Alu.result(step.instruction().op(), first.getAsLong(), second.getAsLong())
                        .stream()
                        .anyMatch(this::isActual);
    }

    /** Returns what a register had right before its last write, if the trace tells. */
    private LongStream stale(int slot) {
        for (int i = trace.size() - 1; i >= 0; i--) {
            if (trace.get(i).written(slot).isPresent()) {
                Step writer = trace.get(i);
                return before(slot, writer);
            }
        }
        return LongStream.empty();
    }

    /** Returns what a register had before a step, if that step or an earlier one tells. */
    private LongStream before(int slot, Step step) {
        OptionalLong operand = step.operand(slot);
        if (operand.isPresent()) {
            return operand.stream();
        }
        for (int i = trace.size() - 1; i >= 0; i--) {
            Step earlier = trace.get(i);
            if (earlier.number() < step.number()) {
                OptionalLong known = earlier.written(slot);
                OptionalLong value = known.isPresent() ? known : earlier.operand(slot);
                if (value.isPresent()) {
                    return value.stream();
                }
            }
        }
        return LongStream.empty();
    }

    boolean isOffByOne() {
        return isInteger() && Math.abs(right() - wrong()) == 1;
    }

    /** Returns whether both are no numbers, and only what else the bits say differs. */
    boolean isOtherNan() {
        return isValue() && Slots.isF(slot()) && isNan(right()) && isNan(wrong());
    }

    boolean isRoundedOtherwise() {
        boolean isFloat = isOf(Kind.FLOAT);
        return isFloat
                && isValue()
                && Math.abs(right() - wrong()) == 1
                && (Slots.isF(slot()) ? !isNan(right()) && !isNan(wrong()) : converts());
    }

    private boolean converts() {
        return instruction().filter(it -> it.op().mnemonic().startsWith("fcvt")).isPresent();
    }

    private boolean isNan(long bits) {
        return isDouble()
                ? Double.isNaN(Double.longBitsToDouble(bits))
                : Float.isNaN(Float.intBitsToFloat((int) bits));
    }

    /** Returns whether the instruction makes a double, and not a single in its box. */
    private boolean isDouble() {
        String name = instruction().map(it -> it.op().mnemonic()).orElse("");
        return name.equals("fld")
                || (name.startsWith("fcvt") ? name.startsWith("fcvt.d") : name.endsWith(".d"))
                || name.equals("fmv.d.x");
    }

    private boolean isOf(Kind kind) {
        return instruction().map(it -> it.op().kind()).filter(kind::equals).isPresent();
    }

    private boolean isLastWriter() {
        return evidence.getNaming() == Naming.NAMING_LAST_WRITER;
    }

    /** Returns whether both sides have a value of one register, or for one store. */
    private boolean isValue() {
        boolean isData = Slots.isRegister(slot()) || Slots.isStore(slot());
        return isData && expected().isPresent() && actual().isPresent() && right() != wrong();
    }

    private boolean isInteger() {
        return isValue() && !Slots.isF(slot());
    }

    private long right() {
        return expected().orElseThrow();
    }

    private long wrong() {
        return actual().orElseThrow();
    }

    private boolean isActual(long value) {
        return actual().isPresent() && actual().getAsLong() == value;
    }

    private static long signExtended(long value, int bits) {
        return value << (64 - bits) >> (64 - bits);
    }

    private static long zeroExtended(long value, int bits) {
        return value << (64 - bits) >>> (64 - bits);
    }
}
