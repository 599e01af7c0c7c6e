package dev.lockstep.riscv.linux;

import static dev.lockstep.riscv.linux.Syscall.local;
import static dev.lockstep.riscv.linux.Syscall.localInput;

import dev.lockstep.riscv.Fields;
import dev.lockstep.riscv.Portable;
import dev.lockstep.riscv.host.HostCall;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Resource limits. They are the host's until the guest sets one; what it sets is remembered and
 * limits nothing.
 */
final class LimitCalls implements Portable {
    /** Limits that there are (asm-generic/resource.h). */
    private static final int COUNT = 16;

    private static final int DATA = 2;
    private static final int STACK = 3;
    private static final int OPEN_FILES = 7;
    private static final int ADDRESS_SPACE = 9;

    /* | soft u64 | hard u64 |   struct rlimit */
    private static final int BYTES = 16;

    private static final long UNLIMITED = -1;

    private final GuestProcess process;
    private final HostFiles files;
    private final SortedMap<Integer, byte[]> known = new TreeMap<>();

    LimitCalls(GuestProcess process, HostFiles files) {
        this.process = process;
        this.files = files;
        // The size of the stack is that of the initial image.
        known.put(
                STACK, Struct.ofBytes(BYTES).i64(InitialImage.STACK_BYTES).i64(UNLIMITED).bytes());
    }

    @Override
    public void exchange(Fields fields) {
        List<Limit> limits = fields.list("limits", limits(), Limit.BLANK, Limit::exchange);
        known.clear();
        limits.forEach(limit -> known.put(limit.resource(), limit.bytes()));
        if (known.size() < limits.size()) {
            throw new IllegalArgumentException("limits: one resource twice (expected: once)");
        }
    }

    private List<Limit> limits() {
        return known.entrySet().stream()
                .map(entry -> Limit.of(entry.getKey(), entry.getValue()))
                .toList();
    }

    /** A limit that is known. */
    private record Limit(int resource, long soft, long hard) {
        static final Limit BLANK = new Limit(0, 0, 0);

        static Limit of(int resource, byte[] bytes) {
            ByteBuffer fields = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
            return new Limit(resource, fields.getLong(), fields.getLong());
        }

        Limit exchange(Fields fields) {
            return new Limit(
                    fields.number("resource", resource, 0, COUNT - 1),
                    fields.number("soft", soft),
                    fields.number("hard", hard));
        }

        byte[] bytes() {
            return Struct.ofBytes(BYTES).i64(soft).i64(hard).bytes();
        }
    }

    List<Syscall> rows() {
        return List.of(
                localInput(163, "getrlimit", 2, c -> tell(c, c.intArgument(0), c.argument(1))),
                local(164, "setrlimit", 2, c -> change(c, c.intArgument(0), c.argument(1))),
                localInput(261, "prlimit64", 4, this::changeAndTell));
    }

    private long changeAndTell(Call call) {
        int resource = call.intArgument(1);
        long wanted = call.argument(2);
        long old = call.argument(3);
        if (!process.isSelf(call.intArgument(0))) {
            return Errno.ESRCH;
        }
        if (wanted != 0 && !call.isReadable(wanted, BYTES)) {
            return Errno.EFAULT;
        }
        byte[] limit = call.bytes(wanted, wanted == 0 ? 0 : BYTES);
        long told = old == 0 ? checked(resource) : tell(call, resource, old);
        return told != 0 || wanted == 0 ? told : change(resource, limit);
    }

    private static long checked(int resource) {
        return resource < 0 || resource >= COUNT ? Errno.EINVAL : 0;
    }

    private long tell(Call call, int resource, long address) {
        if (checked(resource) != 0) {
            return checked(resource);
        }
        byte[] limit = known.get(resource);
        if (limit == null) {
            return call.ask(new byte[0], (c, output) -> c.answer(0, address, ofHost(resource)));
        }
        return call.write(address, limit) ? 0 : Errno.EFAULT;
    }

    private byte[] ofHost(int resource) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment limit = arena.allocate(BYTES);
            files.kernel().call(HostCall.PRLIMIT64, 0, resource, 0, limit.address());
            if (resource == OPEN_FILES) {
                // Java has raised its own to the hard limit, of which the guest has nothing.
                long hard = limit.getAtIndex(ValueLayout.JAVA_LONG, 1);
                boolean isLower = Long.compareUnsigned(hard, Descriptors.LIMIT) < 0;
                limit.set(ValueLayout.JAVA_LONG, 0, isLower ? hard : Descriptors.LIMIT);
            }
            return limit.toArray(ValueLayout.JAVA_BYTE);
        }
    }

    private long change(Call call, int resource, long address) {
        return call.isReadable(address, BYTES)
                ? change(resource, call.bytes(address, BYTES))
                : Errno.EFAULT;
    }

    private long change(int resource, byte[] limit) {
        ByteBuffer fields = ByteBuffer.wrap(limit).order(ByteOrder.LITTLE_ENDIAN);
        boolean ordered = Long.compareUnsigned(fields.getLong(), fields.getLong()) <= 0;
        if (checked(resource) != 0 || !ordered) {
            return Errno.EINVAL;
        }
        // As under qemu-user, whose own memory these three would limit.
        if (resource != DATA && resource != STACK && resource != ADDRESS_SPACE) {
            known.put(resource, limit);
        }
        return 0;
    }
}
