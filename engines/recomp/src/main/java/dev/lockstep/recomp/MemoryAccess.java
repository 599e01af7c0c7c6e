package dev.lockstep.recomp;

import dev.lockstep.riscv.memory.MemoryWindow;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.stream.Stream;

/**
 * Emits accesses to guest memory: as calls that take every care, or laid out in full, which HotSpot
 * compiles best but leaves to the caller what to do where care is needed.
 */
final class MemoryAccess {
    private static final List<StaticCall> LOAD = calls("load");
    private static final List<StaticCall> STORE = calls("store");
    private static final ClassDesc SEGMENT = MemorySegment.class.describeConstable().orElseThrow();
    private static final List<ClassDesc> TYPES =
            List.of(
                    ConstantDescs.CD_byte,
                    ConstantDescs.CD_short,
                    ConstantDescs.CD_int,
                    ConstantDescs.CD_long);
    private static final List<Field> LAYOUTS =
            List.of(Field.BYTE, Field.SHORT, Field.INT, Field.LONG);

    private MemoryAccess() {}

    private static List<StaticCall> calls(String verb) {
        return Stream.of("Byte", "Short", "Int", "Long")
                .map(type -> StaticCall.of(MemoryWindow.class, verb + type))
                .toList();
    }

    private static int log(int width) {
        return Integer.numberOfTrailingZeros(width);
    }

    /** Takes the address, pushes what is there, sign-extended. */
    static void load(CodeBuilder code, int width) {
        LOAD.get(log(width)).emit(Field.WINDOW.push(code));
    }

    /** Takes address and value, pushes an int that is not 0 if the store reached watched code. */
    static void store(CodeBuilder code, int width) {
        STORE.get(log(width)).emit(Field.WINDOW.push(code));
    }

    /**
     * Pushes what is at the address in a local, sign-extended, or branches where care is needed.
     */
    static void loadOr(Label careful, CodeBuilder code, int width, int addressSlot, long base) {
        pushFlags(careful, code, width, addressSlot);
        code.loadConstant(MemoryWindow.LOADABLE).iand().ifeq(careful);
        ClassDesc type = TYPES.get(log(width));
        Field layout = pushHost(code, width, addressSlot, base);
        code.invokeinterface(
                SEGMENT, "get", MethodTypeDesc.of(type, layout.type(), ConstantDescs.CD_long));
        if (width < Long.BYTES) {
            code.i2l();
        }
    }

    /** Stores the low bytes of a value, or branches where care is needed. */
    static void storeOr(
            Label careful, CodeBuilder code, int width, int addressSlot, int valueSlot, long base) {
        pushFlags(careful, code, width, addressSlot);
        code.ifge(careful);
        ClassDesc type = TYPES.get(log(width));
        Field layout = pushHost(code, width, addressSlot, base);
        code.lload(valueSlot);
        if (width < Long.BYTES) {
            code.l2i();
        }
        code.invokeinterface(
                SEGMENT,
                "set",
                MethodTypeDesc.of(
                        ConstantDescs.CD_void, layout.type(), ConstantDescs.CD_long, type));
    }

    /** Pushes the flags of the page, once the address is aligned and inside the window. */
    private static void pushFlags(Label careful, CodeBuilder code, int width, int addressSlot) {
        code.lload(addressSlot)
                .loadConstant(MemoryWindow.OUTSIDE | (width - 1))
                .land()
                .lconst_0()
                .lcmp()
                .ifne(careful);
        Field.FLAGS.push(code);
        code.lload(addressSlot).l2i().loadConstant(MemoryWindow.PAGE_SHIFT).iushr().baload();
    }

    /** Pushes segment, layout and address; the mask changes nothing but tells HotSpot the range. */
    private static Field pushHost(CodeBuilder code, int width, int addressSlot, long base) {
        Field layout = LAYOUTS.get(log(width));
        Field.HOST.push(code);
        layout.push(code)
                .lload(addressSlot)
                .loadConstant(~MemoryWindow.OUTSIDE)
                .land()
                .loadConstant(base)
                .ladd();
        return layout;
    }
}
