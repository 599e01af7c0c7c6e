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
 * @param name the field's name, equal to that of the field of {@link Guest} it is filled from
 */
record Field(String name, ClassDesc type) {
    static final Field HART = new Field("hart", Names.HART_TYPE);
    static final Field X = new Field("x", Names.REGISTER_FILE);
    static final Field F = new Field("f", Names.REGISTER_FILE);
    static final Field MEMORY = new Field("memory", Names.MEMORY_TYPE);
    static final Field RECORDS = new Field("records", Names.RECORDS_TYPE);

    private static final List<Field> ALL = List.of(HART, X, F, MEMORY, RECORDS);
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

    CodeBuilder push(CodeBuilder code) {
        return code.getstatic(Names.THIS_TYPE, name, type);
    }

    /**
     * Emits the fields and a class initializer that fills them from the class data, a {@link
     * Guest}.
     */
    static void emitAll(ClassBuilder type) {
        for (Field field : ALL) {
            type.withField(field.name, field.type, CONSTANT);
        }
        type.withMethodBody(
                ConstantDescs.CLASS_INIT_NAME,
                ConstantDescs.MTD_void,
                ClassFile.ACC_STATIC,
                Field::emitInitializer);
    }

    private static void emitInitializer(CodeBuilder code) {
        code.invokestatic(ConstantDescs.CD_MethodHandles, "lookup", MethodTypeDesc.of(LOOKUP))
                .ldc(ConstantDescs.DEFAULT_NAME)
                .ldc(Names.GUEST_TYPE);
        CLASS_DATA.emit(code).checkcast(Names.GUEST_TYPE).astore(0);
        for (Field field : ALL) {
            code.aload(0)
                    .getfield(Names.GUEST_TYPE, field.name, field.type)
                    .putstatic(Names.THIS_TYPE, field.name, field.type);
        }
        code.aload(0)
                .new_(Names.THIS_TYPE)
                .dup()
                .invokespecial(Names.THIS_TYPE, ConstantDescs.INIT_NAME, ConstantDescs.MTD_void)
                .invokevirtual(
                        Names.GUEST_TYPE,
                        "accept",
                        MethodTypeDesc.of(ConstantDescs.CD_void, Names.CODE_TYPE))
                .return_();
    }
}
