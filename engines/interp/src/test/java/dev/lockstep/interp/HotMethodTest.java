package dev.lockstep.interp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.MethodModel;
import java.lang.classfile.attribute.CodeAttribute;
import java.util.List;

final class HotMethodTest {
    /** HotSpot's HugeMethodLimit: a method of this many bytes is interpreted for ever. */
    private static final int LIMIT_BYTES = 8000;

    @Test
    void everyMethodIsSmallEnoughToBeCompiled() throws IOException {
        for (Class<?> type : new Class<?>[] {Interpreter.class, FloatUnit.class, SoftFloat.class}) {
            for (MethodModel method : methods(type)) {
                assertThat(codeBytes(method))
                        .as("%s.%s", type.getSimpleName(), method.methodName().stringValue())
                        .isLessThan(LIMIT_BYTES);
            }
        }
    }

    @Test
    void theHotMethodHasRoomForMoreInstructions() throws IOException {
        int bytes =
                methods(Interpreter.class).stream()
                        .filter(method -> method.methodName().equalsString("execute"))
                        .mapToInt(HotMethodTest::codeBytes)
                        .sum();
        assertThat(bytes).isBetween(1, LIMIT_BYTES / 2);
    }

    private static List<MethodModel> methods(Class<?> type) throws IOException {
        try (InputStream code = type.getResourceAsStream(type.getSimpleName() + ".class")) {
            assertThat(code).isNotNull();
            return ClassFile.of().parse(code.readAllBytes()).methods();
        }
    }

    private static int codeBytes(MethodModel method) {
        return method.code().map(code -> ((CodeAttribute) code).codeLength()).orElse(0);
    }
}
