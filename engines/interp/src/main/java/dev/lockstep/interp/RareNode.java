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
    Entry run(Core core, long[] r, GuestMemory memory, long digest) {
        long value;
        try {
            value = execute(core);
        } catch (RuntimeException e) {
            throw core.stoppedAt(row, digest, e);
        }
        r[row.rd] = value;
        long effects =
                Digest.mix(value) * row.weight + core.sideEffects.take() * row.known.inverse();
        return next.run(core, r, memory, digest + effects);
    }

    private long execute(Core core) {
        return switch (kind) {
            case CSR -> core.csrs.execute(instruction, row.pc, core.steps() + row.index);
            case LR, SC, AMO -> core.atomics.execute(instruction, row.pc);
            default -> core.floats.execute(instruction);
        };
    }
}
