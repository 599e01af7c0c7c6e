package dev.lockstep.riscv.contract;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;

/** A Linux program for qemu-riscv64: one segment, which may be read, written and executed. */
public final class QemuProgram {
    private static final String PROCESSOR = "rv64,zba=true,zbb=true,zbc=true,zbs=true";
    private static final int HEADER_BYTES = 4096;
    private static final int TIMEOUT_SECONDS = 60;

    private final long address;
    private final byte[] image;
    private final long sizeBytes;

    /**
     * @param address of the image, and of the first instruction
     * @param sizeBytes of the segment; what the image does not have is zero
     */
    public QemuProgram(long address, byte[] image, long sizeBytes) {
        this.address = address;
        this.image = image;
        this.sizeBytes = sizeBytes;
    }

    /** Runs the program with its files in {@code directory}, and returns what it writes. */
    public ByteBuffer run(Path directory) throws IOException, InterruptedException {
        Path program = directory.resolve("program");
        Path output = directory.resolve("output");
        Files.write(program, elf());
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        Process process =
                new ProcessBuilder("qemu-riscv64", "-cpu", PROCESSOR, program.toString())
                        .redirectOutput(output.toFile())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        try {
            if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("qemu-riscv64 does not end");
            }
        } finally {
            process.destroyForcibly();
        }
        return ByteBuffer.wrap(Files.readAllBytes(output)).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** ELF64 specification: a header and one program header. */
    private byte[] elf() {
        ByteBuffer elf = ByteBuffer.allocate(HEADER_BYTES + image.length);
        elf.order(ByteOrder.LITTLE_ENDIAN);
        elf.putInt(0x464C457F).putInt(0x00010102).putLong(0);
        elf.putShort((short) 2).putShort((short) 243).putInt(1);
        elf.putLong(address).putLong(64).putLong(0).putInt(5);
        elf.putShort((short) 64).putShort((short) 56).putShort((short) 1);
        elf.position(64);
        elf.putInt(1).putInt(7).putLong(HEADER_BYTES).putLong(address).putLong(address);
        elf.putLong(image.length).putLong(sizeBytes).putLong(HEADER_BYTES);
        return elf.position(HEADER_BYTES).put(image).array();
    }
}
