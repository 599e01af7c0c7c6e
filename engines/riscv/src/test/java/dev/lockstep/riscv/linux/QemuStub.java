package dev.lockstep.riscv.linux;

import dev.lockstep.isa.elf.Sysroot;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * A program stopped at its first instruction under qemu-riscv64, looked at through its GDB stub.
 */
final class QemuStub implements AutoCloseable {
    private static final int ATTEMPTS = 200;
    private static final int CHUNK_BYTES = 512;

    private final Process process;
    private final SocketChannel socket;

    /**
     * @param environment NAME=VALUE strings as given to env
     */
    QemuStub(
            Path directory,
            Sysroot sysroot,
            Path program,
            List<String> arguments,
            List<String> environment)
            throws IOException, InterruptedException {
        Path address = directory.resolve("gdb.sock");
        List<String> command = new ArrayList<>(List.of("env", "-i"));
        command.addAll(environment);
        command.addAll(
                List.of(
                        "qemu-riscv64",
                        "-R",
                        "0x7ffff000",
                        "-L",
                        sysroot.directory(),
                        "-0",
                        arguments.getFirst(),
                        "-g",
                        address.toString(),
                        program.toString()));
        command.addAll(arguments.subList(1, arguments.size()));
        process =
                new ProcessBuilder(command)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        socket = connect(address);
    }

    private static SocketChannel connect(Path address) throws IOException, InterruptedException {
        for (int i = 0; i < ATTEMPTS; i++) {
            SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            try {
                channel.connect(UnixDomainSocketAddress.of(address));
                return channel;
            } catch (IOException e) {
                channel.close();
                Thread.sleep(25);
            }
        }
        throw new IOException("qemu-riscv64 does not listen at " + address);
    }

    /** Returns x0 to x31 and pc. */
    long[] registers() throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(HexFormat.of().parseHex(ask("g")));
        long[] registers = new long[33];
        bytes.order(ByteOrder.LITTLE_ENDIAN).asLongBuffer().get(registers);
        return registers;
    }

    byte[] memory(long address, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        while (bytes.hasRemaining()) {
            long at = address + bytes.position();
            int part = Math.min(CHUNK_BYTES, bytes.remaining());
            bytes.put(HexFormat.of().parseHex(ask("m%x,%x".formatted(at, part))));
        }
        return bytes.array();
    }

    private String ask(String command) throws IOException {
        int sum = command.chars().sum() & 0xff;
        send("$%s#%02x".formatted(command, sum));
        StringBuilder reply = new StringBuilder();
        ByteBuffer buffer = ByteBuffer.allocate(8192);
        while (reply.indexOf("#") < 0 || reply.length() < reply.indexOf("#") + 3) {
            if (socket.read(buffer.clear()) < 0) {
                throw new IOException("qemu-riscv64 closed the connection");
            }
            reply.append(StandardCharsets.US_ASCII.decode(buffer.flip()));
        }
        send("+");
        return reply.substring(reply.indexOf("$") + 1, reply.indexOf("#"));
    }

    private void send(String text) throws IOException {
        socket.write(StandardCharsets.US_ASCII.encode(text));
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        socket.close();
    }
}
