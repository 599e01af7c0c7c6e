package dev.lockstep.server.run;

import com.google.protobuf.ByteString;

import dev.lockstep.proto.v1.MemoryWrite;
import dev.lockstep.proto.v1.PageDigest;
import dev.lockstep.proto.v1.TracedStep;
import dev.lockstep.protocol.Digest;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A guest that computes something, small enough to be executed from its start whenever somebody
 * looks: a loop that counts in x1, sums in x2, stores and loads, and may ask for inputs.
 */
final class TinyMachine {
    static final long ENTRY = 0x10000;
    static final long DATA = 0x20000;

    /** Instructions of the loop; the last one goes back. */
    static final int LOOP = 8;

    private static final int PAGE_BYTES = 4096;
    private static final int INSTRUCTION_BYTES = 4;

    /** What an execution gets wrong, once. */
    enum Wrong {
        /** The register written has another value. */
        REGISTER,
        /** Nothing is stored. */
        STORE,
        /** The loop goes on where it should end, or ends. */
        TRANSFER,
        /** The next instruction is left out, so that blocks end at other steps from there on. */
        SKIP
    }

    /**
     * A fault.
     *
     * @param silent whether the digest sees what would have been right
     * @param onlyInItsCode whether single steps go right
     */
    record Fault(long step, Wrong wrong, boolean silent, boolean onlyInItsCode) {}

    /**
     * What the guest is.
     *
     * @param iterations after which it ends
     * @param asksAt iterations in which it asks for an input
     */
    record Program(long iterations, List<Long> asksAt) {}

    private final Program program;
    private final List<Fault> faults;

    long steps;
    long pc = ENTRY;
    boolean ended;
    final long[] registers = new long[64];
    final Map<Long, byte[]> pages = new TreeMap<>();

    // The digest since the last reset.
    long digest;
    long turns;
    long blocks;
    private boolean inBlock;

    /** Takes what the instruction does that is being told. */
    private TracedStep.@Nullable Builder traced;

    TinyMachine(Program program, List<Fault> faults) {
        this.program = program;
        this.faults = faults;
    }

    void resetDigest() {
        digest = 0;
        turns = 0;
        blocks = 0;
    }

    /** Takes over what a window has up to here. */
    void goOnInWindow(long newDigest, long completed) {
        digest = newDigest;
        blocks = completed + (inBlock ? 1 : 0);
    }

    /** Returns the blocks that have ended since the last reset. */
    long completedBlocks() {
        return blocks - (inBlock ? 1 : 0);
    }

    boolean asks() {
        return index() == 2 && program.asksAt.contains(registers[1]);
    }

    boolean atBlockEnd() {
        return !inBlock;
    }

    private int index() {
        return (int) ((pc - ENTRY) / INSTRUCTION_BYTES);
    }

    /** Executes one instruction, and tells what it did. */
    TracedStep trace() {
        TracedStep.Builder trace =
                TracedStep.newBuilder().setStep(steps).setPc(pc).setInstruction(0x100 + index());
        traced = trace;
        step(false);
        traced = null;
        return trace.setNextPc(pc).build();
    }

    /** Executes one instruction. */
    void step(boolean ownCode) {
        int index = index();
        Fault fault = fault(ownCode);
        boolean asked = asks();
        long next = pc + INSTRUCTION_BYTES;
        switch (index) {
            case 0 -> write(fault, 1, read(1) + 1);
            case 1 -> write(fault, 2, read(2) + read(1));
            case 2 -> {
                if (asked) {
                    registers[10] = answer(steps);
                }
            }
            case 3 -> write(fault, 3, DATA + (read(1) & 0x1f) * 0x400);
            case 4 -> store(fault, read(3), read(2));
            case 5 -> write(fault, 4, load(read(3)));
            case 6 -> write(fault, 5, read(5) ^ read(4));
            default -> next = transfer(fault, read(1));
        }
        if (isWrong(fault, Wrong.SKIP)) {
            next += INSTRUCTION_BYTES;
        }
        blocks += inBlock ? 0 : 1;
        inBlock = !(index == LOOP - 1 || asked);
        ended = index == LOOP - 1 && next != ENTRY;
        pc = next;
        steps++;
    }

    private @Nullable Fault fault(boolean ownCode) {
        for (Fault fault : faults) {
            if (fault.step == steps && (ownCode || !fault.onlyInItsCode)) {
                return fault;
            }
        }
        return null;
    }

    static long answer(long step) {
        return step * 7;
    }

    private long read(int register) {
        if (traced != null) {
            traced.addOperandsBuilder().setSlot(register).setValue(registers[register]);
        }
        return registers[register];
    }

    private void write(@Nullable Fault fault, int register, long right) {
        long value = isWrong(fault, Wrong.REGISTER) ? right ^ 1 : right;
        registers[register] = value;
        count(register, isSilent(fault) ? right : value);
        tell(register, 0, value);
    }

    private void store(@Nullable Fault fault, long address, long value) {
        boolean wrong = isWrong(fault, Wrong.STORE);
        if (!wrong || isSilent(fault)) {
            digest += Digest.mixStore(address, value) * Digest.constant(pc, Digest.storeSlot(8));
        }
        if (!wrong) {
            ByteBuffer.wrap(page(address))
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong((int) (address % PAGE_BYTES), value);
            tell(Digest.storeSlot(8), address, value);
        }
    }

    private void tell(int slot, long address, long value) {
        if (traced != null) {
            traced.addEffectsBuilder().setSlot(slot).setAddress(address).setValue(value);
        }
    }

    private static boolean isWrong(@Nullable Fault fault, Wrong what) {
        return fault != null && fault.wrong == what;
    }

    private static boolean isSilent(@Nullable Fault fault) {
        return fault != null && fault.silent;
    }

    private long load(long address) {
        return ByteBuffer.wrap(page(address))
                .order(ByteOrder.LITTLE_ENDIAN)
                .getLong((int) (address % PAGE_BYTES));
    }

    private byte[] page(long address) {
        return pages.computeIfAbsent(address / PAGE_BYTES * PAGE_BYTES, _ -> new byte[PAGE_BYTES]);
    }

    private long transfer(@Nullable Fault fault, long count) {
        boolean right = count < program.iterations;
        boolean taken = isWrong(fault, Wrong.TRANSFER) != right;
        if (taken) {
            tell(Digest.TRANSFER, 0, ENTRY);
            count(Digest.TRANSFER, ENTRY);
            digest *= Digest.TURN;
            turns++;
        }
        return taken ? ENTRY : pc + INSTRUCTION_BYTES;
    }

    private void count(int slot, long value) {
        digest += Digest.mix(value) * Digest.constant(pc, slot);
    }

    long registerDigest() {
        long sum = Digest.mix(pc);
        for (int i = 0; i < registers.length; i++) {
            sum += Digest.mix(registers[i]) * Digest.constant(i, i);
        }
        return sum;
    }

    long memoryDigest() {
        long sum = 0;
        for (var page : pages.entrySet()) {
            sum += Digest.mix(digest(page.getValue())) * Digest.constant(page.getKey(), 0);
        }
        return sum;
    }

    /** Returns the digest of a window that ends here. */
    long windowDigest(boolean withMemory) {
        long all = digest + Digest.mix(registerDigest()) * Digest.constant(pc, Digest.REGISTERS);
        return withMemory
                ? all + Digest.mix(memoryDigest()) * Digest.constant(pc, Digest.MEMORY)
                : all;
    }

    private static long digest(byte[] page) {
        long sum = 0;
        ByteBuffer words = ByteBuffer.wrap(page).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < PAGE_BYTES; i += Long.BYTES) {
            long word = words.getLong(i);
            sum += word == 0 ? 0 : Digest.mix(word) * Digest.constant(i, 0);
        }
        return sum;
    }

    ByteString registerBytes() {
        ByteBuffer all = ByteBuffer.allocate(66 * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        Arrays.stream(registers).forEach(all::putLong);
        all.putLong(0).putLong(pc).flip();
        return ByteString.copyFrom(all);
    }

    /** Takes over registers as {@link #registerBytes} gives them. */
    void setRegisters(ByteString bytes) {
        ByteBuffer all = bytes.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < registers.length; i++) {
            registers[i] = all.getLong();
        }
        all.getLong();
        pc = all.getLong();
    }

    /** Returns the pages that are other than in {@code before}. */
    List<PageDigest> changedSince(Map<Long, byte[]> before) {
        List<PageDigest> changed = new ArrayList<>();
        pages.forEach((address, bytes) -> {
            if (!Arrays.equals(bytes, before.get(address))) {
                changed.add(
                        PageDigest.newBuilder()
                                .setAddress(address)
                                .setDigest(digest(bytes))
                                .build());
            }
        });
        return changed;
    }

    Map<Long, byte[]> copyOfPages() {
        Map<Long, byte[]> copy = new TreeMap<>();
        pages.forEach((address, bytes) -> copy.put(address, bytes.clone()));
        return copy;
    }

    List<MemoryWrite> contents(List<Long> addresses) {
        List<MemoryWrite> contents = new ArrayList<>();
        for (long address : addresses) {
            byte[] page = pages.get(address);
            if (page != null) {
                contents.add(
                        MemoryWrite.newBuilder()
                                .setAddress(address)
                                .setData(ByteString.copyFrom(page))
                                .build());
            }
        }
        return contents;
    }
}
