import static java.nio.file.Files.readString;
import static java.nio.file.Files.writeString;

import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import com.google.googlejavaformat.java.JavaFormatterOptions;
import com.google.googlejavaformat.java.JavaFormatterOptions.Style;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Formats every Java file below a folder, or checks that all are formatted: {@code java Format.java
 * check|apply FOLDER}. Run by Maven in a JVM of its own, because the formatter must run on a JDK
 * that knows the newest syntax.
 */
final class Format {
    private static final Formatter FORMATTER =
            new Formatter(JavaFormatterOptions.builder().style(Style.AOSP).build());

    public static void main(String[] arguments) throws IOException {
        boolean apply = arguments[0].equals("apply");
        List<Path> changed =
                sources(Path.of(arguments[1])).stream()
                        .parallel()
                        .filter(source -> changes(source, apply))
                        .toList();
        if (!apply && !changed.isEmpty()) {
            changed.forEach(source -> System.err.println("not formatted: " + source));
            System.err.println("To format all files: mvn -N -Pformat process-sources");
            System.exit(1);
        }
    }

    private static List<Path> sources(Path root) throws IOException {
        try (var files = Files.walk(root)) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> !root.relativize(file).toString().contains("target/"))
                    .toList();
        }
    }

    private static boolean changes(Path source, boolean apply) {
        try {
            String before = readString(source);
            String after = FORMATTER.formatSourceAndFixImports(before);
            if (apply && !before.equals(after)) {
                writeString(source, after);
            }
            return !before.equals(after);
        } catch (FormatterException e) {
            throw new IllegalStateException(source + ": cannot be parsed: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
