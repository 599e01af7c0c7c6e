package dev.lockstep.conformance;

import dev.lockstep.isa.Instruction;
import dev.lockstep.isa.Op;

import java.util.List;
import java.util.Random;

/** Adds branches, jumps, loops and calls around other code. All of them come to an end. */
final class Transfers {
    private static final List<Op> BRANCHES =
            List.of(Op.BEQ, Op.BNE, Op.BLT, Op.BGE, Op.BLTU, Op.BGEU);
    private static final int MAX_ROUNDS = 4;
    private static final int RA = 1;
    private static final int WORD = Integer.BYTES;

    private final Vocabulary vocabulary;
    private final Draft draft;
    private final Random random;

    Transfers(Vocabulary vocabulary, Draft draft) {
        this.vocabulary = vocabulary;
        this.draft = draft;
        random = draft.random;
    }

    /** Executes the body, or not. */
    void addBranch(Runnable body) {
        if (random.nextInt(3) == 0) {
            addCompressedBranch(body);
            return;
        }
        Op op = BRANCHES.get(random.nextInt(BRANCHES.size()));
        int left = draft.anyRegister();
        int right = rightOperand(left);
        int branch = draft.skip(WORD);
        body.run();
        draft.put(branch, op, 0, left, right, draft.position() - branch);
    }

    private int rightOperand(int left) {
        return switch (random.nextInt(6)) {
            case 0 -> left;
            case 1 -> 0;
            default -> draft.anyRegister();
        };
    }

    private void addCompressedBranch(Runnable body) {
        Form form = vocabulary.form(random.nextBoolean() ? "c.beqz" : "c.bnez");
        int register = random.nextInt(8, 16);
        int branch = draft.skip(Short.BYTES);
        body.run();
        int distance = draft.position() - branch;
        draft.putCompressed(branch, form.only(i -> i.rs1() == register && i.imm() == distance));
    }

    /** Passes over the body. */
    void addJump(Runnable body) {
        switch (random.nextInt(5)) {
            case 0 -> addCompressedJump(body);
            case 1 -> addIndirectJump(body);
            case 2 -> addCompressedIndirectJump("c.jr", body);
            case 3 -> {
                if (draft.isKept(RA)) {
                    addDirectJump(body);
                } else {
                    addCompressedIndirectJump("c.jalr", body);
                }
            }
            default -> addDirectJump(body);
        }
    }

    private void addDirectJump(Runnable body) {
        int link = draft.destination();
        int jump = draft.skip(WORD);
        body.run();
        draft.put(jump, Op.JAL, link, 0, 0, draft.position() - jump);
    }

    private void addCompressedJump(Runnable body) {
        int jump = draft.skip(Short.BYTES);
        body.run();
        draft.putCompressed(jump, compressedJump(draft.position() - jump));
    }

    private Instruction compressedJump(int distance) {
        return vocabulary.form("c.j").only(i -> i.imm() == distance);
    }

    /** The lowest bit of a target does not count. */
    private void addIndirectJump(Runnable body) {
        int pointer = draft.freeRegister();
        int link = random.nextInt(4) == 0 ? pointer : draft.destination();
        int start = draft.position();
        draft.add(Op.AUIPC, pointer, 0, 0, 0);
        int jump = draft.skip(WORD);
        body.run();
        int distance = draft.position() - start + random.nextInt(2);
        draft.put(jump, Op.JALR, link, pointer, 0, distance);
    }

    private void addCompressedIndirectJump(String name, Runnable body) {
        int pointer = draft.freeRegister();
        int start = draft.position();
        draft.add(Op.AUIPC, pointer, 0, 0, 0);
        int addition = draft.skip(WORD);
        draft.add(vocabulary.form(name).only(i -> i.rs1() == pointer));
        body.run();
        int distance = draft.position() - start;
        draft.put(addition, Op.ADDI, pointer, pointer, 0, distance);
    }

    /** Executes the body a few times. */
    void addLoop(Runnable body) {
        int counter = draft.freeRegister();
        int rounds = 1 + random.nextInt(MAX_ROUNDS);
        draft.add(Op.ADDI, counter, 0, 0, rounds);
        if (random.nextInt(3) == 0) {
            draft.keeping(counter, () -> addLoopWithTestAtTop(counter, body));
        } else {
            draft.keeping(counter, () -> addLoopWithTestAtEnd(counter, body));
        }
    }

    private void addLoopWithTestAtEnd(int counter, Runnable body) {
        int start = draft.position();
        body.run();
        draft.add(Op.ADDI, counter, counter, 0, -1);
        int distance = start - draft.position();
        switch (random.nextInt(6)) {
            case 0 -> draft.add(Op.BLT, 0, 0, counter, distance);
            case 1 -> draft.add(Op.BLTU, 0, 0, counter, distance);
            case 2 -> draft.add(Op.BGE, 0, counter, 0, distance);
            case 3 -> addCompressedLoopEnd(counter, distance);
            default -> draft.add(Op.BNE, 0, counter, 0, distance);
        }
    }

    private void addCompressedLoopEnd(int counter, int distance) {
        if (counter < 8 || counter > 15) {
            draft.add(Op.BNE, 0, 0, counter, distance);
            return;
        }
        draft.add(vocabulary.form("c.bnez").only(i -> i.rs1() == counter && i.imm() == distance));
    }

    private void addLoopWithTestAtTop(int counter, Runnable body) {
        int branch = draft.skip(WORD);
        body.run();
        draft.add(Op.ADDI, counter, counter, 0, -1);
        addJumpBack(branch);
        draft.put(branch, Op.BEQ, 0, counter, 0, draft.position() - branch);
    }

    private void addJumpBack(int start) {
        int distance = start - draft.position();
        switch (random.nextInt(3)) {
            case 0 -> draft.add(Op.JAL, draft.destination(), 0, 0, distance);
            case 1 -> draft.add(compressedJump(distance));
            default -> {
                int pointer = draft.freeRegister();
                draft.add(Op.AUIPC, pointer, 0, 0, 0);
                draft.add(Op.JALR, draft.destination(), pointer, 0, distance);
            }
        }
    }

    /** Makes the body a function and calls it. */
    void addCalls(Runnable body) {
        int link = draft.isKept(RA) || random.nextInt(3) == 0 ? draft.freeRegister() : RA;
        int over = draft.skip(WORD);
        int function = draft.position();
        draft.keeping(link, body);
        addReturn(link);
        draft.put(over, Op.JAL, 0, 0, 0, draft.position() - over);
        for (int calls = 1 + random.nextInt(2); calls > 0; calls--) {
            addCall(link, function);
        }
    }

    private void addReturn(int link) {
        if (random.nextBoolean()) {
            draft.add(vocabulary.form("c.jr").only(i -> i.rs1() == link));
        } else {
            draft.add(Op.JALR, draft.destination(), link, 0, 0);
        }
    }

    private void addCall(int link, int function) {
        int distance = function - draft.position();
        if (random.nextBoolean()) {
            draft.add(Op.JAL, link, 0, 0, distance);
        } else {
            draft.add(Op.AUIPC, link, 0, 0, 0);
            draft.add(Op.JALR, link, link, 0, distance);
        }
    }
}
