package dev.lockstep.riscv.bare;

import dev.lockstep.riscv.Fields;
import dev.lockstep.riscv.host.FileContent;

import org.jspecify.annotations.Nullable;

import java.util.Objects;

/**
 * What stands behind a bare machine at the one who asks the host: GuestState.world
 * (docs/snapshots.md).
 *
 * @param wasRead whether the guest has ever read its console
 * @param input null if that was no file
 */
record BareWorld(boolean wasRead, @Nullable Input input) {
    static final BareWorld BLANK = new BareWorld(false, null);

    private static final long VERSION = 1;

    /** A file that was standard input. */
    record Input(String path, long offset, FileContent content) {
        static final Input BLANK = new Input("", 0, FileContent.BLANK);

        Input exchange(Fields fields) {
            return new Input(
                    fields.text("path", path),
                    fields.number("offset", offset, 0, Long.MAX_VALUE),
                    fields.value("content", content, FileContent::exchange));
        }
    }

    BareWorld exchange(Fields fields) {
        fields.number("version", VERSION, VERSION, VERSION);
        return new BareWorld(
                fields.flag("was_read", wasRead),
                fields.optional("input", input, Input.BLANK, Input::exchange));
    }

    /** Returns the same with the content that was lacking. */
    BareWorld with(FileContent content) {
        Input known = Objects.requireNonNull(input);
        return new BareWorld(wasRead, new Input(known.path(), known.offset(), content));
    }
}
