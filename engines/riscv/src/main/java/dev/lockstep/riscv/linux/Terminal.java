package dev.lockstep.riscv.linux;

import dev.lockstep.sdk.InputAnswer;

import java.io.IOException;
import java.util.Optional;

/** Answers ioctl: what a program asks to find out whether it talks to a terminal. */
final class Terminal {
    private static final long TCGETS = 0x5401;
    private static final long TIOCGWINSZ = 0x5413;

    private static final int SETTINGS_BYTES = 36;
    private static final short ROWS = 24;
    private static final short COLUMNS = 80;

    private final HostFiles files;

    Terminal(HostFiles files) {
        this.files = files;
    }

    InputAnswer control(Call call, byte[] output) {
        Optional<OpenFile> file = files.get(call.intArgument(0));
        if (file.isEmpty()) {
            return InputAnswer.of(Errno.EBADF);
        }
        try {
            return file.get().status().isTerminal() ? answer(call) : InputAnswer.of(Errno.ENOTTY);
        } catch (IOException e) {
            return InputAnswer.of(Errno.of(e));
        }
    }

    private static InputAnswer answer(Call call) {
        if (call.argument(1) == TCGETS) {
            return call.answer(0, call.argument(2), cookedSettings());
        }
        if (call.argument(1) == TIOCGWINSZ) {
            return call.answer(0, call.argument(2), windowSize());
        }
        return InputAnswer.of(Errno.ENOTTY);
    }

    /* | iflag u32 | oflag u32 | cflag u32 | lflag u32 | line u8 | 19 control characters |
    asm-generic/termbits.h; the values are those of a fresh terminal */
    private static byte[] cookedSettings() {
        Struct settings = Struct.ofBytes(SETTINGS_BYTES);
        settings.i32(0x500).i32(0x5).i32(0xbf).i32(0x8a3b).i8((byte) 0);
        settings.i8(new byte[] {3, 28, 127, 21, 4, 0, 1, 0, 17, 19, 26, 0, 18, 15, 23, 22, 0});
        return settings.bytes();
    }

    private static byte[] windowSize() {
        Struct size = Struct.ofBytes(8);
        return size.i16(ROWS).i16(COLUMNS).bytes();
    }
}
