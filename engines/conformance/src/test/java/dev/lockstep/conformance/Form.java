package dev.lockstep.conformance;

import dev.lockstep.isa.Disassembler;
import dev.lockstep.isa.Instruction;
import dev.lockstep.isa.Op;

import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Predicate;

/**
 * One way to write an instruction.
 *
 * @param compressed all encodings of a compressed form, none of a base instruction
 */
record Form(String name, Op op, List<Instruction> compressed) {
    private static final int MAX_ATTEMPTS = 300;

    /** Returns the name of the form that an instruction has, such as c.addi or addi. */
    static String nameOf(Instruction instruction) {
        return instruction.length() == Short.BYTES
                ? Disassembler.text(instruction, 0).split(" ", 2)[0]
                : instruction.op().mnemonic();
    }

    boolean isCompressed() {
        return !compressed.isEmpty();
    }

    /** Returns an encoding that is fit, unless these are too rare to be found. */
    Optional<Instruction> any(Random random, Predicate<Instruction> isFit) {
        return random.ints(MAX_ATTEMPTS, 0, compressed.size())
                .mapToObj(compressed::get)
                .filter(isFit)
                .findFirst();
    }

    /** Returns the encoding that is wanted. */
    Instruction only(Predicate<Instruction> isWanted) {
        return compressed.stream().filter(isWanted).findFirst().orElseThrow();
    }
}
