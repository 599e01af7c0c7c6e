package dev.lockstep.recomp;

import dev.lockstep.isa.Instruction;
import dev.lockstep.riscv.block.GuestBlock;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;

/**
 * The shape of the method made for one guest block: registers come into locals, and wherever it
 * ends they go back, steps are counted and the record is added.
 */
final class BlockFrame {
    static final int DIGEST_SLOT = 0;
    private static final int POSITION_SLOT = 2;
    private static final int NEXT_PC_SLOT = 3;

    /** The first of the locals for temporary use. */
    static final int FIRST_FREE_SLOT = 5;

    private static final int FIRST_REGISTER_SLOT = 11;

    private static final MethodTypeDesc ADD_RECORD =
            MethodTypeDesc.of(
                    ConstantDescs.CD_boolean,
                    ConstantDescs.CD_long,
                    ConstantDescs.CD_long,
                    ConstantDescs.CD_int,
                    ConstantDescs.CD_int);
    private static final StaticCall TRAP = StaticCall.of(HandBack.class, "trap");
    private static final StaticCall ECALL = StaticCall.of(HandBack.class, "ecall");
    private static final StaticCall RAISE = StaticCall.of(HandBack.class, "raise");

    private final CodeBuilder code;
    private final GuestBlock block;
    private final boolean recorded;
    private final boolean trapping;
    private final Registers registers;
    private final DigestEmitter digest;

    /**
     * @param partial whether instructions may be left out, so that what they write is not written
     */
    BlockFrame(CodeBuilder code, GuestBlock block, boolean recorded, boolean partial) {
        this.code = code;
        this.block = block;
        this.recorded = recorded;
        trapping =
                partial
                        || block.endsInFetchFault()
                        || block.instructions().stream().anyMatch(BlockFrame::mayTrap);
        registers = new Registers(block.instructions(), FIRST_REGISTER_SLOT, trapping);
        digest = new DigestEmitter(code, DIGEST_SLOT, recorded);
    }

    /** Returns whether the instruction may end the block before it has completed. */
    static boolean mayTrap(Instruction instruction) {
        return switch (instruction.op().kind()) {
            case LOAD, STORE, LR, SC, AMO, CSR, SYSTEM, ILLEGAL -> true;
            case FLOAT -> instruction.rm() == Rounding.DYNAMIC;
            case ALU, BRANCH, JUMP, JUMP_REGISTER, FENCE -> false;
        };
    }

    GuestBlock block() {
        return block;
    }

    Registers registers() {
        return registers;
    }

    DigestEmitter digest() {
        return digest;
    }

    /** Emits the whole method around its body. */
    void emit(Runnable body) {
        registers.emitLoads(code);
        digest.begin();
        if (trapping) {
            mark(HandBack.position(0, 0));
            guard(body);
        } else {
            body.run();
        }
    }

    private void guard(Runnable body) {
        Label handler = code.newLabel();
        Label start = code.newBoundLabel();
        body.run();
        code.exceptionCatch(start, code.newBoundLabel(), handler, Names.TRAP_TYPE);
        code.labelBinding(handler);
        registers.emitSpills(code);
        Field.HART.push(code);
        code.loadConstant(block.pc()).iload(POSITION_SLOT);
        digest.push();
        TRAP.emit(code).ireturn();
    }

    /** Notes where a trap from now on would have happened. */
    void mark(int position) {
        code.loadConstant(position).istore(POSITION_SLOT);
    }

    /**
     * Emits the end of the block at a step boundary, on to the pc on the stack.
     *
     * @param link {@link Exit#NEXT} or {@link Exit#TAKEN}
     * @param turns how often the digest turned, 0 or 1
     */
    void leave(int link, int turns) {
        code.lstore(NEXT_PC_SLOT);
        registers.emitSpills(code);
        Field.HART.push(code);
        code.lload(NEXT_PC_SLOT).putfield(Names.HART_TYPE, "pc", ConstantDescs.CD_long);
        add("steps", block.instructions().size());
        add("blocks", 1);
        if (recorded) {
            addRecord(link, turns);
        } else {
            code.loadConstant(link).ireturn();
        }
    }

    private void add(String field, long amount) {
        Field.HART.push(code);
        code.dup()
                .getfield(Names.HART_TYPE, field, ConstantDescs.CD_long)
                .loadConstant(amount)
                .ladd()
                .putfield(Names.HART_TYPE, field, ConstantDescs.CD_long);
    }

    private void addRecord(int link, int turns) {
        Label full = code.newLabel();
        Field.RECORDS.push(code);
        code.lload(NEXT_PC_SLOT)
                .lload(DIGEST_SLOT)
                .loadConstant(block.instructions().size())
                .loadConstant(turns)
                .invokevirtual(Names.RECORDS_TYPE, "add", ADD_RECORD)
                .ifeq(full)
                .loadConstant(link)
                .ireturn()
                .labelBinding(full)
                .loadConstant(Exit.RECORDS_FULL)
                .ireturn();
    }

    /** Emits the hand-back of an ecall. */
    void handBackEcall(int position) {
        registers.emitSpills(code);
        Field.HART.push(code);
        code.loadConstant(block.pc()).loadConstant(position);
        digest.push();
        ECALL.emit(code).ireturn();
    }

    /** Emits a trap that is certain to happen. */
    void raise(int position, int cause, long value) {
        mark(position);
        code.loadConstant(cause).loadConstant(value);
        RAISE.emit(code).athrow();
    }
}
