package dev.lockstep.recomp;

import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;

/** A static method that compiled code calls. */
record StaticCall(ClassDesc owner, String name, MethodTypeDesc type) {

    /** Returns the call of the only method of that name in {@code owner}. */
    static StaticCall of(Class<?> owner, String name) {
        List<Method> methods =
                Arrays.stream(owner.getDeclaredMethods())
                        .filter(candidate -> candidate.getName().equals(name))
                        .toList();
        if (methods.size() != 1) {
            // They come in no order, so that none of several could be relied on.
            throw new IllegalArgumentException(
                    "%s has %d methods named %s (expected: 1)"
                            .formatted(owner, methods.size(), name));
        }
        Method method = methods.getFirst();
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
