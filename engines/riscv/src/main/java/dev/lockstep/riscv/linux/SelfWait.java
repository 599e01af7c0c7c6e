package dev.lockstep.riscv.linux;

import dev.lockstep.riscv.host.HostCall;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Finds, at the reference, where a guest would wait for itself: for a pipe of which it has both
 * ends, or an event that only it can count. Nobody would ever end such a wait.
 */
final class SelfWait {
    private final HostFiles files;
    private final GuestProcess process;

    SelfWait(HostFiles files, GuestProcess process) {
        this.files = files;
        this.process = process;
    }

    /** Returns the error number for a wait that nobody would end, with a note. */
    long refuse() {
        process.note(
                "the guest waits on a pipe that only itself could fill or empty; the call"
                        + " returns at once, with EDEADLK if it moved nothing");
        return Errno.EDEADLK;
    }

    /** Returns the error number for a call that would wait to read from a descriptor, or 0. */
    long refusalToRead(int descriptor) {
        return waits(descriptor, OpenFlags.WRONLY, PollSet.IN) ? refuse() : 0;
    }

    /** Returns the error number for a call that would wait to write to a descriptor, or 0. */
    long refusalToWrite(int descriptor) {
        return waits(descriptor, OpenFlags.RDONLY, PollSet.OUT) ? refuse() : 0;
    }

    /**
     * @param unable how a descriptor is open that is of no use, as the host will say
     */
    private boolean waits(int descriptor, int unable, int event) {
        int host = (int) files.descriptors().host(descriptor);
        if (!isOwn(List.of(host))) {
            return false;
        }
        long flags = files.kernel().call(HostCall.FCNTL, host, Fcntl.GETFL);
        PollSet set = new PollSet(1);
        set.set(0, host, event);
        return (flags & OpenFlags.NONBLOCK) == 0
                && (flags & OpenFlags.ACCESS) != unable
                && set.await(files.kernel(), Optional.of(Duration.ZERO)) == 0;
    }

    /**
     * Returns whether only the guest can make any of these descriptors of the host ready.
     *
     * @param hosts those that are negative count for nothing
     */
    boolean isOwn(List<Integer> hosts) {
        List<Integer> present = hosts.stream().filter(host -> host >= 0).toList();
        return !present.isEmpty() && present.stream().allMatch(files.descriptors()::isOwnPipe);
    }
}
