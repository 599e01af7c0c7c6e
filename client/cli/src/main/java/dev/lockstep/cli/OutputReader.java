package dev.lockstep.cli;

import dev.lockstep.cli.text.Terminal;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Whoever reads our standard output through a pipe. A command that seldom writes learns from a
 * failed write only, perhaps never, that it is gone, and a pipeline waits for all its commands.
 */
final class OutputReader {
    /*
     * struct pollfd, poll(2):
     *
     *   | fd int | events short | revents short |
     */
    private static final long POLLFD_BYTES = 8;

    private static final int FOR_EVER = -1;

    private OutputReader() {}

    /** Runs {@code action} on a thread of its own when the reader is gone, if there is one. */
    static void whenGone(Runnable action) {
        if (isPipe()) {
            Thread.ofPlatform()
                    .daemon()
                    .name("lockstep-output")
                    .start(() -> {
                        awaitHangUp();
                        action.run();
                    });
        }
    }

    /** Returns whether standard output is a pipe, whose reader may leave when it has enough. */
    static boolean isPipe() {
        Path descriptor = Path.of("/proc/self/fd", Integer.toString(Terminal.STANDARD_OUTPUT));
        try {
            return Files.readSymbolicLink(descriptor).toString().startsWith("pipe:");
        } catch (IOException e) {
            return false; // No /proc, or closed: nobody reads.
        }
    }

    /** Waits for an error, the only event that poll reports unasked. */
    private static void awaitHangUp() {
        Linker linker = Linker.nativeLinker();
        MethodHandle poll =
                linker.downcallHandle(
                        linker.defaultLookup().find("poll").orElseThrow(),
                        FunctionDescriptor.of(
                                ValueLayout.JAVA_INT,
                                ValueLayout.ADDRESS,
                                ValueLayout.JAVA_LONG,
                                ValueLayout.JAVA_INT));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment descriptor = arena.allocate(POLLFD_BYTES);
            descriptor.set(ValueLayout.JAVA_INT, 0, Terminal.STANDARD_OUTPUT);
            int ready = 0;
            while (ready <= 0) { // Interrupted by a signal.
                ready = (int) poll.invokeExact(descriptor, 1L, FOR_EVER);
            }
        } catch (Throwable e) {
            throw new IllegalStateException("poll(2) cannot be called", e);
        }
    }
}
