import java.io.IOException;
import java.io.OutputStream;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassElement;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassFile.DeadCodeOption;
import java.lang.classfile.ClassFile.StackMapsOption;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodModel;
import java.lang.classfile.MethodTransform;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collections;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Brings the classes of a jar, in place, to the oldest class file format that the JVM keeps in an
 * ahead-of-time cache: {@code java UpgradeClasses.java JAR}. Classes for Java 5 lack the stack maps
 * they would be verified by; to load them anew in every process takes a fifth of a second.
 */
final class UpgradeClasses {
    private final ClassFile format;

    private UpgradeClasses(JarFile jar) {
        ClassHierarchyResolver ofJar =
                ClassHierarchyResolver.ofResourceParsing(type -> {
                    // "Lpicocli/CommandLine;"
                    String name = type.descriptorString();
                    ZipEntry entry = jar.getEntry(name.substring(1, name.length() - 1) + ".class");
                    try {
                        return entry == null ? null : jar.getInputStream(entry);
                    } catch (IOException e) {
                        throw new IllegalStateException(jar.getName() + ": " + name, e);
                    }
                });
        format =
                ClassFile.of(
                        StackMapsOption.GENERATE_STACK_MAPS,
                        DeadCodeOption.PATCH_DEAD_CODE,
                        ClassHierarchyResolverOption.of(
                                ofJar.orElse(ClassHierarchyResolver.defaultResolver())));
    }

    public static void main(String[] arguments) throws IOException {
        Path file = Path.of(arguments[0]);
        Path upgraded = Path.of(arguments[0] + ".new");
        try (JarFile jar = new JarFile(file.toFile());
                OutputStream output = Files.newOutputStream(upgraded)) {
            new UpgradeClasses(jar).upgrade(jar, output);
        }
        // What has not changed keeps its time, by which others know that.
        if (Files.mismatch(file, upgraded) < 0) {
            Files.delete(upgraded);
        } else {
            Files.move(upgraded, file, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    private void upgrade(JarFile jar, OutputStream output) throws IOException {
        try (ZipOutputStream zip = new ZipOutputStream(output)) {
            for (ZipEntry entry : Collections.list(jar.entries())) {
                byte[] content = jar.getInputStream(entry).readAllBytes();
                ZipEntry copy = new ZipEntry(entry.getName());
                copy.setTime(entry.getTime());
                zip.putNextEntry(copy);
                zip.write(entry.getName().endsWith(".class") ? upgrade(content) : content);
                zip.closeEntry();
            }
        }
    }

    private byte[] upgrade(byte[] content) {
        ClassModel model = format.parse(content);
        if (model.majorVersion() >= ClassFile.JAVA_8_VERSION) {
            return content;
        }
        return format.transformClass(model, UpgradeClasses::upgrade);
    }

    private static void upgrade(ClassBuilder upgraded, ClassElement element) {
        switch (element) {
            case ClassFileVersion old -> upgraded.withVersion(ClassFile.JAVA_8_VERSION, 0);
            // Code that is built anew gets its stack maps.
            case MethodModel method ->
                    upgraded.transformMethod(
                            method, MethodTransform.transformingCode(CodeTransform.ACCEPT_ALL));
            default -> upgraded.with(element);
        }
    }
}
