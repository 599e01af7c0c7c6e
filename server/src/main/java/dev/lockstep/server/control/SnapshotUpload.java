package dev.lockstep.server.control;

import com.google.protobuf.ByteString;

import dev.lockstep.proto.v1.ImportSnapshotRequest;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;

/** A file that a client sends part by part, as a stream. Belongs to one thread. */
final class SnapshotUpload extends InputStream {
    private static final int MAX_PART_BYTES = 1 << 20;

    private final Upload<ImportSnapshotRequest> upload;
    private InputStream part = InputStream.nullInputStream();
    private boolean ended;

    /** Reads what is sent. */
    SnapshotUpload(Upload<ImportSnapshotRequest> upload) {
        this.upload = upload;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        int count = part.read(to, offset, length);
        while (count < 0 && !ended) {
            toNextPart();
            count = part.read(to, offset, length);
        }
        return count;
    }

    private void toNextPart() throws InterruptedIOException {
        try {
            var next = upload.next();
            part = next.map(SnapshotUpload::checked).orElse(ByteString.EMPTY).newInput();
            ended = next.isEmpty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the client has gone");
        }
    }

    private static ByteString checked(ImportSnapshotRequest part) {
        int bytes = part.getData().size();
        if (bytes < 1 || bytes > MAX_PART_BYTES) {
            throw new IllegalArgumentException(
                    "data: %d bytes (expected: 1 to %d in a message)"
                            .formatted(bytes, MAX_PART_BYTES));
        }
        return part.getData();
    }
}
