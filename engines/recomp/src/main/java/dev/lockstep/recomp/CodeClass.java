package dev.lockstep.recomp;

import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.invoke.MethodHandles;
import java.util.function.Consumer;

/** Defines a hidden class of compiled code, bound to its guest, and makes its only instance. */
final class CodeClass {
    private static final ClassFile FORMAT =
            ClassFile.of(
                    ClassFile.DebugElementsOption.DROP_DEBUG,
                    ClassFile.LineNumbersOption.DROP_LINE_NUMBERS);

    private CodeClass() {}

    /**
     * Returns the instance.
     *
     * @param methods adds the methods
     */
    static Object define(ClassDesc superclass, Binding binding, Consumer<ClassBuilder> methods) {
        byte[] bytes =
                FORMAT.build(
                        Names.THIS_TYPE,
                        type -> {
                            type.withFlags(ClassFile.ACC_FINAL | ClassFile.ACC_SUPER);
                            type.withSuperclass(superclass);
                            type.withMethodBody(
                                    ConstantDescs.INIT_NAME,
                                    ConstantDescs.MTD_void,
                                    ClassFile.ACC_PRIVATE,
                                    code -> emitConstructor(code, superclass));
                            methods.accept(type);
                            // The methods decide how many call sites there are.
                            Field.emitAll(type, binding.callCount());
                        });
        try {
            MethodHandles.lookup().defineHiddenClassWithClassData(bytes, binding, true);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException("a class of this package cannot be defined", e);
        }
        return binding.defined();
    }

    private static void emitConstructor(CodeBuilder code, ClassDesc superclass) {
        code.aload(0)
                .invokespecial(superclass, ConstantDescs.INIT_NAME, ConstantDescs.MTD_void)
                .return_();
    }
}
