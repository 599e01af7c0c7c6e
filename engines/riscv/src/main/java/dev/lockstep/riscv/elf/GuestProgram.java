package dev.lockstep.riscv.elf;

import dev.lockstep.isa.elf.ElfFile;
import dev.lockstep.isa.elf.ElfFormatException;
import dev.lockstep.isa.elf.ProgramHeader;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** A program file that has been found fit to run: statically linked, for 64-bit RISC-V. */
public final class GuestProgram {
    private final Path path;
    private final byte[] bytes;
    private final ElfFile elf;

    private GuestProgram(Path path, byte[] bytes, ElfFile elf) {
        this.path = path;
        this.bytes = bytes;
        this.elf = elf;
    }

    /**
     * Reads a program.
     *
     * @param name the path as the user typed it
     * @throws GuestProgramException if it cannot be read or run
     */
    public static GuestProgram read(String name) {
        Path path = Path.of(name);
        byte[] bytes = readBytes(name, path);
        try {
            ElfFile elf = ElfFile.parse(name, ByteBuffer.wrap(bytes));
            refuseDynamic(name, elf);
            return new GuestProgram(path.toRealPath(), bytes, elf);
        } catch (ElfFormatException e) {
            throw new GuestProgramException(e);
        } catch (IOException e) {
            throw new GuestProgramException(name, "cannot be resolved: " + e, "is it moving?");
        }
    }

    private static byte[] readBytes(String name, Path path) {
        if (Files.isDirectory(path)) {
            throw new GuestProgramException(name, "is a directory", "name an executable in it");
        }
        try {
            return Files.readAllBytes(path);
        } catch (NoSuchFileException e) {
            throw new GuestProgramException(name, "no such file", "check the path");
        } catch (AccessDeniedException e) {
            throw new GuestProgramException(name, "permission denied", "check its mode");
        } catch (IOException e) {
            throw new GuestProgramException(name, "cannot be read", String.valueOf(e.getMessage()));
        }
    }

    private static void refuseDynamic(String name, ElfFile elf) {
        if (elf.programHeaders().stream().anyMatch(h -> h.type() == ProgramHeader.INTERPRETER)) {
            throw new GuestProgramException(
                    name,
                    "is dynamically linked",
                    "only static programs run; link it with -static");
        }
    }

    /** Returns the file, absolute and without symbolic links. */
    public Path path() {
        return path;
    }

    /** Returns the checked view of the file. */
    public ElfFile elf() {
        return elf;
    }

    /** Returns the SHA-256 of the file. */
    public byte[] sha256() {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /**
     * Returns a copy of {@code length} bytes at {@code offset}; those after the end of the file are
     * zero.
     */
    byte[] fileBytes(long offset, int length) {
        byte[] part = new byte[length];
        if (offset < bytes.length) {
            System.arraycopy(
                    bytes, (int) offset, part, 0, (int) Math.min(length, bytes.length - offset));
        }
        return part;
    }
}
