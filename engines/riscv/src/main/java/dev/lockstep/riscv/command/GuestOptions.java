package dev.lockstep.riscv.command;

import dev.lockstep.isa.elf.MemorySize;
import dev.lockstep.isa.elf.Sysroot;
import dev.lockstep.riscv.elf.GuestProgram;
import dev.lockstep.riscv.elf.GuestProgramException;
import dev.lockstep.riscv.linux.Launch;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The options that say what a guest finds around it. */
final class GuestOptions {
    @Option(
            names = "--setenv",
            paramLabel = "NAME=VALUE",
            converter = Assignment.class,
            description =
                    "Put a variable in the guest's environment, which is empty otherwise; may be"
                            + " repeated.")
    private List<String> assignments = new ArrayList<>();

    @Option(
            names = "--argv0",
            paramLabel = "NAME",
            description = "What the guest finds as the name of its program; default: PROGRAM.")
    private @Nullable String name;

    @Option(
            names = "--cwd",
            paramLabel = "DIR",
            converter = Directory.class,
            description = "The guest's current directory at its start; default: this process's.")
    private @Nullable String directory;

    @Option(
            names = "--sysroot",
            paramLabel = "DIR",
            converter = Directory.class,
            description =
                    "Look the guest's absolute paths up below DIR first: that of the loader of a"
                            + " dynamically linked program, and those it opens.")
    private @Nullable String sysroot;

    @Option(
            names = "--machine",
            paramLabel = "MACHINE",
            converter = MachineName.class,
            description =
                    "What the guest runs on: linux, or bare; default: what the program is made"
                            + " for, bare if it has a symbol tohost.")
    private @Nullable Machine machine;

    @Option(
            names = "--memory",
            paramLabel = "SIZE",
            converter = Size.class,
            description =
                    "How much address space a guest of Linux has, 64M to 4G; default: 0x7ffff000."
                            + " What lies above 2G is slower.")
    private @Nullable Long memory;

    /** Returns what the guest runs on. */
    Machine machine(GuestProgram guest) {
        return machine == null ? Machine.of(guest) : machine;
    }

    /**
     * Returns how much memory the guest finds.
     *
     * @throws GuestProgramException if a size was asked for and the machine has its own
     */
    long memoryBytes(Machine machine) {
        if (memory == null) {
            return machine.memoryBytes();
        }
        if (machine == Machine.BARE) {
            throw new GuestProgramException(
                    "--memory", "a bare machine has 128M", "expected: a guest of Linux");
        }
        return memory;
    }

    /**
     * Returns how the guest is started.
     *
     * @param program the program's path, which is its name if no other was given
     */
    Launch launch(String program, List<String> arguments) {
        List<String> argv = new ArrayList<>(arguments);
        argv.addFirst(name == null ? program : name);
        return new Launch(
                argv, environment(assignments), directory == null ? "" : directory, sysroot());
    }

    /** Returns where the guest's absolute paths are looked up first. */
    Sysroot sysroot() {
        return sysroot == null ? Sysroot.NONE : Sysroot.of(Path.of(sysroot));
    }

    /**
     * Returns the environment as the guest finds it after {@code env -i NAME=VALUE... qemu-riscv64}
     * (7.2): a name that is set again keeps its place, and the whole is in reverse order.
     */
    static List<String> environment(List<String> assignments) {
        Map<String, String> byName = new LinkedHashMap<>();
        for (String assignment : assignments) {
            byName.put(assignment.substring(0, assignment.indexOf('=')), assignment);
        }
        return new ArrayList<>(byName.values()).reversed();
    }

    /** Accepts what names a variable and its value. */
    static final class Assignment implements ITypeConverter<String> {
        @Override
        public String convert(String text) {
            if (text.indexOf('=') <= 0) {
                throw new TypeConversionException(
                        "'" + text + "' sets no variable (expected: NAME=VALUE)");
            }
            return text;
        }
    }

    /** Accepts the name of a machine. */
    static final class MachineName implements ITypeConverter<Machine> {
        @Override
        public Machine convert(String text) {
            return switch (text) {
                case "linux" -> Machine.LINUX;
                case "bare" -> Machine.BARE;
                default ->
                        throw new TypeConversionException(
                                "unknown machine '" + text + "' (expected: linux or bare)");
            };
        }
    }

    /** Accepts a size of memory. */
    static final class Size implements ITypeConverter<Long> {
        @Override
        public Long convert(String text) {
            try {
                return MemorySize.parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

    /** Accepts a directory that exists. */
    static final class Directory implements ITypeConverter<String> {
        @Override
        public String convert(String text) {
            if (text.isEmpty() || !Files.isDirectory(Path.of(text))) {
                throw new TypeConversionException("'" + text + "' is not a directory");
            }
            return text;
        }
    }
}
