package dev.lockstep.isa.elf;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The directory in which a guest's absolute paths are looked up first, as {@code qemu-riscv64 -L}
 * (7.2) does: what is not there is where the path says.
 *
 * @param directory an absolute path, empty for none
 */
public record Sysroot(String directory) {
    /** Every path is where it says. */
    public static final Sysroot NONE = new Sysroot("");

    /** Returns the directory that a user named. */
    public static Sysroot of(Path directory) {
        return new Sysroot(directory.toAbsolutePath().toString());
    }

    public boolean isPresent() {
        return !directory.isEmpty();
    }

    /**
     * Returns where the host has the interpreter that a program asks for; nothing for a static
     * program, which asks for none.
     *
     * @throws ElfFormatException if the host does not have it
     */
    public Optional<String> interpreterOf(ElfFile program) {
        return program.interpreter()
                .map(name -> {
                    String onHost = onHost(name);
                    if (!Files.exists(Path.of(onHost))) {
                        throw missing(program, name);
                    }
                    return onHost;
                });
    }

    private String onHost(String path) {
        String below = directory + path;
        boolean isBelow = isPresent() && path.startsWith("/") && Files.exists(Path.of(below));
        return isBelow ? below : path;
    }

    private ElfFormatException missing(ElfFile program, String interpreter) {
        return isPresent()
                ? new ElfFormatException(
                        program.name(),
                        "is dynamically linked, and " + directory + " has no " + interpreter,
                        "the C library there; of Debian unpack libc6 and base-files, which has the"
                                + " link /lib")
                : new ElfFormatException(
                        program.name(),
                        "is dynamically linked, and this host has no " + interpreter,
                        "--sysroot DIR with its libraries, or a program linked with -static or"
                                + " -static-pie");
    }
}
