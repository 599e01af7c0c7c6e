package dev.lockstep.riscv.linux;

import static dev.lockstep.riscv.linux.Syscall.input;

import dev.lockstep.riscv.host.HostCall;
import dev.lockstep.sdk.InputAnswer;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** What the system tells of itself, and its random bytes. */
final class SystemCalls {
    private static final int NAME_FIELD_BYTES = 65;
    private static final int INFO_BYTES = 112;
    private static final int RANDOM_FLAGS = 7;

    private final Forwarding forward;

    SystemCalls(Forwarding forward) {
        this.forward = forward;
    }

    List<Syscall> rows() {
        return List.of(
                input(160, "uname", 1, SystemCalls::systemName),
                forward.row(179, "sysinfo", HostCall.SYSINFO, new Argument.Structure(INFO_BYTES)),
                input(278, "getrandom", 3, SystemCalls::random));
    }

    /* | sysname | nodename | release | version | machine | domainname |   65 bytes each */
    private static InputAnswer systemName(Call call, byte[] output) {
        List<String> fields =
                List.of(
                        "Linux",
                        HostProcess.kernel("hostname"),
                        HostProcess.kernel("osrelease"),
                        HostProcess.kernel("version"),
                        "riscv64",
                        HostProcess.kernel("domainname"));
        Struct name = Struct.ofBytes(fields.size() * NAME_FIELD_BYTES);
        for (int i = 0; i < fields.size(); i++) {
            byte[] field = fields.get(i).getBytes(StandardCharsets.UTF_8);
            name.at(i * NAME_FIELD_BYTES).i8(Arrays.copyOf(field, NAME_FIELD_BYTES - 1));
        }
        return call.answer(0, call.argument(0), name.bytes());
    }

    private static InputAnswer random(Call call, byte[] output) {
        long wanted = call.argument(1);
        if (!call.isWritable(call.argument(0), wanted)) {
            return InputAnswer.of(Errno.EFAULT);
        }
        if ((call.argument(2) & ~RANDOM_FLAGS) != 0) {
            return InputAnswer.of(Errno.EINVAL);
        }
        long size = Math.min(wanted, HostRandom.LIMIT_BYTES);
        return call.answer(size, call.argument(0), HostRandom.bytes((int) size));
    }
}
