package dev.lockstep.server.events;

import java.io.IOException;
import java.io.InputStream;

/** A stream whose bytes come many at a time; who wants one gets one of them. */
abstract class BulkInput extends InputStream {
    @Override
    public final int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public abstract int read(byte[] buffer, int offset, int length) throws IOException;
}
