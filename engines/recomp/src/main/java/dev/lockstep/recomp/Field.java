package dev.lockstep.recomp;

import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;
import java.util.List;

/**
 * The static final fields of a compiled class. They bind it to its guest, and being final they are
 * constants to the JVM's compiler.
 *
 * @param name the field's name, equal to that of the field of {@link Binding} it is filled from
 * @param source the type of the latter
 */
record Field(String name, ClassDesc type, ClassDesc source) {
    static final Field GUEST = new Field("guest", Names.GUEST_TYPE);
    static final Field HART = new Field("hart", Names.HART_TYPE);
    static final Field X = new Field("x", Names.REGISTER_FILE);
    static final Field F = new Field("f", Names.REGISTER_FILE);
    static final Field MEMORY = new Field("memory", Names.MEMORY_TYPE);
    static final Field WINDOW = new Field("window", Names.WINDOW_TYPE);
    static final Field RECORDS = new Field("records", Names.RECORDS_TYPE);
    static final Field FLAGS = new Field("flags", describe(byte[].class));
    static final Field HOST = new Field("host", HostMemory.TYPE, ConstantDescs.CD_Object);
    static final Field TRAPS = new Field("traps", Names.TRAPS_TYPE);

    private static final List<Field> ALL =
            List.of(GUEST, HART, X, F, MEMORY, WINDOW, RECORDS, FLAGS, HOST, TRAPS);
    private static final int CONSTANT =
            ClassFile.ACC_PRIVATE | ClassFile.ACC_STATIC | ClassFile.ACC_FINAL;
    private static final ClassDesc LOOKUP = ConstantDescs.CD_MethodHandles_Lookup;
    private static final StaticCall CLASS_DATA =
            StaticCall.of(
                    MethodHandles.class,
                    "classData",
                    Object.class,
                    MethodHandles.Lookup.class,
                    String.class,
                    Class.class);

    private Field(String name, ClassDesc type) {
        this(name, type, type);
    }

    private static ClassDesc describe(Class<?> type) {
        return type.describeConstable().orElseThrow();
    }

    CodeBuilder push(CodeBuilder code) {
        return code.getstatic(Names.THIS_TYPE, name, type);
    }

    /** Returns the field of a call site. */
    static Field call(int number) {
        return new Field("call" + number, Names.CALL_TYPE);
    }

    /**
     * Emits the fields and a class initializer that fills them from the class data, a {@link
     * Binding}.
     */
    static void emitAll(ClassBuilder type, int callCount) {
        for (Field field : ALL) {
            type.withField(field.name, field.type, CONSTANT);
        }
        for (int number = 0; number < callCount; number++) {
            type.withField(call(number).name, Names.CALL_TYPE, CONSTANT);
        }
        type.withMethodBody(
                ConstantDescs.CLASS_INIT_NAME,
                ConstantDescs.MTD_void,
                ClassFile.ACC_STATIC,
                code -> emitInitializer(code, callCount));
    }

    private static void emitInitializer(CodeBuilder code, int callCount) {
        code.invokestatic(ConstantDescs.CD_MethodHandles, "lookup", MethodTypeDesc.of(LOOKUP))
                .ldc(ConstantDescs.DEFAULT_NAME)
                .ldc(Names.BINDING_TYPE);
        CLASS_DATA.emit(code).checkcast(Names.BINDING_TYPE).astore(0);
        for (Field field : ALL) {
            code.aload(0)
                    .getfield(Names.BINDING_TYPE, field.name, field.source)
                    .checkcast(field.type)
                    .putstatic(Names.THIS_TYPE, field.name, field.type);
        }
        MethodTypeDesc callType = MethodTypeDesc.of(Names.CALL_TYPE, ConstantDescs.CD_int);
        for (int number = 0; number < callCount; number++) {
            code.aload(0)
                    .loadConstant(number)
                    .invokevirtual(Names.BINDING_TYPE, "call", callType)
                    .putstatic(Names.THIS_TYPE, call(number).name, Names.CALL_TYPE);
        }
        code.aload(0)
                .new_(Names.THIS_TYPE)
                .dup()
                .invokespecial(Names.THIS_TYPE, ConstantDescs.INIT_NAME, ConstantDescs.MTD_void)
                .invokevirtual(
                        Names.BINDING_TYPE,
                        "accept",
                        MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_Object))
                .return_();
    }
}
