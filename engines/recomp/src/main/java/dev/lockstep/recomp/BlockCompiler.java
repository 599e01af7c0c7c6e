package dev.lockstep.recomp;

import dev.lockstep.riscv.block.GuestBlock;

import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.instruction.SwitchCase;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;
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
    private final ClassFile classFile =
            ClassFile.of(
                    ClassFile.DebugElementsOption.DROP_DEBUG,
                    ClassFile.LineNumbersOption.DROP_LINE_NUMBERS);
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
                            var frame = new BlockFrame(code, faulty, guest.isRecorded(), true);
                            new FaultyEmitter(code, frame, fault, faultyIndex).emitBlock();
                        });
        return new CompiledBlock(block, made, 0);
    }

    private void emitBlock(CodeBuilder code, GuestBlock block) {
        var frame = new BlockFrame(code, block, guest.isRecorded(), false);
        new Emitter(code, frame).emitBlock();
    }

    long compiledBlocks() {
        return compiledBlocks;
    }

    private CompiledCode define(
            List<GuestBlock> blocks, BiConsumer<CodeBuilder, GuestBlock> bodies) {
        byte[] bytes = classFile.build(Names.THIS_TYPE, type -> emitClass(type, blocks, bodies));
        try {
            MethodHandles.lookup().defineHiddenClassWithClassData(bytes, guest, true);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException("a class of this package cannot be defined", e);
        }
        return guest.takeDefined();
    }

    private static void emitClass(
            ClassBuilder type,
            List<GuestBlock> blocks,
            BiConsumer<CodeBuilder, GuestBlock> bodies) {
        type.withFlags(ClassFile.ACC_FINAL | ClassFile.ACC_SUPER).withSuperclass(Names.CODE_TYPE);
        Field.emitAll(type);
        type.withMethodBody(
                ConstantDescs.INIT_NAME,
                ConstantDescs.MTD_void,
                ClassFile.ACC_PRIVATE,
                BlockCompiler::emitConstructor);
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

    private static void emitConstructor(CodeBuilder code) {
        code.aload(0)
                .invokespecial(Names.CODE_TYPE, ConstantDescs.INIT_NAME, ConstantDescs.MTD_void)
                .return_();
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
