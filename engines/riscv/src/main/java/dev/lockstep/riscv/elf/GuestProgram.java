package dev.lockstep.riscv.elf;

import dev.lockstep.isa.elf.ElfFile;
import dev.lockstep.isa.elf.ElfFormatException;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** A program file that has been found fit to run: statically linked, for 64-bit RISC-V. */
public final class GuestProgram {
    private final Path path;
    private final ElfFile elf;

    private GuestProgram(Path path, ElfFile elf) {
        this.path = path;
        this.elf = elf;
    }

    /**
     * Reads a program.
     *
     * @param name the path as the user typed it
     * @throws GuestProgramException if it cannot be read or run
     */
    public static GuestProgram read(String name) {
        try {
            ElfFile elf = ElfFile.openStatic(name);
            return new GuestProgram(Path.of(name).toRealPath(), elf);
        } catch (ElfFormatException e) {
            throw new GuestProgramException(e);
        } catch (IOException e) {
            throw new GuestProgramException(name, "no such file", "it is gone: " + e);
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
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(elf.content());
            return digest.digest();
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
        ByteBuffer file = elf.content();
        if (offset < file.limit()) {
            file.get((int) offset, part, 0, (int) Math.min(length, file.limit() - offset));
        }
        return part;
    }
}
