package dev.lockstep.riscv.bare;

import dev.lockstep.proto.v1.StateGroup;
import dev.lockstep.riscv.StateException;
import dev.lockstep.riscv.StateWriter;
import dev.lockstep.riscv.World;
import dev.lockstep.riscv.host.FileContent;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.function.Consumer;

/** What the guest's console reads: standard input of this process, or the same as of an earlier. */
final class ConsoleInput {
    private static final Path OWN = Path.of("/proc/self/fd/0");

    private static final long EIO = -5;

    // Closed by nobody: it is the process's. Unbuffered: it may be killed at any time.
    @SuppressWarnings("StreamResourceLeak")
    private FileInputStream in = new FileInputStream(FileDescriptor.in);

    private Path path = OWN;
    private boolean wasRead;

    /** Waits for a byte; returns it, or -1 at the end. */
    int read() throws IOException {
        wasRead = true;
        return in.read();
    }

    /** Takes down where it is; see {@link BareMachine#world}. */
    World world() {
        try {
            BareWorld.Input input = Files.isRegularFile(path) ? input() : null;
            return new Taken(new BareWorld(wasRead, input), Files.getLastModifiedTime(path));
        } catch (IOException e) {
            throw failure(path, e);
        }
    }

    private BareWorld.Input input() throws IOException {
        long offset = in.getChannel().position();
        return new BareWorld.Input(
                path.toRealPath().toString(), offset, new FileContent(in.getChannel().size(), ""));
    }

    private static StateException failure(Path file, Exception e) {
        return new StateException(
                "standard input, %s, cannot be read: %s (expected: a file that can)"
                        .formatted(file, e.getMessage()));
    }

    /** What was taken down; the file is still to be read. */
    private final class Taken implements World {
        private final BareWorld world;
        private final Object modified;
        private final Path file = path;

        Taken(BareWorld world, Object modified) {
            this.world = world;
            this.modified = modified;
        }

        @Override
        public StateGroup state() throws InterruptedException {
            BareWorld.Input input = world.input();
            BareWorld whole = input == null ? world : world.with(content(input));
            return StateWriter.write(whole::exchange);
        }

        private FileContent content(BareWorld.Input input) throws InterruptedException {
            try {
                FileContent content = ConsoleInput.content(file, input.content().sizeBytes());
                if (!Files.getLastModifiedTime(file).equals(modified)) {
                    throw new StateException(
                            "standard input, %s, has changed since (expected: as it was); try again"
                                    .formatted(input.path()));
                }
                return content;
            } catch (IOException e) {
                throw failure(file, e);
            }
        }

        @Override
        public void close() {
            // There is nothing to give back.
        }
    }

    private static FileContent content(Path file, long size)
            throws IOException, InterruptedException {
        try (FileChannel channel = FileChannel.open(file)) {
            return FileContent.read(
                    (segment, offset) -> {
                        try {
                            return Math.max(0, channel.read(segment.asByteBuffer(), offset));
                        } catch (IOException e) {
                            return EIO;
                        }
                    },
                    size,
                    "standard input, " + file);
        }
    }

    /**
     * Goes on where another was.
     *
     * @param notes is told if this may be something else
     * @throws StateException if what it read is not there any more; then nothing has changed
     */
    void goOnWith(BareWorld world, Consumer<String> notes) {
        BareWorld.Input input = world.input();
        try {
            if (input != null) {
                goOnWith(input);
            } else if (world.wasRead()) {
                notes.accept("standard input goes on with whatever comes: it was no file");
            }
            wasRead = world.wasRead();
        } catch (IOException | InvalidPathException e) {
            throw failure(path, e);
        }
    }

    private void goOnWith(BareWorld.Input input) throws IOException {
        if (!holds(OWN, input.content())) {
            path = Path.of(input.path());
            if (!holds(path, input.content())) {
                throw new StateException(
                        "standard input: neither it nor %s has what it had (expected: %s); give that file as standard input"
                                .formatted(path, input.content()));
            }
            in = new FileInputStream(path.toFile());
        }
        in.getChannel().position(input.offset());
    }

    private static boolean holds(Path file, FileContent wanted) throws IOException {
        try {
            return Files.isRegularFile(file)
                    && Files.size(file) == wanted.sizeBytes()
                    && content(file, wanted.sizeBytes()).equals(wanted);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
