package dev.lockstep.dii;

import dev.lockstep.isa.Assembler;
import dev.lockstep.isa.Op;
import dev.lockstep.isa.elf.ElfFile;
import dev.lockstep.isa.elf.ProgramHeader;
import dev.lockstep.riscv.bare.BareMachine;
import dev.lockstep.riscv.command.EngineException;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Puts a program where the implementation finds it when it loads data: by instructions that store
 * it, for there is no other way in. Leaves registers zero and comes to the program's entry.
 */
final class DiiLoader {
    /** Words other than zero that a program has at most. */
    private static final int MAX_WORDS = 1 << 17;

    /** How far code may run ahead before it jumps back; what a jump reaches is twice that. */
    private static final long REACH_BYTES = 1 << 19;

    private static final int ADDRESS = 1;
    private static final int VALUE = 2;
    private static final int PIECE_BITS = 11;
    private static final int PIECES = 6;

    private final DiiConnection connection;
    private final List<Integer> waiting = new ArrayList<>();
    private long pc = BareMachine.RAM_START;
    private int words;

    private DiiLoader(DiiConnection connection) {
        this.connection = connection;
    }

    /**
     * Loads a program into an implementation that was reset.
     *
     * @throws EngineException if it is too long, or the implementation does not take it
     */
    static void load(ElfFile program, DiiConnection connection) {
        DiiLoader loader = new DiiLoader(connection);
        program.loaded().forEach(segment -> loader.store(program, segment));
        loader.enter(program.entry());
    }

    private void store(ElfFile program, ProgramHeader segment) {
        ByteBuffer content = program.content(segment);
        long start = segment.address();
        long end = start + content.remaining();
        for (long address = start & -Long.BYTES; address < end; address += Long.BYTES) {
            long word = 0;
            for (int i = Long.BYTES - 1; i >= 0; i--) {
                long at = address + i;
                boolean isInside = at >= start && at < end;
                int value = isInside ? content.get(content.position() + (int) (at - start)) : 0;
                word = word << Byte.SIZE | (value & 0xff);
            }
            if (word != 0) {
                store(address, word);
            }
        }
    }

    private void store(long address, long word) {
        if (++words > MAX_WORDS) {
            throw new EngineException(
                    "the program has more than %d words that are not zero (expected: fewer, for each is put into memory by instructions)"
                            .formatted(MAX_WORDS));
        }
        set(ADDRESS, address);
        set(VALUE, word);
        add(Op.SD, 0, ADDRESS, VALUE, 0);
        if (pc - BareMachine.RAM_START > REACH_BYTES) {
            jump(BareMachine.RAM_START);
        }
    }

    private void set(int register, long value) {
        add(Op.ADDI, register, 0, 0, value >>> (PIECE_BITS * (PIECES - 1)));
        for (int piece = PIECES - 2; piece >= 0; piece--) {
            long bits = value >>> (PIECE_BITS * piece) & ((1 << PIECE_BITS) - 1);
            add(Op.SLLI, register, register, 0, PIECE_BITS);
            add(Op.ADDI, register, register, 0, bits);
        }
    }

    private void enter(long entry) {
        add(Op.ADDI, ADDRESS, 0, 0, 0);
        add(Op.ADDI, VALUE, 0, 0, 0);
        if (Math.abs(entry - pc) > 2 * REACH_BYTES - Integer.BYTES) {
            throw new EngineException(
                    "the program begins at 0x%x (expected: within 512 KiB of 0x%x, where an implementation starts)"
                            .formatted(entry, BareMachine.RAM_START));
        }
        jump(entry);
        send();
    }

    private void jump(long target) {
        add(Op.JAL, 0, 0, 0, target - pc);
        pc = target;
    }

    private void add(Op op, int rd, int rs1, int rs2, long imm) {
        waiting.add(Assembler.encode(op, rd, rs1, rs2, 0, imm, 0));
        pc += Integer.BYTES;
        if (waiting.size() == DiiConnection.WINDOW_PACKETS) {
            send();
        }
    }

    private void send() {
        connection.injectAll(waiting);
        waiting.clear();
    }
}
