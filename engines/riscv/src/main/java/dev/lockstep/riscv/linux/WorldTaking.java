package dev.lockstep.riscv.linux;

import dev.lockstep.riscv.HostCallListener;
import dev.lockstep.riscv.Payload;
import dev.lockstep.riscv.StateException;
import dev.lockstep.riscv.host.FileContent;
import dev.lockstep.riscv.host.HostCall;
import dev.lockstep.riscv.host.HostKernel;
import dev.lockstep.riscv.linux.LinuxWorld.Descriptor;
import dev.lockstep.riscv.linux.LinuxWorld.Kind;
import dev.lockstep.riscv.linux.LinuxWorld.Mapped;
import dev.lockstep.riscv.linux.LinuxWorld.Open;
import dev.lockstep.riscv.linux.TakenWorld.Unread;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;

/** Takes down what the host has of a process. Belongs to the engine's thread. */
final class WorldTaking {
    /** A larger file that the guest can change is refused: the guest stands still meanwhile. */
    static final long MAX_CHANGEABLE_BYTES = 1 << 30;

    private static final long FROM_HERE = 1;

    private final HostFiles files;
    private final HostKernel kernel;
    private final FileContents contents;
    private final HostCallListener listener;

    /** The files that the guest can change: they have to be read before it goes on. */
    private final Set<FileStatus.Identity> changeable = new HashSet<>();

    private final List<Unread> unread = new ArrayList<>();

    private WorldTaking(HostFiles files, FileContents contents, HostCallListener listener) {
        this.files = files;
        this.contents = contents;
        this.listener = listener;
        kernel = files.kernel();
    }

    /**
     * Takes it down.
     *
     * @param listener is told before a file is read
     * @param timer null if none runs
     * @throws StateException if some of it cannot be kept
     */
    static TakenWorld take(
            HostFiles files,
            FileContents contents,
            HostCallListener listener,
            LinuxWorld.@Nullable Timer timer) {
        // A guest that has asked for nothing has at least its standard streams.
        if (!files.hasKernel() && !HostProcess.hasInputFile()) {
            return new TakenWorld(
                    new LinuxWorld(files.startDirectory(), timer, null), List.of(), contents);
        }
        WorldTaking taking = new WorldTaking(files, contents, listener);
        try {
            return new TakenWorld(taking.world(timer), taking.unread, contents);
        } catch (StateException e) {
            contents.giveBack(taking.unread.stream().map(Unread::host).toList());
            throw e;
        }
    }

    /** A descriptor of the host, and what to call it. */
    private record Subject(int host, String name, FileStatus status) {}

    private Subject subject(int host, String what) {
        return new Subject(host, what, FileStatus.of(kernel, host));
    }

    private String name(int descriptor, int host) {
        return "descriptor %d, %s,".formatted(descriptor, text(files.name(host)));
    }

    private static String text(byte[] path) {
        return Payload.decoded(path);
    }

    private LinuxWorld world(LinuxWorld.@Nullable Timer timer) {
        files.mapped().closeUnused();
        var openings = files.descriptors().openings();
        openings.forEach(this::look);
        contents.closeNotNeeded(kernel);
        Map<Integer, List<Integer>> mapped = files.mapped().byHost();
        mapped.keySet().forEach(host -> changeable.add(identity(host)));
        List<Open> open = new ArrayList<>();
        openings.forEach(opening -> open.add(open(opening, open.size())));
        List<Mapped> reached = new ArrayList<>();
        mapped.forEach((host, mappings) -> reached.add(mapped(host, mappings)));
        return new LinuxWorld(
                directory(), timer, new LinuxWorld.Files(HostProcess.umask(), open, reached));
    }

    private FileStatus.Identity identity(int host) {
        return FileStatus.of(kernel, host).identity();
    }

    /** Finds out whether the guest can change a file, or holds a lock on it. */
    private void look(NavigableMap<Integer, OpenFile> opening) {
        int host = opening.firstEntry().getValue().host();
        if (HostProcess.holdsLocks(host)) {
            throw refusal(name(opening.firstKey(), host), "the guest has a lock on it");
        }
        boolean isRead = (flags(host) & OpenFlags.ACCESS) == OpenFlags.RDONLY;
        if (!isRead && (flags(host) & OpenFlags.PATH) == 0) {
            changeable.add(identity(host));
        }
    }

    private static StateException refusal(String name, String reason) {
        return new StateException(
                name
                        + " cannot be kept: "
                        + reason
                        + " (expected: a standard stream, or a file, directory or device that can"
                        + " be opened again); take the state when the guest has closed it");
    }

    private long flags(int host) {
        return kernel.guestOpenFlags(kernel.call(HostCall.FCNTL, host, Fcntl.GETFL))
                & OpenFlags.LASTING;
    }

    private Open open(NavigableMap<Integer, OpenFile> opening, int index) {
        OpenFile file = opening.firstEntry().getValue();
        Subject subject = subject(file.host(), name(opening.firstKey(), file.host()));
        Kind kind = Kind.ofStream(file.opening()).orElseGet(() -> kind(subject));
        List<Descriptor> descriptors = descriptors(opening);
        boolean isFile = kind.hasContent() && subject.status().isRegular();
        long flags = flags(file.host());
        if (kind.stream() >= 0 && !isFile) {
            return new Open(kind, "", flags & OpenFlags.NONBLOCK, 0, null, descriptors);
        }
        return new Open(
                kind,
                kind == Kind.STDIN ? text(files.name(file.host())) : path(subject),
                flags,
                kind == Kind.PLACE ? 0 : offset(file.host()),
                isFile ? content(subject, index) : null,
                descriptors);
    }

    private List<Descriptor> descriptors(NavigableMap<Integer, OpenFile> opening) {
        List<Descriptor> descriptors = new ArrayList<>();
        opening.forEach((number, file) ->
                descriptors.add(
                        new Descriptor(number, files.descriptors().closesOnExec(file.host()))));
        return descriptors;
    }

    private Kind kind(Subject subject) {
        FileStatus status = subject.status();
        if ((flags(subject.host()) & OpenFlags.PATH) != 0) {
            return Kind.PLACE;
        }
        if (status.isRegular()) {
            return Kind.FILE;
        }
        if (status.isDirectory()) {
            return Kind.DIRECTORY;
        }
        if (status.isDevice()) {
            return Kind.DEVICE;
        }
        throw refusal(subject.name(), "it ends with the process that has it");
    }

    private long offset(int host) {
        return Math.max(0, kernel.call(HostCall.LSEEK, host, 0, FROM_HERE));
    }

    /** Returns the path of what has one that leads to it. */
    private String path(Subject subject) {
        byte[] path = files.name(subject.host());
        if (!files.statusOf(path).identity().equals(subject.status().identity())) {
            throw refusal(subject.name(), "no path leads to it any more");
        }
        String text = text(path);
        if (!Arrays.equals(text.getBytes(StandardCharsets.UTF_8), path)) {
            throw refusal(subject.name(), "its path is not UTF-8");
        }
        return text;
    }

    /** Returns the content, or null if it can be read while the guest goes on. */
    private @Nullable FileContent content(Subject subject, int index) {
        FileStatus.Version version = subject.status().version();
        Optional<FileContent> known = contents.find(version);
        if (known.isPresent()) {
            return known.get();
        }
        long own = FileContents.openAnew(kernel, subject.host(), subject.name());
        if (changeable.contains(version.file())) {
            return readNow(own, subject);
        }
        unread.add(new Unread(index, own, version, subject.name()));
        return null;
    }

    private FileContent readNow(long own, Subject subject) {
        try {
            checkSize(subject);
            listener.entered(FileContents.PREAD64);
            return contents.read(kernel, own, subject.name());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StateException(subject.name() + " was not read: the engine is being stopped");
        } finally {
            kernel.call(HostCall.CLOSE, own);
        }
    }

    private static void checkSize(Subject subject) {
        if (subject.status().size() > MAX_CHANGEABLE_BYTES) {
            throw new StateException(
                    "%s cannot be kept: the guest can change it, and it has %d bytes (expected: at most %d); take the state when the guest has closed it"
                            .formatted(
                                    subject.name(), subject.status().size(), MAX_CHANGEABLE_BYTES));
        }
    }

    private Mapped mapped(int host, List<Integer> mappings) {
        String name = "the mapped file %s".formatted(text(files.name(host)));
        Subject subject = subject(host, name);
        FileContent content =
                contents.find(subject.status().version())
                        .orElseGet(
                                () -> readNow(FileContents.openAnew(kernel, host, name), subject));
        return new Mapped(path(subject), content, mappings);
    }

    private String directory() {
        return files.openDirectory()
                .map(host -> path(subject(host.intValue(), "the current directory")))
                .orElseGet(files::startDirectory);
    }
}
