package dev.lockstep.interp;

import static dev.lockstep.interp.Meaning.*;
import static dev.lockstep.interp.Opcode.*;

import dev.lockstep.protocol.Digest;
import dev.lockstep.riscv.Executor;
import dev.lockstep.riscv.GuestTrap;
import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.Stop;
import dev.lockstep.riscv.TrapCause;
import dev.lockstep.riscv.block.BlockReader;
import dev.lockstep.riscv.memory.GuestMemory;
import dev.lockstep.sdk.RecordBatch;

import org.jspecify.annotations.Nullable;

/**
 * Executes RV64 one instruction at a time. What an instruction means stands in {@link Meaning},
 * {@link FloatUnit}, {@link Atomics} and {@link Csrs}; here is only how blocks follow each other.
 */
public final class Interpreter implements Executor {
    /** Stands for the target of a transfer that is not taken; no target is odd. */
    private static final long NOT_TAKEN = -1;

    private final GuestMemory memory;
    private final Hart hart;
    private final @Nullable RecordBatch batch;
    private final BlockCache blocks;
    private final long[] registers = Registers.create();
    private final SideEffects sideEffects = new SideEffects();
    private final FloatUnit floats;
    private final Atomics atomics;
    private final Csrs csrs;

    /**
     * Creates an interpreter that becomes the code listener of {@code memory}.
     *
     * @param batch takes the records of a run that is compared, null for a free run
     */
    public Interpreter(
            GuestMemory memory, BlockReader reader, Hart hart, @Nullable RecordBatch batch) {
        this.memory = memory;
        this.hart = hart;
        this.batch = batch;
        blocks = new BlockCache(reader);
        floats = new FloatUnit(hart, registers);
        atomics = new Atomics(hart, memory, registers, sideEffects);
        csrs = new Csrs(hart, registers, sideEffects);
        memory.setCodeListener(this::invalidate);
    }

    @Override
    public Stop run(long stepLimit) {
        if (hart.steps >= stepLimit) {
            return Stop.LIMIT;
        }
        if (batch != null && !batch.hasRoom()) {
            return Stop.RECORDS_FULL;
        }
        Registers.load(hart, registers);
        Stop stop;
        do {
            stop = execute(blocks.at(hart.pc), stepLimit);
        } while (stop == null);
        Registers.save(registers, hart);
        return stop;
    }

    @Override
    public void invalidate(long address, long length) {
        blocks.invalidate(address, length);
    }

    /**
     * Executes {@code first} and what follows, as far as the blocks are decoded.
     *
     * <p>Hot path: everything runs here. HotSpot compiles no method of 8000 bytes or more, so what
     * is long and rare is elsewhere.
     *
     * @return null at a block end whose successor has to be looked up
     */
    // A branch decides where the block leads, and writes that to the sink like any result.
    @SuppressWarnings("AssignmentExpression")
    private @Nullable Stop execute(Block first, long stepLimit) {
        GuestMemory m = memory;
        long[] r = registers;
        RecordBatch batch = this.batch;
        Block block = first;
        long steps = hart.steps;
        long blockCount = hart.blocks;
        long digest = 0;
        int at = 0;
        try {
            while (true) {
                long[] code = block.code;
                long target = NOT_TAKEN;
                digest = 0;
                for (at = 0; at < code.length; at += Row.CELLS) {
                    long cell = code[at];
                    long imm = code[at + Row.IMMEDIATE];
                    long a = r[Row.rs1(cell)];
                    long b = r[Row.rs2(cell)];
                    // What the instruction writes to rd or, of a store, what the digest folds.
                    long result =
                            switch (Row.opcode(cell)) {
                                case LUI, AUIPC -> imm;
                                case ADDI -> add(a, imm);
                                case SLTI -> slt(a, imm);
                                case SLTIU -> sltu(a, imm);
                                case XORI -> xor(a, imm);
                                case ORI -> or(a, imm);
                                case ANDI -> and(a, imm);
                                case SLLI -> sll(a, imm);
                                case SRLI -> srl(a, imm);
                                case SRAI -> sra(a, imm);
                                case ADDIW -> addw(a, imm);
                                case SLLIW -> sllw(a, imm);
                                case SRLIW -> srlw(a, imm);
                                case SRAIW -> sraw(a, imm);

                                case ADD -> add(a, b);
                                case SUB -> sub(a, b);
                                case SLL -> sll(a, b);
                                case SLT -> slt(a, b);
                                case SLTU -> sltu(a, b);
                                case XOR -> xor(a, b);
                                case SRL -> srl(a, b);
                                case SRA -> sra(a, b);
                                case OR -> or(a, b);
                                case AND -> and(a, b);
                                case ADDW -> addw(a, b);
                                case SUBW -> subw(a, b);
                                case SLLW -> sllw(a, b);
                                case SRLW -> srlw(a, b);
                                case SRAW -> sraw(a, b);

                                case MUL -> mul(a, b);
                                case MULH -> mulh(a, b);
                                case MULHSU -> mulhsu(a, b);
                                case MULHU -> mulhu(a, b);
                                case DIV -> div(a, b);
                                case DIVU -> divu(a, b);
                                case REM -> rem(a, b);
                                case REMU -> remu(a, b);
                                case MULW -> mulw(a, b);
                                case DIVW -> divw(a, b);
                                case DIVUW -> divuw(a, b);
                                case REMW -> remw(a, b);
                                case REMUW -> remuw(a, b);

                                case ADD_UW -> addUw(a, b);
                                case SH1ADD -> sh1add(a, b);
                                case SH2ADD -> sh2add(a, b);
                                case SH3ADD -> sh3add(a, b);
                                case SH1ADD_UW -> sh1addUw(a, b);
                                case SH2ADD_UW -> sh2addUw(a, b);
                                case SH3ADD_UW -> sh3addUw(a, b);
                                case SLLI_UW -> slliUw(a, imm);
                                case ANDN -> andn(a, b);
                                case ORN -> orn(a, b);
                                case XNOR -> xnor(a, b);
                                case CLZ -> clz(a);
                                case CLZW -> clzw(a);
                                case CTZ -> ctz(a);
                                case CTZW -> ctzw(a);
                                case CPOP -> cpop(a);
                                case CPOPW -> cpopw(a);
                                case MAX -> max(a, b);
                                case MAXU -> maxu(a, b);
                                case MIN -> min(a, b);
                                case MINU -> minu(a, b);
                                case SEXT_B -> sextB(a);
                                case SEXT_H -> sextH(a);
                                case ZEXT_H -> zextH(a);
                                case ROL -> rol(a, b);
                                case ROLW -> rolw(a, b);
                                case ROR -> ror(a, b);
                                case RORW -> rorw(a, b);
                                case RORI -> ror(a, imm);
                                case RORIW -> rorw(a, imm);
                                case ORC_B -> orcB(a);
                                case REV8 -> rev8(a);
                                case CLMUL -> clmul(a, b);
                                case CLMULH -> clmulh(a, b);
                                case CLMULR -> clmulr(a, b);
                                case BCLR -> bclr(a, b);
                                case BCLRI -> bclr(a, imm);
                                case BEXT -> bext(a, b);
                                case BEXTI -> bext(a, imm);
                                case BINV -> binv(a, b);
                                case BINVI -> binv(a, imm);
                                case BSET -> bset(a, b);
                                case BSETI -> bset(a, imm);
                                case CZERO_EQZ -> czeroEqz(a, b);
                                case CZERO_NEZ -> czeroNez(a, b);

                                case LB -> lb(m, a + imm);
                                case LH -> lh(m, a + imm);
                                case LW -> lw(m, a + imm);
                                case LD, FLD -> ld(m, a + imm);
                                case LBU -> lbu(m, a + imm);
                                case LHU -> lhu(m, a + imm);
                                case LWU -> lwu(m, a + imm);
                                case FLW -> flw(m, a + imm);
                                case SB -> sb(m, a + imm, b);
                                case SH -> sh(m, a + imm, b);
                                case SW, FSW -> sw(m, a + imm, b);
                                case SD, FSD -> sd(m, a + imm, b);

                                case BEQ -> target = beq(a, b) ? imm : NOT_TAKEN;
                                case BNE -> target = bne(a, b) ? imm : NOT_TAKEN;
                                case BLT -> target = blt(a, b) ? imm : NOT_TAKEN;
                                case BGE -> target = bge(a, b) ? imm : NOT_TAKEN;
                                case BLTU -> target = bltu(a, b) ? imm : NOT_TAKEN;
                                case BGEU -> target = bgeu(a, b) ? imm : NOT_TAKEN;
                                case JAL -> {
                                    target = imm;
                                    yield block.end;
                                }
                                case JALR -> {
                                    target = a + imm & ~1;
                                    yield block.end;
                                }

                                // Stores to code are noticed as they happen, so fence.i is none.
                                case FENCE, FENCE_I -> 0;
                                case ECALL, EBREAK, MRET, WFI, ILLEGAL ->
                                        throw block.trap(at / Row.CELLS);
                                default -> {
                                    long value = executeRare(block, at / Row.CELLS, steps);
                                    digest += sideEffects.take();
                                    yield value;
                                }
                            };
                    r[Row.rd(cell)] = result;
                    if (batch != null) {
                        digest += Digest.mix(result) * code[at + Row.WEIGHT];
                    }
                }

                boolean transfer = target != NOT_TAKEN;
                long pc = transfer ? target : block.end;
                steps += block.steps;
                blockCount++;
                boolean full = batch != null && !record(batch, block, digest, target, pc);
                Block next = transfer ? block.taken : block.next;
                if (next.entry != pc) {
                    next = blocks.recent(pc);
                    block.link(transfer, next);
                }
                if (steps >= stepLimit || full || next.entry != pc) {
                    hart.pc = pc;
                    hart.steps = steps;
                    hart.blocks = blockCount;
                    if (steps >= stepLimit) {
                        return Stop.LIMIT;
                    }
                    return full ? Stop.RECORDS_FULL : null;
                }
                block = next;
            }
        } catch (GuestTrap trap) {
            hart.steps = steps;
            hart.blocks = blockCount;
            hart.openDigest = digest;
            return stop(trap, block, at / Row.CELLS);
        }
    }

    private long executeRare(Block block, int row, long stepsBeforeBlock) {
        return switch (block.instruction(row).op().kind()) {
            case CSR -> csrs.execute(block, row, stepsBeforeBlock + row);
            case LR, SC, AMO -> atomics.execute(block, row);
            default -> floats.execute(block.instruction(row));
        };
    }

    /** Adds the record of a block whose effects but for the transfer are in {@code digest}. */
    private static boolean record(
            RecordBatch batch, Block block, long digest, long target, long pc) {
        if (target == NOT_TAKEN) {
            return batch.add(pc, digest, block.steps, 0);
        }
        long sum = digest + block.transferEffect(target);
        return block.turns(target)
                ? batch.add(pc, sum * Digest.TURN, block.steps, 1)
                : batch.add(pc, sum, block.steps, 0);
    }

    /** Hands back at the instruction in {@code row}, with the steps before it as open record. */
    private Stop stop(GuestTrap trap, Block block, int row) {
        hart.pc = block.pc(row);
        hart.steps += row;
        hart.openSteps = row;
        hart.openTurns = 0;
        if (trap.cause() == TrapCause.ECALL_FROM_U) {
            return Stop.ECALL;
        }
        hart.trapCause = trap.cause();
        hart.trapValue = trap.value();
        return trap.cause() == TrapCause.TIME_READ ? Stop.TIME : Stop.TRAP;
    }
}
