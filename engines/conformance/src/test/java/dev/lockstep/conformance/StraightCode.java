package dev.lockstep.conformance;

import dev.lockstep.isa.Assembler;
import dev.lockstep.isa.Csr;
import dev.lockstep.isa.Instruction;
import dev.lockstep.isa.Kind;
import dev.lockstep.isa.Op;
import dev.lockstep.isa.RegisterFile;

import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * Adds instructions that go on to the next one, with operands that keep the guest from trapping.
 */
final class StraightCode {
    private static final int ROUNDING_MODES = 5;
    private static final int DYNAMIC = 7;
    private static final int MAX_FILLERS = 2;
    private static final int MAX_MASK = 63;
    private static final List<Csr> CSRS = List.of(Csr.FFLAGS, Csr.FRM, Csr.FCSR);
    private static final int FENCE_TSO = 0x833;

    private final Vocabulary vocabulary;
    private final Draft draft;
    private final Random random;

    StraightCode(Vocabulary vocabulary, Draft draft) {
        this.vocabulary = vocabulary;
        this.draft = draft;
        random = draft.random;
    }

    /** Adds an instruction of any form, with others where it needs them. */
    void addAny() {
        boolean added = false;
        while (!added) {
            added = add(vocabulary.straight(random));
        }
    }

    /** Adds an instruction of the form, unless it finds no operands; returns whether it did. */
    boolean add(Form form) {
        return switch (form.op().kind()) {
            case ALU, FLOAT, FENCE -> form.isCompressed() ? addFit(form) : addOperation(form.op());
            case LOAD, STORE -> form.isCompressed() ? addFit(form) : addAccess(form.op());
            case AMO -> addAtomic(form.op());
            case LR -> form.op().width() == draft.reservedWidth && addReservation(form.op());
            case SC -> form.op().width() == draft.reservedWidth && addAtomic(form.op());
            case CSR -> addCsr(form.op());
            case BRANCH, JUMP, JUMP_REGISTER, SYSTEM, ILLEGAL -> false;
        };
    }

    private boolean addFit(Form form) {
        Optional<Instruction> fit = form.any(random, this::isFit);
        fit.ifPresent(draft::add);
        return fit.isPresent();
    }

    private boolean isFit(Instruction instruction) {
        Kind kind = instruction.op().kind();
        boolean accesses = kind == Kind.LOAD || kind == Kind.STORE;
        return draft.mayWrite(instruction) && (!accesses || staysInScratch(instruction));
    }

    private boolean staysInScratch(Instruction access) {
        return draft.bases.stream()
                .filter(base -> base.register() == access.rs1())
                .mapToLong(base -> base.bias() + access.imm())
                .anyMatch(offset -> offset >= Base.LOWEST && offset <= Base.HIGHEST);
    }

    private boolean addOperation(Op op) {
        int source = source(op.rs1(), op);
        if (op == Op.CTZW) {
            // QEMU 7.2 counts on into the high word where the low one is 0: then let both be 0.
            source = draft.freeRegister();
            draft.add(Op.ADDIW, source, source, 0, 0);
        }
        draft.addRaw(
                Assembler.encode(
                        op,
                        destination(op),
                        source,
                        source(op.rs2(), op),
                        source(op.rs3(), op),
                        immediate(op),
                        random.nextBoolean() ? DYNAMIC : random.nextInt(ROUNDING_MODES)));
        return true;
    }

    private int source(RegisterFile file, Op op) {
        return file == RegisterFile.F
                ? FloatRegisters.any(random, FloatRegisters.sourceFormat(op))
                : draft.anyRegister();
    }

    private int destination(Op op) {
        return op.writesF()
                ? FloatRegisters.any(random, FloatRegisters.resultFormat(op))
                : draft.destination();
    }

    private long immediate(Op op) {
        return switch (op) {
            case LUI, AUIPC -> (long) random.nextInt() & -4096;
            case SLLI, SRLI, SRAI, SLLI_UW, RORI, BCLRI, BEXTI, BINVI, BSETI ->
                    random.nextInt(Long.SIZE);
            case SLLIW, SRLIW, SRAIW, RORIW -> random.nextInt(Integer.SIZE);
            case FENCE -> random.nextInt(4) == 0 ? FENCE_TSO : random.nextInt(1 << 8);
            default -> random.nextInt(3) == 0 ? random.nextInt(-4, 5) : random.nextInt(-2048, 2048);
        };
    }

    private boolean addAccess(Op op) {
        Base base = draft.anyBase();
        switch (random.nextInt(6)) {
            case 0 -> addAccessByPointer(op, base);
            case 1 -> addAccessByData(op, base);
            default -> addAccess(op, base.register(), offset(op, 0) - base.bias());
        }
        return true;
    }

    /** Returns a distance from the middle at which an access may begin, half of them aligned. */
    private int offset(Op op, int margin) {
        int offset = random.nextInt(Base.LOWEST, Base.HIGHEST + 1 - margin);
        return random.nextBoolean() ? offset : offset & -op.width();
    }

    private void addAccess(Op op, int pointer, int imm) {
        int rd = op.kind() == Kind.LOAD ? destination(op) : 0;
        draft.add(op, rd, pointer, draft.anyRegister(), imm);
    }

    private void addAccessByPointer(Op op, Base base) {
        int pointer = draft.freeRegister();
        int imm = random.nextInt(-64, 64);
        draft.add(Op.ADDI, pointer, base.register(), 0, offset(op, 0) - base.bias() - imm);
        addAccess(op, pointer, imm);
    }

    /** The address depends on what was computed before. */
    private void addAccessByData(Op op, Base base) {
        int pointer = draft.freeRegister();
        draft.add(Op.ANDI, pointer, draft.anyRegister(), 0, random.nextInt(MAX_MASK + 1));
        draft.add(Op.ADD, pointer, pointer, base.register(), 0);
        addAccess(op, pointer, offset(op, MAX_MASK) - base.bias());
    }

    /** Atomics have no offset, and what QEMU does where they are not aligned is up to the host. */
    private int alignedPointer(Op op) {
        Base base = draft.alignedBase();
        if (random.nextBoolean()) {
            return base.register();
        }
        int pointer = draft.freeRegister();
        draft.add(Op.ADDI, pointer, base.register(), 0, offset(op, 0) & -op.width());
        return pointer;
    }

    private boolean addAtomic(Op op) {
        addAtomic(op, alignedPointer(op));
        return true;
    }

    private void addAtomic(Op op, int pointer) {
        int ordering = random.nextInt(4);
        int operand = op.kind() == Kind.LR ? 0 : draft.anyRegister();
        draft.addRaw(Assembler.encode(op, draft.destination(), pointer, operand, 0, 0, ordering));
    }

    /** Mostly an SC follows: to the same address, or to another. */
    private boolean addReservation(Op loadReserved) {
        Op conditional = loadReserved == Op.LR_W ? Op.SC_W : Op.SC_D;
        int pointer = alignedPointer(loadReserved);
        draft.keeping(
                pointer,
                () -> {
                    addAtomic(loadReserved, pointer);
                    for (int i = random.nextInt(MAX_FILLERS + 1); i > 0; i--) {
                        addAny();
                    }
                    switch (random.nextInt(8)) {
                        case 0 -> {}
                        case 1 -> addAtomic(conditional);
                        default -> addAtomic(conditional, pointer);
                    }
                });
        return true;
    }

    /** Any value may be written to frm and read back, but only a legal one may stay. */
    private boolean addCsr(Op op) {
        Csr csr = CSRS.get(random.nextInt(CSRS.size()));
        draft.add(op, draft.destination(), draft.anyRegister(), 0, csr.number());
        if (csr != Csr.FFLAGS) {
            if (random.nextBoolean()) {
                draft.add(Op.CSRRS, draft.destination(), 0, 0, Csr.FCSR.number());
            }
            int mode = random.nextInt(ROUNDING_MODES);
            draft.add(Op.CSRRWI, draft.destination(), mode, 0, Csr.FRM.number());
        }
        return true;
    }
}
