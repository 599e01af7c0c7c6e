package dev.lockstep.cli;

import dev.lockstep.isa.elf.LinuxLayout;
import dev.lockstep.isa.elf.MemorySize;
import dev.lockstep.isa.elf.Sysroot;
import dev.lockstep.server.run.ConfigException;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The options of a run that say what its guest finds around it. */
final class GuestOptions {
    @Option(
            names = "--setenv",
            paramLabel = "NAME=VALUE",
            converter = Assignment.class,
            description =
                    "Put a variable in the guest's environment, which is empty otherwise; may be"
                            + " repeated.")
    private List<String> assignments = List.of();

    @Option(
            names = "--argv0",
            paramLabel = "NAME",
            description = "What the guest finds as the name of its program; default: PROGRAM.")
    private @Nullable String name;

    @Option(
            names = "--cwd",
            paramLabel = "DIR",
            converter = Directory.class,
            description = "The guest's current directory at its start; default: ours.")
    private @Nullable String directory;

    @Option(
            names = "--stdin",
            paramLabel = "FILE",
            converter = Input.class,
            description = "What the guest reads as standard input; default: ours.")
    private @Nullable Path input;

    @Option(
            names = "--sysroot",
            paramLabel = "DIR",
            converter = Directory.class,
            description =
                    "Look the guest's absolute paths up below DIR first, for dynamically linked"
                            + " programs: DIR has their libraries.")
    private @Nullable String sysroot;

    @Option(
            names = "--machine",
            paramLabel = "MACHINE",
            converter = Machine.class,
            description =
                    "What the guest runs on: linux, or bare for a machine without operating system;"
                            + " default: what PROGRAM is made for.")
    private @Nullable String machine;

    @Option(
            names = "--memory",
            paramLabel = "SIZE",
            converter = Size.class,
            description =
                    "How much address space a guest of Linux has, 64M to 4G; default: 0x7ffff000."
                            + " What lies above 2G is slower.")
    private @Nullable Long memory;

    /** Returns the size of the guest's memory, if it is a guest of Linux. */
    long memoryBytes() {
        return memory == null ? LinuxLayout.MEMORY_BYTES : memory;
    }

    /** Returns where the guest's absolute paths are looked up first. */
    Sysroot sysroot() {
        return sysroot == null ? Sysroot.NONE : Sysroot.of(Path.of(sysroot));
    }

    /**
     * Returns the name of the program as the guest finds it.
     *
     * @param program its path
     */
    String name(String program) {
        return name == null ? program : name;
    }

    /** Returns the file for standard input; empty for our own. */
    Optional<File> input() {
        return Optional.ofNullable(input).map(Path::toFile);
    }

    /**
     * Returns options from words that {@link #laterWords} returned.
     *
     * @param stdin what the guest reads as standard input; empty for our own
     * @throws ConfigException if they are none of this version, or do not fit this machine
     */
    static GuestOptions parse(List<String> words, Optional<Path> stdin) {
        GuestOptions options = new GuestOptions();
        try {
            new CommandLine(options).parseArgs(words.toArray(String[]::new));
        } catch (ParameterException e) {
            throw new ConfigException(
                    "guest options of the snapshot: %s (expected: options that this lockstep has, and files that are there)"
                            .formatted(e.getMessage()),
                    e);
        }
        options.input = stdin.orElse(null);
        return options;
    }

    /**
     * Returns the words that say the same of a guest which goes on elsewhere: it knows its name and
     * its current directory already.
     *
     * @param program its path
     */
    List<String> laterWords(String program) {
        GuestOptions later = new GuestOptions();
        later.assignments = assignments;
        later.name = name(program);
        later.sysroot = sysroot == null ? null : absolute(sysroot);
        later.machine = machine;
        later.memory = memory;
        return later.words();
    }

    private static String absolute(String path) {
        return Path.of(path).toAbsolutePath().normalize().toString();
    }

    /** Returns the words for an engine's command that say the same, none if nothing was chosen. */
    List<String> words() {
        List<String> words = new ArrayList<>();
        assignments.forEach(assignment -> words.addAll(List.of("--setenv", assignment)));
        if (name != null) {
            words.addAll(List.of("--argv0", name));
        }
        if (directory != null) {
            words.addAll(List.of("--cwd", directory));
        }
        if (sysroot != null) {
            words.addAll(List.of("--sysroot", sysroot));
        }
        if (machine != null) {
            words.addAll(List.of("--machine", machine));
        }
        if (memory != null) {
            words.addAll(List.of("--memory", "0x" + Long.toHexString(memory)));
        }
        return words;
    }

    /**
     * Returns the options for qemu-riscv64 that say the same, but for the current directory, which
     * is that of its process.
     */
    List<String> wordsOfQemu() {
        List<String> words = new ArrayList<>(List.of("-R", "0x" + Long.toHexString(memoryBytes())));
        assignments.forEach(assignment -> words.addAll(List.of("-E", assignment)));
        if (name != null) {
            words.addAll(List.of("-0", name));
        }
        if (sysroot != null) {
            words.addAll(List.of("-L", absolute(sysroot)));
        }
        return words;
    }

    /** Returns the same options for a guest that starts elsewhere. */
    GuestOptions startingIn(Path place) {
        GuestOptions elsewhere = new GuestOptions();
        elsewhere.assignments = assignments;
        elsewhere.name = name;
        elsewhere.directory = place.toString();
        elsewhere.input = input;
        elsewhere.sysroot = sysroot;
        elsewhere.machine = machine;
        elsewhere.memory = memory;
        return elsewhere;
    }

    /** Returns where the guest starts; empty for our own current directory. */
    Optional<File> directory() {
        return Optional.ofNullable(directory).map(File::new);
    }

    /** Accepts what names a variable and its value. */
    static final class Assignment implements ITypeConverter<String> {
        @Override
        public String convert(String text) {
            if (text.indexOf('=') <= 0) {
                throw new ConfigException("'" + text + "' sets no variable (expected: NAME=VALUE)");
            }
            return text;
        }
    }

    /** Accepts the name of a machine, for the engines. */
    static final class Machine implements ITypeConverter<String> {
        @Override
        public String convert(String text) {
            if (!text.equals("linux") && !text.equals("bare")) {
                throw new ConfigException(
                        "unknown machine '" + text + "' (expected: linux or bare)");
            }
            return text;
        }
    }

    /** Accepts a size of memory. */
    static final class Size implements ITypeConverter<Long> {
        @Override
        public Long convert(String text) {
            try {
                return MemorySize.parse(text);
            } catch (IllegalArgumentException e) {
                throw new ConfigException(String.valueOf(e.getMessage()), e);
            }
        }
    }

    /** Accepts a directory that exists. */
    static final class Directory implements ITypeConverter<String> {
        @Override
        public String convert(String text) {
            if (text.isEmpty() || !Files.isDirectory(Path.of(text))) {
                throw new ConfigException("'" + text + "' is not a directory");
            }
            return text;
        }
    }

    /** Accepts what can be opened for reading. */
    static final class Input implements ITypeConverter<Path> {
        @Override
        public Path convert(String text) {
            Path file = Path.of(text);
            if (Files.isDirectory(file) || !Files.isReadable(file)) {
                throw new ConfigException("'" + text + "' cannot be read (expected: a file)");
            }
            return file;
        }
    }
}
