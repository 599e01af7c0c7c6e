package dev.lockstep.riscv.linux;

import static dev.lockstep.riscv.linux.Argument.DESCRIPTOR;
import static dev.lockstep.riscv.linux.Argument.VALUE;
import static dev.lockstep.riscv.linux.Syscall.input;
import static dev.lockstep.riscv.linux.Syscall.localInput;

import dev.lockstep.riscv.host.HostCall;
import dev.lockstep.riscv.host.HostKernel;
import dev.lockstep.sdk.InputAnswer;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Descriptors for events: epoll, eventfd and timerfd, kept by the host's kernel. */
final class EventCalls {
    private static final int EVENTS_LIMIT = 1 << 16;
    private static final int DELETE = 2;
    private static final int TIMER_BYTES = 32;
    private static final Argument TIMER = new Argument.Structure(TIMER_BYTES);

    /* | events u32 | padding u32 | data u64 |   struct epoll_event of the guest */
    private static final int EVENT_BYTES = 16;

    private static final int DATA_OFFSET = 8;

    private static final ValueLayout.OfLong DATA = ValueLayout.JAVA_LONG_UNALIGNED;

    private final HostFiles files;
    private final Forwarding forward;
    private final Signals signals;
    private final Timers timers;
    private final SelfWait selfWait;

    EventCalls(
            HostFiles files,
            Forwarding forward,
            Signals signals,
            Timers timers,
            SelfWait selfWait) {
        this.selfWait = selfWait;
        this.files = files;
        this.forward = forward;
        this.signals = signals;
        this.timers = timers;
    }

    List<Syscall> rows() {
        return List.of(
                input(19, "eventfd2", 2, (call, output) -> createEvent(call)),
                input(
                        20,
                        "epoll_create1",
                        1,
                        (call, output) -> create(call, HostCall.EPOLL_CREATE1)),
                input(21, "epoll_ctl", 4, EventCalls::event, this::control),
                localInput(22, "epoll_pwait", 6, this::await),
                input(
                        85,
                        "timerfd_create",
                        2,
                        (call, output) -> create(call, HostCall.TIMERFD_CREATE)),
                forward.row(
                        86,
                        "timerfd_settime",
                        HostCall.TIMERFD_SETTIME,
                        DESCRIPTOR,
                        VALUE,
                        Argument.input(TIMER_BYTES),
                        TIMER),
                forward.row(87, "timerfd_gettime", HostCall.TIMERFD_GETTIME, DESCRIPTOR, TIMER));
    }

    private InputAnswer create(Call call, HostCall host) {
        long created = files.kernel().call(host, call.argument(0), call.argument(1));
        return InputAnswer.of(files.descriptors().add(created, 0));
    }

    /** Nobody but the guest itself counts an event, as nobody else fills a pipe of its own. */
    private InputAnswer createEvent(Call call) {
        long created = files.kernel().call(HostCall.EVENTFD2, call.argument(0), call.argument(1));
        return InputAnswer.of(
                Errno.isError(created)
                        ? created
                        : files.descriptors().add(created, OpenFile.Kind.OWN_PIPE, 0));
    }

    private static byte[] event(Call call) {
        return call.bytes(call.argument(3), EVENT_BYTES);
    }

    private InputAnswer control(Call call, byte[] event) {
        boolean deletes = call.intArgument(1) == DELETE;
        if (!deletes && event.length == 0) {
            return InputAnswer.of(Errno.EFAULT);
        }
        try (Arena arena = Arena.ofConfined()) {
            HostKernel kernel = files.kernel();
            MemorySegment host = arena.allocate(EVENT_BYTES);
            if (!deletes) {
                ByteBuffer fields = ByteBuffer.wrap(event).order(ByteOrder.LITTLE_ENDIAN);
                host.set(ValueLayout.JAVA_INT, 0, fields.getInt(0));
                host.set(DATA, kernel.epollDataOffset(), fields.getLong(DATA_OFFSET));
            }
            return InputAnswer.of(
                    kernel.call(
                            HostCall.EPOLL_CTL,
                            files.descriptors().host(call.intArgument(0)),
                            call.argument(1),
                            files.descriptors().host(call.intArgument(2)),
                            host.address()));
        }
    }

    private long await(Call call) {
        int room = call.intArgument(2);
        if (room <= 0 || room > EVENTS_LIMIT) {
            return Errno.EINVAL;
        }
        if (!call.isWritable(call.argument(1), (long) room * EVENT_BYTES)) {
            return Errno.EFAULT;
        }
        int milliseconds = call.intArgument(3);
        WaitTerms mask = WaitTerms.read(call, 0, call.argument(4), call.argument(5));
        Optional<Duration> limit =
                milliseconds < 0 ? Optional.empty() : Optional.of(Duration.ofMillis(milliseconds));
        WaitTerms terms = new WaitTerms(mask.error(), limit, mask.blocked());
        return timers.wait(call, terms, new byte[0], () -> await(call, room, limit));
    }

    private InputAnswer await(Call call, int room, Optional<Duration> limit) {
        try (Arena arena = Arena.ofConfined()) {
            HostKernel kernel = files.kernel();
            int stride = kernel.epollDataOffset() + Long.BYTES;
            MemorySegment events = arena.allocate((long) room * stride);
            long host = files.descriptors().host(call.intArgument(0));
            boolean inVain =
                    host >= 0
                            && timers.isForEver(limit, signals.blocked())
                            && selfWait.isOwn(HostProcess.watchedBy(host));
            long found =
                    timers.await(
                            call,
                            inVain ? Optional.of(Duration.ZERO) : limit,
                            signals.blocked(),
                            span ->
                                    kernel.call(
                                            HostCall.EPOLL_PWAIT,
                                            host,
                                            events.address(),
                                            room,
                                            milliseconds(span)));
            if (found <= 0) {
                return InputAnswer.of(found == 0 && inVain ? selfWait.refuse() : found);
            }
            byte[] told = call.bytes(call.argument(1), found * EVENT_BYTES);
            fill(told, events, stride);
            return call.answer(found, call.argument(1), told);
        }
    }

    private static void fill(byte[] found, MemorySegment events, int stride) {
        ByteBuffer fields = ByteBuffer.wrap(found).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 0, event = 0; at < found.length; at += EVENT_BYTES, event += stride) {
            fields.putInt(at, events.get(ValueLayout.JAVA_INT_UNALIGNED, event));
            fields.putLong(at + DATA_OFFSET, events.get(DATA, event + stride - Long.BYTES));
        }
    }

    // Rounded up, so that a wait is never too short.
    private static long milliseconds(Optional<Duration> span) {
        return span.map(time -> Math.max(0, time.plusNanos(999_999).toMillis())).orElse(-1L);
    }
}
