package dev.lockstep.cli.bundle;

import dev.lockstep.cli.text.Words;
import dev.lockstep.server.run.ConfigException;
import dev.lockstep.server.run.InputRecord;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Packs a bundle: a zip file with a manifest that people can read. */
public final class BundleWriter {
    static final String HEAD = "lockstep bundle 1";
    static final String MANIFEST = "manifest.txt";
    static final String OPTIONS = "options: ";
    static final String ARGUMENTS = "arguments: ";
    static final String NAME = "program: ";
    static final String PROGRAM = "program";
    static final String GUEST_NAME = "argv0: ";
    static final String INPUTS = "inputs";
    static final String INPUT = "stdin";
    static final String PROFILE = "profile.yaml";
    static final String SYSROOT = "sysroot/";
    static final String REPORT = "report.json";

    /** Packed libraries, in total. A sysroot of more is a whole system, and is left out. */
    private static final long MAX_LIBRARY_BYTES = 256L << 20;

    private static final int MAX_DEPTH = 8;
    private static final Pattern LIBRARY = Pattern.compile(".*\\.so(\\.[0-9.]+)?");

    private final Contents contents;
    private final List<String> lacks = new ArrayList<>();

    private BundleWriter(Contents contents) {
        this.contents = contents;
        lacks.addAll(contents.lacks());
    }

    /**
     * Writes a bundle.
     *
     * @return what it lacks, a line each
     */
    public static List<String> write(Contents contents, OutputStream out) throws IOException {
        BundleWriter writer = new BundleWriter(contents);
        writer.write(out);
        return List.copyOf(writer.lacks);
    }

    private void write(OutputStream out) throws IOException {
        List<Path> libraries = libraries();
        noteLacks();
        ZipOutputStream zip = new ZipOutputStream(out);
        entry(zip, MANIFEST, manifest().getBytes(StandardCharsets.UTF_8));
        entry(zip, REPORT, contents.report().getBytes(StandardCharsets.UTF_8));
        file(zip, PROGRAM, contents.program());
        if (contents.inputs() != null) {
            entry(zip, INPUTS, contents.inputs().toBytes());
        }
        if (contents.input() != null) {
            file(zip, INPUT, contents.input());
        }
        if (contents.profile() != null) {
            file(zip, PROFILE, contents.profile());
        }
        for (Path library : libraries) {
            file(zip, SYSROOT + root().relativize(library), library);
        }
        zip.finish();
    }

    /** Entries have no times, so that equal runs give equal bundles. */
    private static void entry(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
        zip.putNextEntry(timeless(name));
        zip.write(bytes);
        zip.closeEntry();
    }

    private static void file(ZipOutputStream zip, String name, Path file) throws IOException {
        zip.putNextEntry(timeless(name));
        Files.copy(file, zip);
        zip.closeEntry();
    }

    private static ZipEntry timeless(String name) {
        ZipEntry entry = new ZipEntry(name);
        entry.setTime(0);
        return entry;
    }

    private String manifest() {
        List<String> lines = new ArrayList<>();
        lines.add(HEAD);
        lines.addAll(contents.about());
        lines.add("command: " + contents.command());
        lines.add(NAME + fileName());
        lines.add(GUEST_NAME + contents.name());
        lines.add(OPTIONS + Words.join(contents.options()));
        lines.add(ARGUMENTS + Words.join(contents.arguments()));
        lacks.forEach(what -> lines.add("lacks: " + what));
        return String.join("\n", lines.stream().map(BundleWriter::oneLine).toList()) + "\n";
    }

    /** A name with a line feed must not look like another line; quotes keep it one word. */
    private static String oneLine(String line) {
        if (line.contains("\n") || line.contains("\r")) {
            throw new ConfigException(
                    "'%s' contains a line end, which a bundle cannot keep".formatted(line));
        }
        return line;
    }

    private String fileName() {
        return String.valueOf(contents.program().getFileName());
    }

    private void noteLacks() {
        InputRecord inputs = contents.inputs();
        if (inputs != null) {
            inputs.leftOutStep()
                    .ifPresent(step ->
                            lacks.add(
                                    "the inputs from step %d on: it can be run up to there"
                                            .formatted(step)));
            return;
        }
        lacks.add(
                "recorded inputs, which the log keeps of runs that diverged and of those with"
                        + " --keep-inputs: files, times and random numbers are those of where it is"
                        + " run");
        if (contents.input() == null) {
            lacks.add("standard input: the run had no --stdin FILE; it will be empty");
        }
    }

    private Path root() {
        Path sysroot = contents.sysroot();
        return sysroot == null ? Path.of("") : sysroot;
    }

    private List<Path> libraries() throws IOException {
        if (contents.sysroot() == null) {
            return List.of();
        }
        try (Stream<Path> files =
                Files.walk(contents.sysroot(), MAX_DEPTH, FileVisitOption.FOLLOW_LINKS)) {
            List<Path> libraries = files.filter(BundleWriter::isLibrary).sorted().toList();
            long bytes = libraries.stream().mapToLong(BundleWriter::size).sum();
            if (bytes <= MAX_LIBRARY_BYTES) {
                return libraries;
            }
            lacks.add("the sysroot: its libraries have %d bytes".formatted(bytes));
            return List.of();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static boolean isLibrary(Path file) {
        return Files.isRegularFile(file)
                && LIBRARY.matcher(file.getFileName().toString()).matches();
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
