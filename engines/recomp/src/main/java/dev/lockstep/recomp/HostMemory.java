package dev.lockstep.recomp;

import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;

/**
 * Emits plain accesses to the host's memory: no bounds, no checks, for addresses that compiled code
 * has checked itself.
 *
 * <p>By {@code sun.misc.Unsafe}: HotSpot makes one instruction of it in both of its compilers,
 * where a memory segment costs the second one an eighth of its speed and most of its time, and the
 * first one a dozen calls (ADR 11). Named by reflection, since the Java compiler warns of it.
 */
final class HostMemory {
    static final ClassDesc TYPE = ClassDesc.of("sun.misc.Unsafe");

    private HostMemory() {}

    /** Returns what the accesses are called on, of {@link #TYPE}. */
    static Object receiver() {
        try {
            var field = Class.forName("sun.misc.Unsafe").getDeclaredField("theUnsafe");
            field.setAccessible(true);
            return field.get(null);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("no sun.misc.Unsafe (expected: JDK 25)", e);
        }
    }

    /** Takes receiver and address, pushes the bytes there as a long. */
    static void load(CodeBuilder code, AccessWidth width) {
        MethodTypeDesc type = MethodTypeDesc.of(width.type(), ConstantDescs.CD_long);
        code.invokevirtual(TYPE, "get" + width.javaName, type);
        if (width.isBelowLong()) {
            code.i2l();
        }
    }

    /** Takes receiver, address and a long, and stores its low bytes. */
    static void store(CodeBuilder code, AccessWidth width) {
        if (width.isBelowLong()) {
            code.l2i();
        }
        MethodTypeDesc type =
                MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_long, width.type());
        code.invokevirtual(TYPE, "put" + width.javaName, type);
    }
}
