package dev.lockstep.cli.bundle;

import dev.lockstep.cli.text.Words;
import dev.lockstep.server.run.ConfigException;
import dev.lockstep.server.run.InputRecord;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/** A bundle in a directory of its own, which goes when it is closed. */
public final class UnpackedBundle implements AutoCloseable {
    private static final int MAX_MANIFEST_BYTES = 1 << 20;

    /** More than a coordinator records. */
    private static final long MAX_INPUT_BYTES = 40L << 20;

    /** All of it, unpacked. */
    private static final long MAX_BYTES = 4L << 30;

    private static final int BUFFER_BYTES = 1 << 16;

    private final Path directory;
    private final List<String> manifest;

    private UnpackedBundle(Path directory, List<String> manifest) {
        this.directory = directory;
        this.manifest = manifest;
    }

    /**
     * Unpacks a bundle.
     *
     * @throws ConfigException if it is none
     */
    public static UnpackedBundle open(Path file) throws IOException {
        try (ZipFile zip = new ZipFile(file.toFile())) {
            List<String> manifest = manifest(file, zip);
            Path directory = Files.createTempDirectory("lockstep-bundle");
            UnpackedBundle bundle = new UnpackedBundle(directory, manifest);
            try {
                bundle.unpack(zip);
            } catch (IOException | RuntimeException e) {
                bundle.close();
                throw e;
            }
            return bundle;
        } catch (ZipException e) {
            throw noBundle(file, String.valueOf(e.getMessage()));
        }
    }

    private static List<String> manifest(Path file, ZipFile zip) throws IOException {
        ZipEntry entry = zip.getEntry(BundleWriter.MANIFEST);
        if (entry == null) {
            throw noBundle(file, "has no " + BundleWriter.MANIFEST);
        }
        try (InputStream in = zip.getInputStream(entry)) {
            byte[] bytes = in.readNBytes(MAX_MANIFEST_BYTES + 1);
            if (bytes.length > MAX_MANIFEST_BYTES) {
                throw noBundle(
                        file, "its manifest is longer than %d bytes".formatted(MAX_MANIFEST_BYTES));
            }
            List<String> lines = new String(bytes, StandardCharsets.UTF_8).lines().toList();
            if (lines.isEmpty() || !lines.getFirst().equals(BundleWriter.HEAD)) {
                throw noBundle(file, "its manifest does not begin with " + BundleWriter.HEAD);
            }
            return lines;
        }
    }

    private static ConfigException noBundle(Path file, String why) {
        return new ConfigException(
                "%s: is no bundle of this version (%s); 'lockstep runs bundle RUN FILE' makes one"
                        .formatted(file, why));
    }

    private void unpack(ZipFile zip) throws IOException {
        long rest = MAX_BYTES;
        for (ZipEntry entry : Collections.list(zip.entries())) {
            Path target = directory.resolve(entry.getName()).normalize();
            if (!target.startsWith(directory)) {
                throw new ConfigException(
                        "bundle entry '%s' leads out of the bundle".formatted(entry.getName()));
            }
            if (!entry.isDirectory()) {
                Files.createDirectories(target.getParent());
                rest -= copy(zip, entry, target, rest);
            }
        }
        Path program = Files.move(directory.resolve(BundleWriter.PROGRAM), program());
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** What an entry says of its size need not be true. */
    private static long copy(ZipFile zip, ZipEntry entry, Path target, long most)
            throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        long copied = 0;
        try (InputStream in = zip.getInputStream(entry);
                OutputStream out = Files.newOutputStream(target)) {
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                copied += count;
                if (copied > most) {
                    throw new ConfigException(
                            "bundle: has more than %d bytes (expected: at most that, unpacked)"
                                    .formatted(MAX_BYTES));
                }
                out.write(buffer, 0, count);
            }
        }
        return copied;
    }

    /** The guest is told its name, so the program has the one it had. */
    private Path program() throws IOException {
        String name = value(BundleWriter.NAME);
        Path folder = Files.createDirectories(directory.resolve("bin"));
        Path program = folder.resolve(name).normalize();
        if (!folder.equals(program.getParent())) {
            throw new ConfigException("bundle: '%s' is no name of a program".formatted(name));
        }
        return program;
    }

    private String value(String key) {
        return find(key)
                .orElseThrow(() ->
                        new ConfigException("bundle: its manifest has no '%s'".formatted(key)));
    }

    private Optional<String> find(String key) {
        return manifest.stream()
                .filter(line -> line.startsWith(key))
                .map(line -> line.substring(key.length()))
                .findFirst();
    }

    /**
     * Returns what the run asked of the world, if the bundle has that.
     *
     * @throws ConfigException if it has something else in its place
     */
    public Optional<InputRecord> inputs() throws IOException {
        Path file = directory.resolve(BundleWriter.INPUTS);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        if (Files.size(file) > MAX_INPUT_BYTES) {
            throw new ConfigException(
                    "bundle: its inputs have %d bytes (expected: at most %d)"
                            .formatted(Files.size(file), MAX_INPUT_BYTES));
        }
        try {
            return Optional.of(InputRecord.parse(Files.readAllBytes(file)));
        } catch (IllegalArgumentException e) {
            throw new ConfigException("bundle: " + e.getMessage(), e);
        }
    }

    /** Returns the words for {@code lockstep run} that do the same again. */
    public List<String> words() throws IOException {
        List<String> words = new ArrayList<>(Words.split(value(BundleWriter.OPTIONS)));
        Path input = directory.resolve(BundleWriter.INPUT);
        words.addAll(List.of("--stdin", Files.exists(input) ? input.toString() : "/dev/null"));
        Path profile = directory.resolve(BundleWriter.PROFILE);
        if (Files.exists(profile)) {
            words.addAll(List.of("--profile", profile.toString()));
        }
        Path sysroot = directory.resolve(BundleWriter.SYSROOT);
        if (Files.isDirectory(sysroot)) {
            words.addAll(List.of("--sysroot", sysroot.toString()));
        }
        find(BundleWriter.GUEST_NAME).ifPresent(name -> words.addAll(List.of("--argv0", name)));
        words.add(program().toString());
        words.addAll(Words.split(value(BundleWriter.ARGUMENTS)));
        return words;
    }

    /** Returns what the bundle says of itself, but for what is for machines. */
    public List<String> about() {
        return manifest.stream()
                .skip(1)
                .filter(line -> !line.startsWith(BundleWriter.OPTIONS))
                .filter(line -> !line.startsWith(BundleWriter.ARGUMENTS))
                .filter(line -> !line.startsWith(BundleWriter.NAME))
                .filter(line -> !line.startsWith(BundleWriter.GUEST_NAME))
                .toList();
    }

    @Override
    public void close() throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder()).forEach(UnpackedBundle::delete);
        }
    }

    private static void delete(Path file) {
        try {
            Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
