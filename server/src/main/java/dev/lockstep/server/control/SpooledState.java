package dev.lockstep.server.control;

import com.google.protobuf.ByteString;

import dev.lockstep.proto.v1.StateFileChunk;
import dev.lockstep.server.diff.state.StateDump;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** A state that a client sends file by file, one after the other in a temporary file. */
final class SpooledState implements StateDump, AutoCloseable {
    /** Of one state. */
    static final int MAX_FILES = 256;

    /** Of all its files. Both states are held in memory while they are compared. */
    static final int MAX_BYTES = 16 << 20;

    private static final int MAX_NAME_CHARACTERS = 255;
    private static final Pattern FILE_NAME =
            Pattern.compile("[^/\\p{Cntrl}]{1,%d}".formatted(MAX_NAME_CHARACTERS));

    /** Of a name that is none. */
    private static final int SHOWN_CHARACTERS = 100;

    private final String name;
    private final SpooledBytes bytes;
    private final SortedMap<String, Extent> files = new TreeMap<>();

    /** The file that grows. */
    private String last = "";

    /** Where a file is. */
    private record Extent(long offset, int length) {}

    private SpooledState(String name, SpooledBytes bytes) {
        this.name = name;
        this.bytes = bytes;
    }

    /**
     * Returns one without files.
     *
     * @param name what the client calls it
     */
    static SpooledState in(Path directory, String name) {
        return new SpooledState(name, SpooledBytes.in(directory));
    }

    /**
     * Adds what comes next.
     *
     * @throws io.grpc.StatusRuntimeException RESOURCE_EXHAUSTED if the state is too large
     */
    void add(StateFileChunk chunk) throws IOException {
        ByteString content = chunk.getContent();
        if (content.size() > SpooledBytes.MAX_CHUNK_BYTES) {
            throw new IllegalArgumentException(
                    "content: %d bytes (expected: at most %d in a message)"
                            .formatted(content.size(), SpooledBytes.MAX_CHUNK_BYTES));
        }
        if (files.isEmpty() || !chunk.getFile().equals(last)) {
            begin(chunk.getFile());
        }
        if (bytes.size() + content.size() > MAX_BYTES) {
            throw tooLarge("%d bytes".formatted(MAX_BYTES));
        }
        bytes.add(content);
        files.computeIfPresent(last, (_, it) -> new Extent(it.offset, it.length + content.size()));
    }

    private void begin(String file) throws IOException {
        if (!FILE_NAME.matcher(file).matches() || file.equals(".") || file.equals("..")) {
            throw new IllegalArgumentException(
                    "file: \"%s\" (expected: a file's name of 1 to %d characters, no path)"
                            .formatted(
                                    file.substring(0, Math.min(file.length(), SHOWN_CHARACTERS)),
                                    MAX_NAME_CHARACTERS));
        }
        if (files.containsKey(file)) {
            throw new IllegalArgumentException(
                    "file: \"%s\" a second time (expected: each file once, its chunks in a row)"
                            .formatted(file));
        }
        if (files.size() == MAX_FILES) {
            throw tooLarge("%d files".formatted(MAX_FILES));
        }
        files.put(file, new Extent(bytes.size(), 0));
        last = file;
    }

    private static StatusRuntimeException tooLarge(String bound) {
        return Status.RESOURCE_EXHAUSTED
                .withDescription(
                        "a state of more than %s (expected: at most that many); compare directories with 'lockstep diff state'"
                                .formatted(bound))
                .asRuntimeException();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public SortedSet<String> files() {
        return new TreeSet<>(files.keySet());
    }

    @Override
    public Optional<byte[]> read(String file) throws IOException {
        Extent extent = files.get(file);
        return extent == null
                ? Optional.empty()
                : Optional.of(bytes.read(extent.offset, extent.length));
    }

    @Override
    public void close() throws IOException {
        bytes.close();
    }
}
