package dev.lockstep.recomp;

import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.List;

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

    private static final List<String> NAMES = List.of("Byte", "Short", "Int", "Long");
    private static final List<ClassDesc> WIDTHS =
            List.of(
                    ConstantDescs.CD_byte,
                    ConstantDescs.CD_short,
                    ConstantDescs.CD_int,
                    ConstantDescs.CD_long);

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

    /** Takes receiver and address, pushes the {@code width} bytes there as a long. */
    static void load(CodeBuilder code, int width) {
        MethodTypeDesc type = MethodTypeDesc.of(WIDTHS.get(log(width)), ConstantDescs.CD_long);
        code.invokevirtual(TYPE, "get" + NAMES.get(log(width)), type);
        if (width < Long.BYTES) {
            code.i2l();
        }
    }

    /** Takes receiver, address and a long, and stores its low {@code width} bytes. */
    static void store(CodeBuilder code, int width) {
        if (width < Long.BYTES) {
            code.l2i();
        }
        MethodTypeDesc type =
                MethodTypeDesc.of(
                        ConstantDescs.CD_void, ConstantDescs.CD_long, WIDTHS.get(log(width)));
        code.invokevirtual(TYPE, "put" + NAMES.get(log(width)), type);
    }

    private static int log(int width) {
        return Integer.numberOfTrailingZeros(width);
    }
}
