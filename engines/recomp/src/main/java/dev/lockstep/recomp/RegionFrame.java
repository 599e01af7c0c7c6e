package dev.lockstep.recomp;

import dev.lockstep.isa.Instruction;
import dev.lockstep.isa.Kind;
import dev.lockstep.isa.RegisterFile;
import dev.lockstep.riscv.block.GuestBlock;

import org.jspecify.annotations.Nullable;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.stream.IntStream;

/**
 * The shape of the method made for a region. Registers stay in locals from block to block; the ways
 * out store back those that were changed. The code of what happens rarely comes last.
 */
class RegionFrame implements Frame {
    private static final int DEPTH_SLOT = 1;
    private static final int CREDIT_SLOT = 2;

    /** Holds what the method is to return, or a target on the way there. */
    private static final int RESULT_SLOT = 4;

    private static final int DIGEST_SLOT = 6;
    private static final int SITE_SLOT = 8;

    /** Not 0 once a store of the current block reached watched code. */
    private static final int REACHED_SLOT = 9;

    private static final int CALLEE_SLOT = 10;
    private static final int TRAP_SLOT = 10;
    private static final int CHOSEN_SLOT = 12;
    private static final int FIRST_REGISTER_SLOT = 14;

    private static final StaticCall RESUME = StaticCall.of(Region.class, "resume");

    private final CodeBuilder code;
    private final Binding binding;
    private final List<RegionNode> nodes;
    private final Care care;
    private final boolean hasRecords;
    private final RegisterFlow flow;
    private final Registers registers;
    private final DigestEmitter digest;
    private final Map<RegionNode, Label> starts = new HashMap<>();
    private final RegionExits exits;
    private final Queue<Runnable> rare = new ArrayDeque<>();
    private final Label returning;
    private RegionNode node;
    private @Nullable AccessGroup[] groups = {};
    private int markedIndex;
    private long markedPc;
    private long changedAtTraps;

    RegionFrame(CodeBuilder code, Binding binding, List<RegionNode> nodes, Care care) {
        this.care = care;
        this.code = code;
        this.binding = binding;
        this.nodes = nodes;
        hasRecords = binding.guest.hasRecords();
        flow = new RegisterFlow(nodes, hasRecords);
        registers = new Registers(code, flow.used(), FIRST_REGISTER_SLOT);
        digest = new DigestEmitter(code, DIGEST_SLOT, binding.guest.recording);
        exits = new RegionExits(code, registers);
        nodes.forEach(each -> starts.put(each, code.newLabel()));
        returning = code.newLabel();
        node = nodes.getFirst();
    }

    final CodeBuilder code() {
        return code;
    }

    /** Returns what is being emitted. */
    final RegionNode node() {
        return node;
    }

    final RegionExits exits() {
        return exits;
    }

    final RegisterFlow flow() {
        return flow;
    }

    /** Pushes the credit. */
    final void pushCredit() {
        code.lload(CREDIT_SLOT);
    }

    /** Pushes the region to be called. */
    final void pushCallee() {
        code.aload(CALLEE_SLOT);
    }

    @Override
    public final GuestBlock block() {
        return node.block();
    }

    @Override
    public final Registers registers() {
        return registers;
    }

    @Override
    public final DigestEmitter digest() {
        return digest;
    }

    /** Emits the whole method. */
    final void emit() {
        loadCredit();
        refuseWithoutCredit();
        digest.enter();
        emitLoads(node);
        begin();
        code.loadConstant(0).istore(SITE_SLOT);
        Label handler = code.newLabel();
        Label start = code.newBoundLabel();
        nodes.forEach(this::emitNode);
        while (!rare.isEmpty()) {
            rare.remove().run();
        }
        Label end = code.newBoundLabel();
        exits.emit();
        storeTotals();
        code.labelBinding(returning).lload(RESULT_SLOT).lreturn();
        code.exceptionCatch(start, end, handler, Names.TRAP_TYPE);
        code.labelBinding(handler);
        emitHandler();
    }

    /** Emits what else is to be done first. */
    void begin() {}

    private void emitNode(RegionNode next) {
        node = next;
        groups =
                AccessGroup.of(
                        block().instructions(),
                        this::isInterruptible,
                        index -> care.apart().contains(block().pc(index)));
        registers.setChanged(flow.changedBefore(node));
        code.labelBinding(start(node));
        beginNode();
        code.lload(CREDIT_SLOT).loadConstant(blockCredit()).ladd().lstore(CREDIT_SLOT);
        digest.beginBlock();
        if (mayReachCode()) {
            code.iconst_0().istore(REACHED_SLOT);
        }
        new Emitter(code, this).emitBlock();
    }

    /** Emits what else is to be done first in a block. */
    void beginNode() {}

    private Label start(RegionNode of) {
        return Objects.requireNonNull(starts.get(of));
    }

    private long blockCredit() {
        return Credit.ofBlock(block().instructions().size());
    }

    private void loadCredit() {
        Field.GUEST.push(code);
        code.getfield(Names.GUEST_TYPE, "credit", ConstantDescs.CD_long).lstore(CREDIT_SLOT);
    }

    /** Emits the end of chains of calls: only so few steps are executed beyond the credit. */
    private void refuseWithoutCredit() {
        Label granted = code.newLabel();
        code.lload(CREDIT_SLOT).lconst_0().lcmp().iflt(granted);
        code.loadConstant(block().pc()).lreturn().labelBinding(granted);
    }

    /** Keeps what is of the guest as a whole where others go on with it. */
    private void storeTotals() {
        digest.leave();
        storeCredit();
    }

    private void storeCredit() {
        Field.GUEST.push(code);
        code.lload(CREDIT_SLOT).putfield(Names.GUEST_TYPE, "credit", ConstantDescs.CD_long);
    }

    private void emitLoads(RegionNode before) {
        long needed = flow.needed(before);
        registers.emitLoads(needed);
        registers.emitClears(flow.used() & ~needed);
    }

    /** Emits the loads before a block that a call comes back to. */
    void emitReloads(RegionNode before) {
        emitLoads(before);
    }

    /** Emits the spills before a call or jump to another region. */
    void emitSpills() {
        registers.emitSpills(registers.changed());
    }

    @Override
    public final void mark(int index, long pc) {
        markedIndex = index;
        markedPc = pc;
        if (!isInterruptible()) {
            markSite();
        }
    }

    private boolean isInterruptible() {
        return isInterruptible(markedIndex);
    }

    /**
     * Returns whether the region can be given up before an instruction of the block, which another
     * translation then executes. Without a call on its way a loop stays fast. Not with records,
     * where the other translation would begin a new one.
     */
    private boolean isInterruptible(int index) {
        Kind kind = block().instructions().get(index).op().kind();
        return !hasRecords
                && (kind == Kind.LOAD || kind == Kind.STORE)
                && !care.called().contains(block().pc(index));
    }

    /** Returns whether a store of the block may reach watched code and go on. */
    private boolean mayReachCode() {
        List<Instruction> instructions = block().instructions();
        return IntStream.range(0, instructions.size())
                .filter(index -> !isInterruptible(index))
                .anyMatch(index -> isStore(instructions.get(index).op().kind()));
    }

    private static boolean isStore(Kind kind) {
        return kind == Kind.STORE || kind == Kind.SC || kind == Kind.AMO;
    }

    private void markSite() {
        int position = HandBack.position(markedIndex, markedPc - block().pc());
        long changed = registers.changed();
        changedAtTraps |= changed;
        int site = binding.traps.add(block().pc(), position, changed, blockCredit());
        code.loadConstant(site).istore(SITE_SLOT);
    }

    private void emitHandler() {
        code.astore(TRAP_SLOT);
        Field.TRAPS.push(code);
        code.iload(SITE_SLOT)
                .invokevirtual(
                        Names.TRAPS_TYPE,
                        "changed",
                        MethodTypeDesc.of(ConstantDescs.CD_long, ConstantDescs.CD_int))
                .lstore(CHOSEN_SLOT);
        registers.emitSpills(changedAtTraps, CHOSEN_SLOT);
        storeCredit();
        Field.TRAPS.push(code);
        code.aload(TRAP_SLOT).iload(SITE_SLOT);
        digest.push();
        Field.GUEST.push(code);
        code.invokevirtual(
                        Names.TRAPS_TYPE,
                        "handBack",
                        MethodTypeDesc.of(
                                ConstantDescs.CD_long,
                                Names.TRAP_TYPE,
                                ConstantDescs.CD_int,
                                ConstantDescs.CD_long,
                                Names.GUEST_TYPE))
                .lreturn();
    }

    @Override
    public final void load(int width, int addressSlot) {
        if (isInterruptible()) {
            code.lstore(addressSlot);
            check();
            MemoryAccess.loadPlainly(code, width, addressSlot, base());
        } else {
            MemoryAccess.load(code, width);
        }
    }

    @Override
    public final void store(int width, int addressSlot, int valueSlot) {
        if (isInterruptible()) {
            check();
            MemoryAccess.storePlainly(code, width, addressSlot, valueSlot, base());
        } else {
            code.lload(addressSlot).lload(valueSlot);
            MemoryAccess.store(code, width);
            code.iload(REACHED_SLOT).ior().istore(REACHED_SLOT);
        }
    }

    /** Emits the check of the accesses that the one marked is the first of, if it is. */
    private void check() {
        AccessGroup group = Objects.requireNonNull(groups[markedIndex]);
        if (group.first() == markedIndex) {
            Runnable pushBase = () -> registers.push(RegisterFile.X, group.base());
            MemoryAccess.check(group, pushBase, code, interruption());
        }
    }

    private long base() {
        return binding.window.base();
    }

    /** Returns where the region is left before the instruction marked. */
    private Label interruption() {
        Label label = code.newLabel();
        Label on = exit();
        long result =
                new Interruption(markedPc, markedIndex, block().instructions().size()).result();
        rare.add(() -> code.labelBinding(label).loadConstant(result).lstore(RESULT_SLOT).goto_(on));
        return label;
    }

    @Override
    public final void go(int link, long target, int turns) {
        finish(() -> code.loadConstant(target), turns);
        if (node.calls()) {
            call(() -> code.loadConstant(target));
        } else {
            transfer(target);
        }
    }

    @Override
    public final void goIndirect() {
        code.lstore(RESULT_SLOT);
        Runnable target = () -> code.lload(RESULT_SLOT);
        finish(target, 1);
        if (node.calls()) {
            call(target);
        } else if (node.returns()) {
            emitExit();
        } else {
            jump(target);
        }
    }

    /**
     * Emits a jump to the region at a target, as a call whose result is this region's own. Chains
     * of them end at the greatest depth.
     */
    private void jump(Runnable pushTarget) {
        emitSpills();
        storeTotals();
        enter(pushTarget);
        code.lreturn();
    }

    /** Emits what is due at a block end before control goes on: the record, and changed code. */
    private void finish(Runnable pushTarget, int turns) {
        if (hasRecords) {
            Field.RECORDS.push(code);
            pushTarget.run();
            code.lload(DIGEST_SLOT)
                    .loadConstant(block().instructions().size())
                    .loadConstant(turns)
                    .invokevirtual(Names.RECORDS_TYPE, "add", BlockFrame.ADD_RECORD)
                    .ifeq(specialExit(pushTarget, Exit.RECORDS_FULL));
        }
        if (mayReachCode()) {
            // This region, or one that waits for it, may be among what was dropped.
            code.iload(REACHED_SLOT).ifne(specialExit(pushTarget, Exit.TAKEN));
        }
    }

    /** Returns where the region is left for good at a block end. */
    private Label specialExit(Runnable pushTarget, int exit) {
        Label label = code.newLabel();
        Label on = exit();
        rare.add(() -> {
            code.labelBinding(label);
            Field.HART.push(code);
            pushTarget.run();
            code.putfield(Names.HART_TYPE, "pc", ConstantDescs.CD_long)
                    .loadConstant(Region.special(exit))
                    .lstore(RESULT_SLOT)
                    .goto_(on);
        });
        return label;
    }

    /** Emits the way to a block of the region, or out of it. */
    private void transfer(long target) {
        RegionNode successor = node.successor(target);
        if (successor == null) {
            leave(target);
        } else if (successor.number() > node.number()) {
            code.goto_(start(successor));
        } else {
            // Not straight back by the test: HotSpot would keep its operand for a safepoint there.
            Label spent = code.newLabel();
            code.lload(CREDIT_SLOT).lconst_0().lcmp().ifge(spent);
            emitBackEdge(successor);
            code.goto_(start(successor)).labelBinding(spent);
            // Left for want of credit, which is not the code's own way out.
            code.loadConstant(target).lstore(RESULT_SLOT).goto_(exit());
        }
    }

    /** Emits what else is to be done before a round of a loop. */
    void emitBackEdge(RegionNode successor) {}

    private void leave(long target) {
        code.loadConstant(target).lstore(RESULT_SLOT);
        emitExit();
    }

    /** Returns where the region is left with the result in its local. */
    private Label exit() {
        return exits.of(registers.changed());
    }

    /** Emits the way out, with the result in its local. */
    void emitExit() {
        code.goto_(exit());
    }

    /** Emits a call of the region at a target and what follows its return. */
    private void call(Runnable pushTarget) {
        long expected = block().end();
        emitSpills();
        storeTotals();
        enter(pushTarget);
        Label returned = code.newLabel();
        Label elsewhere = code.newLabel();
        code.lstore(RESULT_SLOT)
                .lload(RESULT_SLOT)
                .loadConstant(expected)
                .lcmp()
                .ifne(elsewhere)
                .labelBinding(returned);
        rare.add(() -> resume(elsewhere, expected, returned));
        RegionNode successor = node.successor(expected);
        if (successor == null) {
            code.goto_(returning);
            return;
        }
        loadCredit();
        code.lload(CREDIT_SLOT).lconst_0().lcmp().ifge(returning);
        digest.enter();
        emitReloads(successor);
        code.goto_(start(successor));
    }

    /** Pushes the result of the region at the target, or returns the target if there is none. */
    private void enter(Runnable pushTarget) {
        Label known = code.newLabel();
        Label absent = code.newLabel();
        int number = binding.addCall();
        Field site = Field.call(number);
        code.iload(DEPTH_SLOT).loadConstant(Region.MAX_DEPTH).if_icmpge(absent);
        site.push(code).getfield(Names.CALL_TYPE, "region", Names.REGION_TYPE).astore(CALLEE_SLOT);
        code.aload(CALLEE_SLOT).getfield(Names.REGION_TYPE, "pc", ConstantDescs.CD_long);
        pushTarget.run();
        code.lcmp().ifeq(known);
        emitMismatch(binding.call(number), known);
        site.push(code);
        pushTarget.run();
        code.invokevirtual(
                        Names.CALL_TYPE,
                        "resolve",
                        MethodTypeDesc.of(Names.REGION_TYPE, ConstantDescs.CD_long))
                .astore(CALLEE_SLOT)
                .aload(CALLEE_SLOT)
                .ifnull(absent)
                .labelBinding(known)
                .aload(CALLEE_SLOT)
                .iload(DEPTH_SLOT)
                .iconst_1()
                .iadd()
                .invokevirtual(
                        Names.REGION_TYPE,
                        "run",
                        MethodTypeDesc.of(ConstantDescs.CD_long, ConstantDescs.CD_int));
        rare.add(() -> {
            code.labelBinding(absent);
            pushTarget.run();
            code.lstore(RESULT_SLOT).goto_(returning);
        });
    }

    /**
     * Emits what else is to be done where another region is to be called than last.
     *
     * @param known calls that one all the same
     */
    void emitMismatch(CallSite from, Label known) {}

    private void resume(Label elsewhere, long expected, Label returned) {
        code.labelBinding(elsewhere).lload(RESULT_SLOT).loadConstant(expected).iload(DEPTH_SLOT);
        Field.GUEST.push(code);
        RESUME.emit(code)
                .lstore(RESULT_SLOT)
                .lload(RESULT_SLOT)
                .loadConstant(expected)
                .lcmp()
                .ifeq(returned)
                .goto_(returning);
    }

    @Override
    public final void handBackEcall(int index, long pc) {
        throw new IllegalStateException("an ecall in a region (expected: executed by itself)");
    }

    @Override
    public final void raise(int index, long pc, int cause, long value) {
        mark(index, pc);
        code.loadConstant(cause).loadConstant(value);
        BlockFrame.RAISE.emit(code).athrow();
    }
}
