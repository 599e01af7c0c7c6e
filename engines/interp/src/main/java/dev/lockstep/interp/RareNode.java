package dev.lockstep.interp;

import dev.lockstep.isa.Instruction;
import dev.lockstep.isa.Kind;
import dev.lockstep.protocol.Digest;
import dev.lockstep.riscv.memory.GuestMemory;

/** Executes an instruction that no node is generated for: of atomics, CSRs and floating point. */
final class RareNode extends Node {
    private final Row row;
    private final Instruction instruction;
    private final Kind kind;

    RareNode(Row row) {
        this.row = row;
        instruction = row.instruction;
        kind = row.kind();
    }

    @Override
    Entry run(Core core, long[] r, GuestMemory memory) {
        long value;
        try {
            value = execute(core);
        } catch (RuntimeException e) {
            throw core.stoppedAt(row, e);
        }
        r[row.rd] = value;
        core.digest += Digest.mix(value) * row.weight + core.sideEffects.take();
        return next.run(core, r, memory);
    }

    private long execute(Core core) {
        return switch (kind) {
            case CSR -> core.csrs.execute(instruction, row.pc, core.steps() + row.index);
            case LR, SC, AMO -> core.atomics.execute(instruction, row.pc);
            default -> core.floats.execute(instruction);
        };
    }
}
