package dev.lockstep.trace;

import dev.lockstep.isa.Decoder;
import dev.lockstep.isa.Instruction;
import dev.lockstep.riscv.GuestTrap;
import dev.lockstep.riscv.command.EngineException;
import dev.lockstep.riscv.memory.GuestMemory;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The guest's code, cut into blocks as QEMU does: as the program's file has it and, where the log
 * lists what was translated ({@code -d in_asm}), as it was then.
 */
final class QemuCode {
    /** Listed instructions that are kept at most. */
    private static final int MAX_LISTED = 1 << 22;

    /** Blocks that are kept; beyond that, all are forgotten. */
    private static final int MAX_BLOCKS = 1 << 16;

    private final GuestMemory memory;
    private final Map<Long, Integer> listed = new HashMap<>();
    private final Map<Long, QemuBlock> blocks = new HashMap<>();

    QemuCode(GuestMemory memory) {
        this.memory = memory;
    }

    /** Takes note of an instruction that QEMU has just translated. */
    void list(long pc, int instruction) {
        if (listed.size() == MAX_LISTED) {
            throw new EngineException(
                    "more than %d instructions listed (expected: fewer; leave out -d in_asm)"
                            .formatted(MAX_LISTED));
        }
        Integer before = listed.put(pc, instruction);
        if (before == null || before != instruction) {
            blocks.clear();
        }
    }

    /**
     * Returns the block that begins at an address; null if nobody knows what is there.
     *
     * @param limit how many instructions it has at most
     */
    @Nullable QemuBlock blockAt(long pc, int limit) {
        QemuBlock known = blocks.get(pc);
        if (known != null && known.size() <= limit) {
            return known;
        }
        QemuBlock read = read(pc, limit);
        if (read != null) {
            if (blocks.size() == MAX_BLOCKS) {
                blocks.clear();
            }
            blocks.put(pc, read);
        }
        return read;
    }

    private @Nullable QemuBlock read(long pc, int limit) {
        List<Instruction> instructions = new ArrayList<>();
        List<Long> addresses = new ArrayList<>(List.of(pc));
        long next = pc;
        boolean open = true;
        while (open) {
            Instruction in = instructionAt(next);
            if (in == null) {
                break;
            }
            instructions.add(in);
            next += in.length();
            addresses.add(next);
            boolean samePage = next / GuestMemory.PAGE_BYTES == pc / GuestMemory.PAGE_BYTES;
            open = samePage && instructions.size() < limit && !in.op().endsBlock();
        }
        return instructions.isEmpty() ? null : new QemuBlock(instructions, addresses);
    }

    private @Nullable Instruction instructionAt(long pc) {
        Integer known = listed.get(pc);
        if (known != null) {
            return Decoder.decode(known);
        }
        try {
            int parcel = memory.fetchParcel(pc);
            return Decoder.length(parcel) == Short.BYTES
                    ? Decoder.decode(parcel)
                    : Decoder.decode(parcel | memory.fetchParcel(pc + Short.BYTES) << Short.SIZE);
        } catch (GuestTrap fault) {
            return null;
        }
    }
}
