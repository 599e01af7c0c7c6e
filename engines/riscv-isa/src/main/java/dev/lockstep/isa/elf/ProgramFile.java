package dev.lockstep.isa.elf;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Maps the file of a program that a user named, or says why not. */
final class ProgramFile {
    /** What a buffer can map, and about as much as a guest's memory can hold. */
    private static final long MAX_BYTES = Integer.MAX_VALUE;

    private static final String A_PROGRAM = "an ELF executable";

    private ProgramFile() {}

    static ByteBuffer map(String name) {
        Path path = Path.of(name);
        if (Files.exists(path) && !Files.isRegularFile(path)) {
            String what = Files.isDirectory(path) ? "is a directory" : "is no regular file";
            throw new ElfFormatException(name, what, A_PROGRAM);
        }
        try (FileChannel file = FileChannel.open(path)) {
            long size = file.size();
            if (size > MAX_BYTES) {
                throw new ElfFormatException(name, "size", size + " bytes", "at most " + MAX_BYTES);
            }
            return file.map(MapMode.READ_ONLY, 0, size);
        } catch (NoSuchFileException e) {
            throw new ElfFormatException(name, "no such file", A_PROGRAM);
        } catch (AccessDeniedException e) {
            throw new ElfFormatException(name, "permission denied", "a file you may read");
        } catch (IOException e) {
            throw new ElfFormatException(name, "cannot be read", String.valueOf(e.getMessage()));
        }
    }
}
