package dev.lockstep.recomp;

import dev.lockstep.riscv.block.GuestBlock;

import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.instruction.SwitchCase;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;

/**
 * Makes a hidden class of a few guest blocks: a static method for each, and {@link
 * CompiledCode#run} to choose one.
 */
final class BlockCompiler {
    private static final MethodTypeDesc BLOCK_TYPE = MethodTypeDesc.of(ConstantDescs.CD_int);
    private static final MethodTypeDesc RUN_TYPE =
            MethodTypeDesc.of(ConstantDescs.CD_int, ConstantDescs.CD_int);

    private final Guest guest;
    private long compiledBlocks;

    BlockCompiler(Guest guest) {
        this.guest = guest;
    }

    /** Returns the blocks, ready to be executed, in the same order. */
    List<CompiledBlock> compile(List<GuestBlock> blocks) {
        CompiledCode code = define(blocks, this::emitBlock);
        compiledBlocks += blocks.size();
        return IntStream.range(0, blocks.size())
                .mapToObj(index -> new CompiledBlock(blocks.get(index), code, index))
                .toList();
    }

    /** Returns the block compiled with a fault in one of its instructions. */
    CompiledBlock compile(GuestBlock block, Fault fault, int faultyIndex) {
        CompiledCode made =
                define(
                        List.of(block),
                        (code, faulty) -> {
                            var frame = new BlockFrame(code, faulty, guest.recording, true);
                            var emitter = new FaultyEmitter(code, frame, fault, faultyIndex);
                            frame.emit(emitter::emitBlock);
                        });
        return new CompiledBlock(block, made, 0);
    }

    private void emitBlock(CodeBuilder code, GuestBlock block) {
        var frame = new BlockFrame(code, block, guest.recording, false);
        frame.emit(new Emitter(code, frame)::emitBlock);
    }

    long compiledBlocks() {
        return compiledBlocks;
    }

    private CompiledCode define(
            List<GuestBlock> blocks, BiConsumer<CodeBuilder, GuestBlock> bodies) {
        return (CompiledCode)
                CodeClass.define(
                        Names.CODE_TYPE,
                        new Binding(guest),
                        type -> emitMethods(type, blocks, bodies));
    }

    private static void emitMethods(
            ClassBuilder type,
            List<GuestBlock> blocks,
            BiConsumer<CodeBuilder, GuestBlock> bodies) {
        type.withMethodBody(
                "run", RUN_TYPE, ClassFile.ACC_FINAL, code -> emitRun(code, blocks.size()));
        for (int index = 0; index < blocks.size(); index++) {
            GuestBlock block = blocks.get(index);
            type.withMethodBody(
                    blockName(index),
                    BLOCK_TYPE,
                    ClassFile.ACC_PRIVATE | ClassFile.ACC_STATIC,
                    code -> bodies.accept(code, block));
        }
    }

    private static void emitRun(CodeBuilder code, int blockCount) {
        List<SwitchCase> cases = new ArrayList<>();
        for (int index = 1; index < blockCount; index++) {
            cases.add(SwitchCase.of(index, code.newLabel()));
        }
        Label first = code.newLabel();
        if (!cases.isEmpty()) {
            code.iload(1).tableswitch(1, blockCount - 1, first, cases);
        }
        code.labelBinding(first).invokestatic(Names.THIS_TYPE, blockName(0), BLOCK_TYPE).ireturn();
        for (SwitchCase other : cases) {
            code.labelBinding(other.target())
                    .invokestatic(Names.THIS_TYPE, blockName(other.caseValue()), BLOCK_TYPE)
                    .ireturn();
        }
    }

    private static String blockName(int index) {
        return "block" + index;
    }
}
