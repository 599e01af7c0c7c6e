package dev.lockstep.recomp;

import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;

/** Emits accesses to guest memory; the memory itself is below their operands on the stack. */
final class MemoryAccess {
    private MemoryAccess() {}

    /** Takes memory and address, pushes what is there, sign-extended. */
    static void load(CodeBuilder code, int width) {
        switch (width) {
            case Byte.BYTES -> load(code, "loadByte", ConstantDescs.CD_byte).i2l();
            case Short.BYTES -> load(code, "loadShort", ConstantDescs.CD_short).i2l();
            case Integer.BYTES -> load(code, "loadInt", ConstantDescs.CD_int).i2l();
            case Long.BYTES -> load(code, "loadLong", ConstantDescs.CD_long);
            default -> throw new IllegalArgumentException("width: " + width);
        }
    }

    /** Takes memory, address and value. */
    static void store(CodeBuilder code, int width) {
        switch (width) {
            case Byte.BYTES -> store(code.l2i().i2b(), "storeByte", ConstantDescs.CD_byte);
            case Short.BYTES -> store(code.l2i().i2s(), "storeShort", ConstantDescs.CD_short);
            case Integer.BYTES -> store(code.l2i(), "storeInt", ConstantDescs.CD_int);
            case Long.BYTES -> store(code, "storeLong", ConstantDescs.CD_long);
            default -> throw new IllegalArgumentException("width: " + width);
        }
    }

    private static CodeBuilder load(CodeBuilder code, String name, ClassDesc type) {
        return code.invokevirtual(
                Names.MEMORY_TYPE, name, MethodTypeDesc.of(type, ConstantDescs.CD_long));
    }

    private static void store(CodeBuilder code, String name, ClassDesc type) {
        MethodTypeDesc signature =
                MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_long, type);
        code.invokevirtual(Names.MEMORY_TYPE, name, signature);
    }
}
