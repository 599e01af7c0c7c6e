package dev.lockstep.interp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.MethodModel;
import java.lang.classfile.attribute.CodeAttribute;
import java.util.ArrayList;
import java.util.List;

final class HotMethodTest {
    /** HotSpot's HugeMethodLimit: a method of this many bytes is interpreted for ever. */
    private static final int LIMIT_BYTES = 8000;

    @Test
    void everyMethodIsSmallEnoughToBeCompiled() throws IOException {
        List<Class<?>> types = new ArrayList<>();
        types.addAll(List.of(Interpreter.class, Core.class, FloatUnit.class, SoftFloat.class));
        types.addAll(List.of(FreeNodes.class.getDeclaredClasses()));
        types.addAll(List.of(CommitNodes.class.getDeclaredClasses()));
        types.addAll(List.of(FullNodes.class.getDeclaredClasses()));
        assertThat(types).hasSizeGreaterThan(3 * NodePatterns.NAMES.size());
        for (Class<?> type : types) {
            for (MethodModel method : methods(type)) {
                assertThat(codeBytes(method))
                        .as("%s.%s", type.getName(), method.methodName().stringValue())
                        .isLessThan(LIMIT_BYTES);
            }
        }
    }

    private static List<MethodModel> methods(Class<?> type) throws IOException {
        try (InputStream code =
                type.getResourceAsStream("/" + type.getName().replace('.', '/') + ".class")) {
            assertThat(code).isNotNull();
            return ClassFile.of().parse(code.readAllBytes()).methods();
        }
    }

    private static int codeBytes(MethodModel method) {
        return method.code().map(code -> ((CodeAttribute) code).codeLength()).orElse(0);
    }
}
