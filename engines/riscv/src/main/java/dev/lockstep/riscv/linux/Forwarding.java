package dev.lockstep.riscv.linux;

import dev.lockstep.riscv.HostCallListener;
import dev.lockstep.riscv.host.HostCall;
import dev.lockstep.sdk.InputAnswer;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes rows for system calls that the host's kernel serves as they are, once their arguments mean
 * there what they mean to the guest. The kernel reads and writes guest memory in place.
 */
final class Forwarding {
    /** What is compared of one argument at most: Linux takes nothing that is longer. */
    private static final int COMPARED_BYTES = 64 << 10;

    private final HostFiles files;
    private final HostCallListener listener;

    Forwarding(HostFiles files, HostCallListener listener) {
        this.files = files;
        this.listener = listener;
    }

    Syscall row(int number, String name, HostCall host, Argument... arguments) {
        List<Argument> kinds = List.of(arguments);
        return Syscall.input(
                number,
                name,
                kinds.size(),
                call -> output(call, kinds),
                (call, output) -> perform(call, host, kinds));
    }

    /** Returns a row for a call that may take long. */
    Syscall slowRow(int number, String name, HostCall host, Argument... arguments) {
        List<Argument> kinds = List.of(arguments);
        return Syscall.input(
                number,
                name,
                kinds.size(),
                call -> output(call, kinds),
                (call, output) -> {
                    listener.entered(number);
                    return perform(call, host, kinds);
                });
    }

    /** Returns what the arguments hand to the world: the bytes they point to, one after another. */
    private static byte[] output(Call call, List<Argument> kinds) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i < kinds.size(); i++) {
            switch (kinds.get(i)) {
                case Argument.PathName _, Argument.LonePath _, Argument.Text _ ->
                        bytes.writeBytes(call.stringBytes(i));
                case Argument.Input(Argument.Size size) ->
                        bytes.writeBytes(compared(call, call.argument(i), size.of(call)));
                case Argument.InOut(int size) ->
                        bytes.writeBytes(call.bytes(call.argument(i), size));
                case Argument.Value _,
                        Argument.Descriptor _,
                        Argument.Base _,
                        Argument.Output _,
                        Argument.Structure _ -> {}
            }
        }
        return bytes.toByteArray();
    }

    private static byte[] compared(Call call, long address, long size) {
        return call.isReadable(address, size)
                ? call.bytes(address, Math.min(size, COMPARED_BYTES))
                : new byte[0];
    }

    /** Makes the call of the host. */
    InputAnswer perform(Call call, HostCall host, List<Argument> kinds) {
        try (Arena arena = Arena.ofConfined()) {
            long[] values = new long[kinds.size()];
            for (int i = 0; i < values.length; i++) {
                if (isFault(call, i, kinds.get(i))) {
                    return InputAnswer.of(Errno.EFAULT);
                }
                values[i] = value(arena, call, i, kinds.get(i));
            }
            long result = files.kernel().call(host, values);
            return new InputAnswer(result, writes(call, kinds, result));
        }
    }

    private static boolean isFault(Call call, int index, Argument kind) {
        long address = call.argument(index);
        return address != 0
                && switch (kind) {
                    case Argument.Input(Argument.Size size) ->
                            !call.isReadable(address, size.of(call));
                    case Argument.Output(Argument.Size size) ->
                            !call.isWritable(address, size.of(call));
                    case Argument.Structure(int size) -> !call.isWritable(address, size);
                    case Argument.InOut(int size) -> !call.isWritable(address, size);
                    case Argument.Text _ -> !call.isPath(index);
                    case Argument.Value _,
                            Argument.Descriptor _,
                            Argument.Base _,
                            Argument.LonePath _,
                            Argument.PathName _ ->
                            false;
                };
    }

    private long value(Arena arena, Call call, int index, Argument kind) {
        return switch (kind) {
            case Argument.Value _ -> call.argument(index);
            case Argument.Descriptor _ -> files.descriptors().host(call.intArgument(index));
            case Argument.Base _ -> files.base(call.intArgument(index));
            case Argument.PathName _ -> files.path(arena, call, index);
            case Argument.LonePath _ -> files.lonePath(arena, call, index);
            case Argument.Text _,
                    Argument.Input _,
                    Argument.Output _,
                    Argument.Structure _,
                    Argument.InOut _ ->
                    call.hostAddress(index);
        };
    }

    private static List<InputAnswer.Write> writes(Call call, List<Argument> kinds, long result) {
        List<InputAnswer.Write> writes = new ArrayList<>();
        for (int i = 0; i < kinds.size() && !Errno.isError(result); i++) {
            long size =
                    switch (kinds.get(i)) {
                        case Argument.Output(Argument.Size room) -> Math.min(result, room.of(call));
                        case Argument.Structure(int bytes) -> bytes;
                        case Argument.InOut(int bytes) -> bytes;
                        default -> 0;
                    };
            if (size != 0 && call.argument(i) != 0) {
                byte[] bytes = call.bytes(call.argument(i), size);
                writes.add(new InputAnswer.Write(call.argument(i), bytes));
            }
        }
        return writes;
    }
}
