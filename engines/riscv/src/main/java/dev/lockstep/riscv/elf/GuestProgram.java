package dev.lockstep.riscv.elf;

import dev.lockstep.isa.elf.ElfFile;
import dev.lockstep.isa.elf.ElfFormatException;
import dev.lockstep.isa.elf.Sysroot;
import dev.lockstep.riscv.memory.PageHash;
import dev.lockstep.riscv.memory.PageSource;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Optional;

/** A program file that has been found fit to run: for 64-bit RISC-V, with all it needs. */
public final class GuestProgram implements PageSource {
    private final Path path;
    private final ElfFile elf;
    private final Optional<GuestProgram> interpreter;

    private GuestProgram(Path path, ElfFile elf, Optional<GuestProgram> interpreter) {
        this.path = path;
        this.elf = elf;
        this.interpreter = interpreter;
    }

    /**
     * Reads a program, and the one that loads its libraries if it asks for that.
     *
     * @param name the path as the user typed it
     * @param sysroot where its interpreter is sought
     * @throws GuestProgramException if it cannot be read or run
     */
    public static GuestProgram read(String name, Sysroot sysroot) {
        try {
            ElfFile elf = ElfFile.open(name);
            Optional<GuestProgram> interpreter =
                    sysroot.interpreterOf(elf).map(GuestProgram::readInterpreter);
            return new GuestProgram(Path.of(name).toRealPath(), elf, interpreter);
        } catch (ElfFormatException e) {
            throw new GuestProgramException(e);
        } catch (IOException e) {
            throw new GuestProgramException(name, "no such file", "it is gone: " + e);
        }
    }

    private static GuestProgram readInterpreter(String name) {
        return new GuestProgram(Path.of(name), ElfFile.open(name), Optional.empty());
    }

    /** Returns the program that starts in place of this one and loads it; none for a static one. */
    public Optional<GuestProgram> interpreter() {
        return interpreter;
    }

    /** Returns the file; of a program, absolute and without symbolic links. */
    public Path path() {
        return path;
    }

    /** Returns the checked view of the file. */
    public ElfFile elf() {
        return elf;
    }

    /** Returns the SHA-256 of the file. */
    public byte[] sha256() {
        MessageDigest digest = PageHash.sha256();
        digest.update(elf.content());
        return digest.digest();
    }

    @Override
    public String name() {
        return path.toString();
    }

    /** Returns always the same: a program is taken for what it was when it was read. */
    @Override
    public Object version() {
        return path;
    }

    @Override
    public long lengthBytes() {
        return elf.content().limit();
    }

    @Override
    public boolean read(long offset, byte[] bytes) {
        byte[] part = fileBytes(offset, bytes.length);
        System.arraycopy(part, 0, bytes, 0, part.length);
        return true;
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
