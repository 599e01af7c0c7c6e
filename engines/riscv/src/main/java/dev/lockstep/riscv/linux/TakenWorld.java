package dev.lockstep.riscv.linux;

import dev.lockstep.proto.v1.StateGroup;
import dev.lockstep.riscv.StateException;
import dev.lockstep.riscv.StateWriter;
import dev.lockstep.riscv.World;
import dev.lockstep.riscv.host.HostKernel;

import java.util.List;

/**
 * What the host had of a process, with files that are still to be read: those that the process
 * cannot change.
 */
final class TakenWorld implements World {
    private final LinuxWorld world;
    private final List<Unread> unread;
    private final FileContents contents;

    /**
     * A file whose content is lacking.
     *
     * @param index its place among the open files
     * @param host a descriptor of its own
     * @param version what it was when it was taken down
     */
    record Unread(int index, long host, FileStatus.Version version, String name) {}

    TakenWorld(LinuxWorld world, List<Unread> unread, FileContents contents) {
        this.world = world;
        this.unread = List.copyOf(unread);
        this.contents = contents;
    }

    @Override
    public StateGroup state() throws InterruptedException {
        HostKernel kernel = new HostKernel();
        LinuxWorld whole = world;
        for (Unread file : unread) {
            if (!FileStatus.of(kernel, file.host()).version().equals(file.version())) {
                throw new StateException(
                        file.name() + " has changed since (expected: as it was); try again");
            }
            whole = whole.with(file.index(), contents.read(kernel, file.host(), file.name()));
        }
        LinuxWorld complete = whole;
        return StateWriter.write(complete::exchange);
    }

    @Override
    public void close() {
        contents.giveBack(unread.stream().map(Unread::host).toList());
    }
}
