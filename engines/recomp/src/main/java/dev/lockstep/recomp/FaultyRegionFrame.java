package dev.lockstep.recomp;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Emits a region that goes wrong, once, as a {@link RegionFault} says. */
final class FaultyRegionFrame extends RegionFrame {
    private final RegionFault fault;
    private final long register;

    /** Holds what the register was when the last round of the loop began. */
    private final int oldSlot;

    /** Where the loops begin that the place closes. */
    private final Set<RegionNode> heads;

    FaultyRegionFrame(
            CodeBuilder code,
            Binding binding,
            List<RegionNode> nodes,
            Care care,
            RegionFault fault) {
        super(code, binding, nodes, care);
        this.fault = fault;
        register = fault.register() & flow().used();
        oldSlot = registers().endSlot() + Emitter.SCRATCH_SLOTS;
        heads =
                nodes.stream()
                        .filter(fault::isAt)
                        .flatMap(end ->
                                end.successors().stream().filter(to -> to.number() <= end.number()))
                        .collect(Collectors.toSet());
    }

    private boolean isHere(FaultKind kind) {
        return fault.isOf(kind) && fault.isAt(node());
    }

    /** Emits the count of the places passed, and a jump if this is the one. */
    private void jumpIfDue(Label due) {
        pushCredit();
        Field.GUEST.push(code());
        RegionFault.IS_DUE.emit(code()).ifne(due);
    }

    @Override
    void emitExit() {
        long changed = registers().changed();
        if (isHere(FaultKind.SKIP_SPILL) && (changed & register) != 0) {
            jumpIfDue(exits().of(changed & ~register));
        }
        super.emitExit();
    }

    @Override
    void emitSpills() {
        long changed = registers().changed();
        if (isHere(FaultKind.SKIP_SPILL) && (changed & register) != 0) {
            Label skipped = code().newLabel();
            registers().emitSpills(changed & ~register);
            jumpIfDue(skipped);
            registers().emitSpills(register);
            code().labelBinding(skipped);
        } else {
            super.emitSpills();
        }
    }

    @Override
    void emitReloads(RegionNode before) {
        if (isHere(FaultKind.STALE_AFTER_CALL) && (flow().needed(before) & register) != 0) {
            Label stale = code().newLabel();
            Label on = code().newLabel();
            jumpIfDue(stale);
            super.emitReloads(before);
            code().goto_(on).labelBinding(stale);
            registers().emitLoads(flow().needed(before) & ~register);
            registers().emitClears(flow().used() & ~flow().needed(before));
            code().labelBinding(on);
        } else {
            super.emitReloads(before);
        }
    }

    @Override
    void begin() {
        if (fault.isOf(FaultKind.STALE_LOOP)) {
            code().lconst_0().lstore(oldSlot);
        }
    }

    @Override
    void beginNode() {
        if (fault.isOf(FaultKind.STALE_LOOP) && register != 0 && heads.contains(node())) {
            registers().emitSave(register, oldSlot);
        }
    }

    @Override
    void emitBackEdge(RegionNode successor) {
        if (isHere(FaultKind.STALE_LOOP) && register != 0) {
            Label stale = code().newLabel();
            Label on = code().newLabel();
            jumpIfDue(stale);
            code().goto_(on).labelBinding(stale);
            registers().emitRestore(register, oldSlot);
            code().labelBinding(on);
        }
    }

    @Override
    void emitMismatch(CallSite site, Label known) {
        if (isHere(FaultKind.STALE_TARGET)) {
            fault.follow(site);
            Label right = code().newLabel();
            pushCallee();
            RegionFault.IS_IN_USE.emit(code()).ifeq(right);
            jumpIfDue(known);
            code().labelBinding(right);
        }
    }
}
