package dev.lockstep.recomp;

import dev.lockstep.isa.Instruction;
import dev.lockstep.riscv.Recording;
import dev.lockstep.riscv.block.GuestBlock;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;

/**
 * The shape of the method made for one guest block: registers come into locals, and wherever it
 * ends they go back, steps are counted and the record is added.
 */
final class BlockFrame implements Frame {
    static final int DIGEST_SLOT = 0;
    private static final int POSITION_SLOT = 2;
    private static final int NEXT_PC_SLOT = 3;
    private static final int FIRST_REGISTER_SLOT = 5;

    static final MethodTypeDesc ADD_RECORD =
            MethodTypeDesc.of(
                    ConstantDescs.CD_boolean,
                    ConstantDescs.CD_long,
                    ConstantDescs.CD_long,
                    ConstantDescs.CD_int,
                    ConstantDescs.CD_int);
    private static final StaticCall TRAP = StaticCall.of(HandBack.class, "trap");
    private static final StaticCall ECALL = StaticCall.of(HandBack.class, "ecall");
    static final StaticCall RAISE = StaticCall.of(HandBack.class, "raise");

    private final CodeBuilder code;
    private final GuestBlock block;
    private final boolean hasRecord;
    private final boolean trapping;
    private final RegisterUse use;
    private final Registers registers;
    private final DigestEmitter digest;

    /**
     * @param partial whether instructions may be left out, so that what they write is not written
     */
    BlockFrame(CodeBuilder code, GuestBlock block, Recording recording, boolean partial) {
        this.code = code;
        this.block = block;
        hasRecord = recording.batch() != null;
        trapping =
                partial
                        || block.endsInFetchFault()
                        || block.instructions().stream().anyMatch(BlockFrame::mayTrap);
        use = RegisterUse.of(block.instructions());
        registers = new Registers(code, use.all(), FIRST_REGISTER_SLOT);
        digest = new DigestEmitter(code, DIGEST_SLOT, recording);
    }

    /** Returns whether the instruction may end the block before it has completed. */
    static boolean mayTrap(Instruction instruction) {
        return switch (instruction.op().kind()) {
            case LOAD, STORE, LR, SC, AMO, CSR, SYSTEM, ILLEGAL -> true;
            case FLOAT -> instruction.rm() == Rounding.DYNAMIC;
            case ALU, BRANCH, JUMP, JUMP_REGISTER, FENCE -> false;
        };
    }

    @Override
    public GuestBlock block() {
        return block;
    }

    @Override
    public Registers registers() {
        return registers;
    }

    @Override
    public DigestEmitter digest() {
        return digest;
    }

    /** Emits the whole method around its body. */
    void emit(Runnable body) {
        // A trap stores back what was not written yet, too.
        registers.emitLoads(trapping ? use.all() : use.read());
        digest.enter();
        if (trapping) {
            mark(0, block.pc());
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
        registers.emitSpills(use.written());
        Field.HART.push(code);
        code.loadConstant(block.pc()).iload(POSITION_SLOT);
        digest.push();
        TRAP.emit(code).ireturn();
    }

    @Override
    public void mark(int index, long pc) {
        code.loadConstant(position(index, pc)).istore(POSITION_SLOT);
    }

    private int position(int index, long pc) {
        return HandBack.position(index, pc - block.pc());
    }

    @Override
    public void load(int width, int addressSlot) {
        MemoryAccess.load(code, width);
    }

    @Override
    public void store(int width, int addressSlot, int valueSlot) {
        code.lload(addressSlot).lload(valueSlot);
        MemoryAccess.store(code, width);
        // Whether it reached code does not matter: what follows the block is looked up.
        code.pop();
    }

    @Override
    public void go(int link, long target, int turns) {
        code.loadConstant(target);
        leave(link, turns);
    }

    @Override
    public void goIndirect() {
        leave(Exit.TAKEN, 1);
    }

    private void leave(int link, int turns) {
        code.lstore(NEXT_PC_SLOT);
        registers.emitSpills(use.written());
        Field.HART.push(code);
        code.lload(NEXT_PC_SLOT).putfield(Names.HART_TYPE, "pc", ConstantDescs.CD_long);
        add("steps", block.instructions().size());
        add("blocks", 1);
        digest.leave();
        if (hasRecord) {
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

    @Override
    public void handBackEcall(int index, long pc) {
        registers.emitSpills(use.written());
        Field.HART.push(code);
        code.loadConstant(block.pc()).loadConstant(position(index, pc));
        digest.push();
        ECALL.emit(code).ireturn();
    }

    @Override
    public void raise(int index, long pc, int cause, long value) {
        mark(index, pc);
        code.loadConstant(cause).loadConstant(value);
        RAISE.emit(code).athrow();
    }
}
