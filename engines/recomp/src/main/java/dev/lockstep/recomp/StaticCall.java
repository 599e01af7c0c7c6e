package dev.lockstep.recomp;

import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.util.Arrays;

/** A static method that compiled code calls. */
record StaticCall(ClassDesc owner, String name, MethodTypeDesc type) {

    /** Returns the call of the only method of that name in {@code owner}. */
    static StaticCall of(Class<?> owner, String name) {
        Method method =
                Arrays.stream(owner.getDeclaredMethods())
                        .filter(candidate -> candidate.getName().equals(name))
                        .findAny()
                        .orElseThrow(() -> new IllegalArgumentException(owner + " has no " + name));
        return of(owner, name, method.getReturnType(), method.getParameterTypes());
    }

    static StaticCall of(Class<?> owner, String name, Class<?> result, Class<?>... parameters) {
        return new StaticCall(
                owner.describeConstable().orElseThrow(),
                name,
                MethodType.methodType(result, parameters).describeConstable().orElseThrow());
    }

    CodeBuilder emit(CodeBuilder code) {
        return code.invokestatic(owner, name, type);
    }
}
