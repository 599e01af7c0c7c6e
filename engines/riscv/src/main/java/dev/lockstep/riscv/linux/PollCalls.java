package dev.lockstep.riscv.linux;

import static dev.lockstep.riscv.linux.Syscall.localInput;

import dev.lockstep.sdk.InputAnswer;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The calls that wait for descriptors: ppoll and pselect6. The reference alone waits. */
final class PollCalls {
    /** Most descriptors that one call may name. */
    private static final int LIMIT = 1024;

    private static final int SETS = 3;
    private static final int FIRST_SET = 1;

    /** What each of select's sets asks for, and what of the findings puts a descriptor in it. */
    private static final int[] SET_EVENTS = {0xc1, 0x304, PollSet.PRIORITY};

    private static final int[] SET_FINDINGS = {
        0xc1 | PollSet.HANG_UP | PollSet.ERROR, 0x304 | PollSet.ERROR, PollSet.PRIORITY
    };

    private final HostFiles files;
    private final Signals signals;
    private final Timers timers;
    private final SelfWait selfWait;

    PollCalls(HostFiles files, Signals signals, Timers timers, SelfWait selfWait) {
        this.files = files;
        this.selfWait = selfWait;
        this.signals = signals;
        this.timers = timers;
    }

    List<Syscall> rows() {
        return List.of(
                localInput(72, "pselect6", 6, this::select),
                localInput(73, "ppoll", 5, this::poll));
    }

    private long poll(Call call) {
        long count = call.argument(1) & 0xffffffffL;
        long size = count * PollSet.ENTRY_BYTES;
        if (count > LIMIT) {
            return Errno.EINVAL;
        }
        if (!call.isWritable(call.argument(0), size)) {
            return Errno.EFAULT;
        }
        WaitTerms terms =
                WaitTerms.read(call, call.argument(2), call.argument(3), call.argument(4));
        byte[] entries = call.bytes(call.argument(0), size);
        return timers.wait(call, terms, entries, () -> poll(call, entries, terms));
    }

    private InputAnswer poll(Call call, byte[] bytes, WaitTerms terms) {
        ByteBuffer entries = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        PollSet set = new PollSet(bytes.length / PollSet.ENTRY_BYTES);
        for (int i = 0; i * PollSet.ENTRY_BYTES < bytes.length; i++) {
            int at = i * PollSet.ENTRY_BYTES;
            set.set(i, host(entries.getInt(at)), entries.getShort(at + PollSet.WANTED_OFFSET));
        }
        return await(
                call,
                set,
                terms,
                call.argument(2),
                () -> {
                    for (int i = 0; i * PollSet.ENTRY_BYTES < bytes.length; i++) {
                        int at = i * PollSet.ENTRY_BYTES + PollSet.FOUND_OFFSET;
                        entries.putShort(at, (short) set.found(i));
                    }
                    return List.of(new InputAnswer.Write(call.argument(0), bytes));
                });
    }

    private int host(int descriptor) {
        if (descriptor < 0) {
            return descriptor;
        }
        return files.descriptors().get(descriptor).map(OpenFile::host).orElse(PollSet.UNKNOWN);
    }

    /** What the guest is to be told of a wait that was not interrupted. */
    @FunctionalInterface
    private interface Findings {
        List<InputAnswer.Write> writes();
    }

    private InputAnswer await(
            Call call, PollSet set, WaitTerms terms, long timeAddress, Findings findings) {
        long start = System.nanoTime();
        boolean inVain =
                timers.isForEver(terms.limit(), signals.blocked()) && selfWait.isOwn(set.hosts());
        long ready =
                timers.await(
                        call,
                        inVain ? Optional.of(Duration.ZERO) : terms.limit(),
                        signals.blocked(),
                        limit -> set.await(files.kernel(), limit));
        long result = ready == 0 && inVain ? selfWait.refuse() : ready;
        if (Errno.isError(result)) {
            return InputAnswer.of(result);
        }
        List<InputAnswer.Write> writes = new ArrayList<>(findings.writes());
        if (terms.limit().isPresent()) {
            Duration left = terms.limit().get().minusNanos(System.nanoTime() - start);
            Duration shown = left.isNegative() || result == 0 ? Duration.ZERO : left;
            if (call.isWritable(timeAddress, Timespec.BYTES)) {
                writes.add(new InputAnswer.Write(timeAddress, Timespec.bytes(shown)));
            }
        }
        return new InputAnswer(result, writes.stream().filter(w -> w.data().length != 0).toList());
    }

    private long select(Call call) {
        int count = Math.min(call.intArgument(0), LIMIT);
        if (count < 0) {
            return Errno.EINVAL;
        }
        byte[][] sets = new byte[SETS][];
        for (int i = 0; i < SETS; i++) {
            long address = call.argument(FIRST_SET + i);
            int size = address == 0 ? 0 : words(count) * Long.BYTES;
            if (!call.isWritable(address, size)) {
                return Errno.EFAULT;
            }
            sets[i] = call.bytes(address, size);
        }
        WaitTerms terms = selectTerms(call);
        return timers.wait(
                call, terms, concatenation(sets), () -> select(call, count, sets, terms));
    }

    private static int words(int count) {
        return (count + Long.SIZE - 1) / Long.SIZE;
    }

    private static byte[] concatenation(byte[][] sets) {
        ByteBuffer all = ByteBuffer.allocate(sets[0].length + sets[1].length + sets[2].length);
        return all.put(sets[0]).put(sets[1]).put(sets[2]).array();
    }

    /* The last argument: | address of the signal set u64 | its size u64 | */
    private static WaitTerms selectTerms(Call call) {
        if (call.argument(5) == 0) {
            return WaitTerms.read(call, call.argument(4), 0, 0);
        }
        Optional<Timespec> pair = Timespec.read(call, call.argument(5));
        return pair.isEmpty()
                ? WaitTerms.refused(Errno.EFAULT)
                : WaitTerms.read(
                        call, call.argument(4), pair.get().seconds(), pair.get().nanoseconds());
    }

    private InputAnswer select(Call call, int count, byte[][] sets, WaitTerms terms) {
        PollSet polled = new PollSet(count);
        for (int descriptor = 0; descriptor < count; descriptor++) {
            int events = events(sets, descriptor);
            int host = events == 0 ? -1 : host(descriptor);
            if (host == PollSet.UNKNOWN) {
                return InputAnswer.of(Errno.EBADF);
            }
            polled.set(descriptor, host, events);
        }
        InputAnswer answer =
                await(call, polled, terms, call.argument(4), () -> keep(call, sets, polled, count));
        return Errno.isError(answer.value())
                ? answer
                : new InputAnswer(bits(sets), answer.writes());
    }

    private static int events(byte[][] sets, int descriptor) {
        int events = 0;
        for (int i = 0; i < SETS; i++) {
            events |= isIn(sets[i], descriptor) ? SET_EVENTS[i] : 0;
        }
        return events;
    }

    private static boolean isIn(byte[] set, int descriptor) {
        int index = descriptor / Byte.SIZE;
        return index < set.length && (set[index] >> (descriptor % Byte.SIZE) & 1) != 0;
    }

    /** Leaves in the sets what was found; returns them for the guest. */
    private static List<InputAnswer.Write> keep(
            Call call, byte[][] sets, PollSet polled, int count) {
        List<InputAnswer.Write> writes = new ArrayList<>();
        for (int i = 0; i < SETS; i++) {
            for (int descriptor = 0; descriptor < sets[i].length * Byte.SIZE; descriptor++) {
                boolean stays =
                        descriptor < count && (polled.found(descriptor) & SET_FINDINGS[i]) != 0;
                if (!stays) {
                    sets[i][descriptor / Byte.SIZE] &= (byte) ~(1 << (descriptor % Byte.SIZE));
                }
            }
            writes.add(new InputAnswer.Write(call.argument(FIRST_SET + i), sets[i]));
        }
        return writes;
    }

    private static long bits(byte[][] sets) {
        long count = 0;
        for (byte[] set : sets) {
            for (byte bits : set) {
                count += Integer.bitCount(Byte.toUnsignedInt(bits));
            }
        }
        return count;
    }
}
