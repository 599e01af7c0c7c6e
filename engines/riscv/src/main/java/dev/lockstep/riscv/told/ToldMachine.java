package dev.lockstep.riscv.told;

import dev.lockstep.isa.Csr;
import dev.lockstep.isa.Instruction;
import dev.lockstep.isa.Kind;
import dev.lockstep.isa.Op;
import dev.lockstep.proto.v1.StateGroup;
import dev.lockstep.protocol.Digest;
import dev.lockstep.riscv.GuestExit;
import dev.lockstep.riscv.GuestMachine;
import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.StateException;
import dev.lockstep.riscv.World;
import dev.lockstep.riscv.bare.BareMachine;
import dev.lockstep.riscv.told.ToldStep.Change;

import java.util.Optional;

/**
 * What serves a guest that somebody else executes: it does to hart and memory what is told, and
 * carries out itself only what goes to the host.
 */
final class ToldMachine implements GuestMachine {
    private final ToldGuest guest;
    private final Hart hart;
    private final GuestMachine loaded;

    /**
     * @param loaded the machine on which the guest was loaded
     */
    ToldMachine(ToldGuest guest, GuestMachine loaded) {
        this.guest = guest;
        this.loaded = loaded;
        hart = guest.hart();
    }

    @Override
    public Optional<GuestExit> ecall() {
        return serve(guest.taken());
    }

    @Override
    public Optional<GuestExit> trap() {
        return serve(guest.taken());
    }

    @Override
    public void readTime(int rd) {
        serve(guest.taken());
    }

    private Optional<GuestExit> serve(ToldStep step) {
        hart.reservation = Hart.NO_RESERVATION;
        Optional<GuestExit> exit =
                loaded instanceof BareMachine bare
                        ? guest.teller().tellsMachine() ? onBare(step, bare) : asOurs(step, bare)
                        : underLinux(step);
        return exit.isPresent() ? exit : Optional.ofNullable(step.exit());
    }

    private Optional<GuestExit> onBare(ToldStep step, BareMachine bare) {
        if (step.trapped()) {
            hart.addTrap(step.cause());
            if (guest.memory().permissions(step.nextPc()).isEmpty()) {
                return Optional.of(new GuestExit(GuestExit.Reason.TRAPPED, step.cause()));
            }
            hart.pc = step.nextPc();
            return Optional.empty();
        }
        Instruction in = ToldGuest.decode(step);
        guest.transfer(step, in);
        guest.write(step, in);
        Optional<GuestExit> exit = tellHost(step, bare);
        hart.pc = exit.isPresent() ? step.pc() + in.length() : step.nextPc();
        return exit;
    }

    /** Has our machine do it, and then sees to it that what is told is so. */
    private Optional<GuestExit> asOurs(ToldStep step, BareMachine bare) {
        Instruction in = ToldGuest.decode(step);
        hart.trapValue =
                switch (in.op().kind()) {
                    case LOAD, STORE -> hart.x[in.rs1()] + in.imm();
                    case LR, SC, AMO -> hart.x[in.rs1()];
                    default -> step.instruction();
                };
        Optional<GuestExit> exit = Optional.empty();
        if (in.op() == Op.ECALL) {
            exit = bare.ecall();
        } else if (in.op().kind() == Kind.CSR && in.imm() == Csr.TIME.number()) {
            bare.readTime(in.rd());
        } else {
            exit = bare.trap();
        }
        hart.pc = exit.isPresent() ? hart.pc : step.nextPc();
        step.changes().forEach(change -> correct(change, step.pc(), in));
        return exit;
    }

    /** What is told otherwise than our machine did it counts as one effect more. */
    private void correct(Change change, long pc, Instruction in) {
        int slot = change.slot();
        if (slot < Digest.F && hart.x[slot] != change.value()) {
            hart.x[slot] = change.value();
            hart.addValue(pc, slot, change.value());
        } else if (slot >= Digest.STORE && !isStoreOf(in, change)) {
            hart.addValue(pc, slot, change.value());
        }
    }

    private boolean isStoreOf(Instruction in, Change change) {
        int unused = Long.SIZE - in.op().width() * Byte.SIZE;
        return change.address() == hart.x[in.rs1()] + in.imm()
                && change.value() == hart.x[in.rs2()] << unused >>> unused;
    }

    private static Optional<GuestExit> tellHost(ToldStep step, BareMachine bare) {
        for (Change change : step.changes()) {
            boolean isStore = change.slot() >= Digest.STORE && change.slot() < Digest.TRANSFER;
            if (isStore && bare.isHosts(change.address())) {
                int width = 1 << (change.slot() - Digest.STORE);
                return bare.storeToHost(change.address(), width, change.value());
            }
        }
        return Optional.empty();
    }

    /** A handler is entered by a transfer of its own. */
    private Optional<GuestExit> underLinux(ToldStep step) {
        Instruction in = ToldGuest.decode(step);
        boolean ends = step.exit() != null && !ToldStep.UNTOLD.equals(step.exit());
        if (step.trapped()) {
            hart.addTrap(step.cause());
        } else if (in.op() != Op.ECALL) {
            guest.transfer(step, in);
        }
        boolean entersHandler = step.trapped() || (in.op() == Op.ECALL && isElsewhere(step));
        if (entersHandler && !ends) {
            hart.addIndirectJump(step.nextPc());
        }
        hart.pc = step.nextPc();
        return Optional.empty();
    }

    private static boolean isElsewhere(ToldStep call) {
        return call.nextPc() != call.pc() + Integer.BYTES;
    }

    @Override
    public Runnable checkpoint() {
        return loaded.checkpoint();
    }

    @Override
    public StateGroup state() {
        throw new StateException("a guest that somebody else executes has no state to keep");
    }

    @Override
    public World world() {
        throw new StateException("a guest that somebody else executes has no world of its own");
    }
}
