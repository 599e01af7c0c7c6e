package dev.lockstep.cli;

import dev.lockstep.cli.BareStepper.Outcome;
import dev.lockstep.isa.Csr;
import dev.lockstep.isa.Disassembler;
import dev.lockstep.isa.Instruction;
import dev.lockstep.isa.Kind;
import dev.lockstep.isa.Op;
import dev.lockstep.riscv.GuestExit;
import dev.lockstep.riscv.Hart;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Writes what Spike would log of a program, by executing it on our interpreter, one instruction at
 * a time. The format is that of Spike's own printing; lines to compare with stand in SpikeLineTest.
 */
final class SpikeLog {
    private static final int MAX_STEPS = 2_000_000;

    /** As Spike calls them, by cause. */
    private static final Map<Integer, String> TRAPS =
            Map.of(
                    0, "trap_instruction_address_misaligned",
                    1, "trap_instruction_access_fault",
                    2, "trap_illegal_instruction",
                    3, "trap_breakpoint",
                    4, "trap_load_address_misaligned",
                    5, "trap_load_access_fault",
                    6, "trap_store_address_misaligned",
                    7, "trap_store_access_fault",
                    8, "trap_user_ecall",
                    11, "trap_machine_ecall");

    /** Spike's own code, which leads to the program: jumps there by a word it has behind it. */
    private static final List<String> ROM =
            List.of(
                    "core   0: 3 0x0000000000001000 (0x00000297) x5  0x0000000000001000",
                    "core   0: 3 0x0000000000001004 (0x02028593) x11 0x0000000000001020",
                    "core   0: 3 0x0000000000001008 (0xf1402573) x10 0x0000000000000000",
                    "core   0: 3 0x000000000000100c (0x0182b283) x5  0x0000000080000000 mem"
                            + " 0x0000000000001018",
                    "core   0: 3 0x0000000000001010 (0x00028067)");

    private final List<String> lines = new ArrayList<>(ROM);
    private final boolean tellsAll;
    private final BareStepper guest;
    private final Hart hart;

    private SpikeLog(BareStepper guest, boolean tellsAll) {
        this.guest = guest;
        this.tellsAll = tellsAll;
        hart = guest.hart();
    }

    /**
     * Returns the log of a program for a bare machine.
     *
     * @param tellsAll whether it has the lines that {@code -l} adds
     */
    static List<String> of(Path program, boolean tellsAll) {
        try (BareStepper guest = new BareStepper(program)) {
            SpikeLog log = new SpikeLog(guest, tellsAll);
            Optional<GuestExit> exit = Optional.empty();
            while (exit.isEmpty() && log.hart.steps < MAX_STEPS) {
                Outcome done = guest.step();
                log.add(done);
                exit = done.exit();
            }
            return log.lines;
        }
    }

    private void add(Outcome done) {
        Instruction in = done.in();
        if (tellsAll && done.isThere()) {
            lines.add(
                    "core   0: 0x%016x (0x%08x) %s"
                            .formatted(done.pc(), in.raw(), Disassembler.text(in, done.pc())));
        }
        if (done.completed()) {
            lines.add(commit(done));
        } else if (tellsAll) {
            String trap = TRAPS.get((int) machineField("mcause"));
            lines.add("core   0: exception %s, epc 0x%016x".formatted(trap, done.pc()));
            lines.add("core   0:           tval 0x%016x".formatted(machineField("mtval")));
        }
    }

    private String commit(Outcome done) {
        Instruction in = done.in();
        String digits = in.length() == Short.BYTES ? "(0x%04x)" : "(0x%08x)";
        StringBuilder line =
                new StringBuilder("core   0: %d 0x%016x ".formatted(done.mode(), done.pc()));
        line.append(digits.formatted(in.raw()));
        if (in.op().writesX() && in.rd() != 0) {
            line.append(" x%-2d 0x%016x".formatted(in.rd(), hart.x[in.rd()]));
        }
        if (in.op().writesF()) {
            line.append(" f%-2d 0x%016x".formatted(in.rd(), hart.f[in.rd()]));
        }
        addCsrs(line, in, done.flags());
        addMemory(line, done);
        return line.toString();
    }

    private void addCsrs(StringBuilder line, Instruction in, int flags) {
        boolean swaps = in.op() == Op.CSRRW || in.op() == Op.CSRRWI;
        boolean writes = in.op().kind() == Kind.CSR && (swaps || in.rs1() != 0);
        int csr = (int) in.imm();
        if (hart.fflags != flags || (writes && (csr == 1 || csr == 3))) {
            line.append(" c1_fflags 0x%016x".formatted(hart.fflags));
        }
        if (writes && (csr == 2 || csr == 3)) {
            line.append(" c2_frm 0x%016x".formatted(hart.frm));
        } else if (writes && csr > 3) {
            csrValue(csr)
                    .ifPresent(value ->
                            line.append(" c%d_%s 0x%016x".formatted(csr, Csr.nameOf(csr), value)));
        }
        if (in.op() == Op.MRET) {
            line.append(" c768_mstatus 0x%016x".formatted(mstatus()));
        }
    }

    private Optional<Long> csrValue(int csr) {
        return switch (csr) {
            case 0x300 -> Optional.of(mstatus());
            case 0x301 -> Optional.of(2L << 62 | 0x14112D);
            case 0xb00 -> Optional.of(hart.steps + machineField("mcycle_ahead"));
            case 0xb02 -> Optional.of(hart.steps + machineField("minstret_ahead"));
            case 0x306 -> Optional.of(7L);
            default ->
                    Csr.of(csr)
                            .map(known -> known.name().toLowerCase(Locale.ROOT))
                            .flatMap(guest::machineField);
        };
    }

    private long mstatus() {
        long kept = machineField("mstatus");
        return kept | 2L << 32 | ((kept & 3L << 13) == 0 ? 0 : 1L << 63);
    }

    private long machineField(String name) {
        return guest.machineField(name).orElseThrow();
    }

    private static void addMemory(StringBuilder line, Outcome done) {
        Kind kind = done.in().op().kind();
        if (kind == Kind.LOAD || kind == Kind.LR || kind == Kind.AMO) {
            line.append(" mem 0x%016x".formatted(done.address()));
        }
        if (done.stored().isPresent()) {
            String digits = "0x%%0%dx".formatted(2 * done.in().op().width());
            line.append(" mem 0x%016x ".formatted(done.address()));
            line.append(digits.formatted(done.stored().get()));
        }
    }
}
