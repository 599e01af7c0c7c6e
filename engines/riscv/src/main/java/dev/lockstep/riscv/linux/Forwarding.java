package dev.lockstep.riscv.linux;

import dev.lockstep.riscv.HostCallListener;
import dev.lockstep.riscv.host.HostCall;
import dev.lockstep.sdk.InputAnswer;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
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

    /** Finds at the reference why a call is not to be made; returns an error number, or 0. */
    @FunctionalInterface
    interface Guard {
        long refusal(Call call);
    }

    /** Returns a row for a call that may take long. */
    Syscall slowRow(int number, String name, HostCall host, Argument... arguments) {
        return slowRow(number, name, call -> 0, host, arguments);
    }

    /** Returns a row for a call that may take long, unless it would for ever. */
    Syscall slowRow(int number, String name, Guard guard, HostCall host, Argument... arguments) {
        List<Argument> kinds = List.of(arguments);
        return Syscall.input(
                number,
                name,
                kinds.size(),
                call -> output(call, kinds),
                (call, output) -> {
                    long refusal = guard.refusal(call);
                    if (refusal != 0) {
                        return InputAnswer.of(refusal);
                    }
                    listener.entered(number);
                    return perform(call, host, kinds);
                });
    }

    /** Returns what the arguments hand to the world: the bytes they point to, one after another. */
    static byte[] output(Call call, List<Argument> kinds) {
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
                        Argument.ProcessId _,
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
            List<InputAnswer.Write> before = structures(call, kinds);
            long result = files.kernel().call(host, values);
            return new InputAnswer(
                    result,
                    Errno.isError(result) ? changes(call, before) : writes(call, kinds, result));
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
                    case Argument.Text _ -> !call.isString(index);
                    case Argument.Value _,
                            Argument.ProcessId _,
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
            case Argument.ProcessId _ -> files.hostProcess(call.intArgument(index));
            case Argument.Descriptor _ -> files.descriptors().host(call.intArgument(index));
            case Argument.Base _ -> files.base(call.intArgument(index));
            case Argument.PathName _ ->
                    files.path(arena, call, files.base(call.intArgument(index - 1)), index);
            case Argument.LonePath _ -> files.lonePath(arena, call, index);
            case Argument.Text _, Argument.Input _ -> call.hostAddress(index);
            case Argument.Output(Argument.Size size) ->
                    call.hostAddressToFill(index, size.of(call));
            case Argument.Structure(int size) -> call.hostAddressToFill(index, size);
            case Argument.InOut(int size) -> call.hostAddressToFill(index, size);
        };
    }

    /** Returns what a call that succeeded has for guest memory. */
    private static List<InputAnswer.Write> writes(Call call, List<Argument> kinds, long result) {
        List<InputAnswer.Write> writes = structures(call, kinds);
        for (int i = 0; i < kinds.size(); i++) {
            if (kinds.get(i) instanceof Argument.Output(Argument.Size room)) {
                add(writes, call, i, Math.min(result, room.of(call)));
            }
        }
        return writes;
    }

    /** Returns what the structures hold that the kernel may change. */
    private static List<InputAnswer.Write> structures(Call call, List<Argument> kinds) {
        List<InputAnswer.Write> structures = new ArrayList<>();
        for (int i = 0; i < kinds.size(); i++) {
            switch (kinds.get(i)) {
                case Argument.Structure(int bytes) -> add(structures, call, i, bytes);
                case Argument.InOut(int bytes) -> add(structures, call, i, bytes);
                default -> {}
            }
        }
        return structures;
    }

    private static void add(List<InputAnswer.Write> writes, Call call, int index, long size) {
        long address = call.argument(index);
        if (size != 0 && address != 0) {
            writes.add(new InputAnswer.Write(address, call.bytes(address, size)));
        }
    }

    /** Returns which structures a call has changed although it failed. */
    private static List<InputAnswer.Write> changes(Call call, List<InputAnswer.Write> before) {
        List<InputAnswer.Write> changes = new ArrayList<>();
        for (InputAnswer.Write structure : before) {
            byte[] now = call.bytes(structure.address(), structure.data().length);
            if (!Arrays.equals(now, structure.data())) {
                changes.add(new InputAnswer.Write(structure.address(), now));
            }
        }
        return changes;
    }
}
