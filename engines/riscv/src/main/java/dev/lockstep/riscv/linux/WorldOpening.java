package dev.lockstep.riscv.linux;

import dev.lockstep.riscv.HostCallListener;
import dev.lockstep.riscv.StateException;
import dev.lockstep.riscv.host.FileContent;
import dev.lockstep.riscv.host.HostCall;
import dev.lockstep.riscv.host.HostKernel;
import dev.lockstep.riscv.linux.LinuxWorld.Descriptor;
import dev.lockstep.riscv.linux.LinuxWorld.Kind;
import dev.lockstep.riscv.linux.LinuxWorld.Mapped;
import dev.lockstep.riscv.linux.LinuxWorld.Open;

import java.io.File;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Opens what a process had of its host again, each file as it was. Nothing that others share with
 * this process is touched before all is open; when that fails, what was opened is closed.
 */
final class WorldOpening {
    private static final long FROM_START = 0;

    private final HostFiles files;
    private final HostKernel kernel;
    private final Descriptors descriptors;
    private final HostCallListener listener;
    private final Consumer<String> notes;

    /** Descriptors of the host of files that mapped pages reach. */
    private final Map<Long, List<Integer>> mapped = new LinkedHashMap<>();

    /** What changes what others see, too. */
    private final List<Runnable> last = new ArrayList<>();

    private WorldOpening(HostFiles files, HostCallListener listener, Consumer<String> notes) {
        this.files = files;
        this.listener = listener;
        this.notes = notes;
        kernel = files.kernel();
        descriptors = Descriptors.none(kernel);
    }

    /**
     * Has a process whose host was not asked yet go on with what another had.
     *
     * @param listener is told before a file is read
     * @param notes is told what is not as it was
     * @throws StateException if something is not there as it was; then nothing has changed
     */
    static void open(
            HostFiles files, LinuxWorld world, HostCallListener listener, Consumer<String> notes) {
        checkDirectory(files, world.directory());
        checkMappings(files, world.files() == null ? List.of() : world.files().mapped());
        if (world.files() != null) {
            new WorldOpening(files, listener, notes).open(world.files());
        }
        files.startIn(world.directory());
    }

    private static void checkMappings(HostFiles files, List<Mapped> told) {
        List<Integer> found =
                told.stream().flatMap(file -> file.mappings().stream()).sorted().toList();
        if (!found.equals(files.mapped().mappings())) {
            throw new StateException(
                    "world.files.mapped: mappings %s (expected: %s, those that pages reach)"
                            .formatted(found, files.mapped().mappings()));
        }
    }

    private static void checkDirectory(HostFiles files, String path) {
        // Java knows no names beyond the locale's; but the kernel is asked only if it must be.
        if (!new File(path).isDirectory() && !files.statusOf(bytes(path)).isDirectory()) {
            throw new StateException(
                    "world.directory: %s is not there (expected: the guest's current directory);"
                                    .formatted(path)
                            + " make it, or begin from another state");
        }
    }

    private void open(LinuxWorld.Files all) {
        try {
            all.open().forEach(this::place);
            all.mapped().forEach(this::place);
        } catch (StateException e) {
            descriptors.closeRange(0, Descriptors.LIMIT, false);
            mapped.keySet().forEach(host -> kernel.call(HostCall.CLOSE, host));
            throw e;
        }
        last.forEach(Runnable::run);
        kernel.call(HostCall.UMASK, all.umask());
        mapped.forEach(files.mapped()::place);
        files.goOnWith(descriptors);
    }

    private void place(Open file) {
        Map<Integer, Boolean> shared = new TreeMap<>();
        for (Descriptor descriptor : file.descriptors()) {
            boolean isTaken = descriptors.get(descriptor.number()).isPresent();
            if (shared.put(descriptor.number(), descriptor.closesOnExec()) != null || isTaken) {
                throw new StateException(
                        "world.files.open: descriptor %d twice (expected: once)"
                                .formatted(descriptor.number()));
            }
        }
        if (shared.isEmpty()) {
            throw new StateException(
                    "world.files.open: no descriptors (expected: one or more of each)");
        }
        if (!descriptors.place((int) host(file), file.kind().stream(), shared)) {
            throw new StateException(
                    name(file.path()) + ": this process can have no more files (expected: room)");
        }
    }

    /** Returns a descriptor of the host for what was open. */
    private long host(Open file) {
        return switch (file.kind()) {
            case STDIN -> isAtHand(file) ? stream(file) : openAgain(file);
            case STDOUT, STDERR -> stream(file);
            case FILE, DIRECTORY, DEVICE, PLACE -> openAgain(file);
        };
    }

    /** Returns whether this process's standard input will do. */
    private boolean isAtHand(Open input) {
        FileContent wanted = input.content();
        FileStatus present = FileStatus.of(kernel, Kind.STDIN.stream());
        if (wanted == null) {
            if (!present.isNullDevice()) {
                notes.accept("standard input goes on with whatever comes: it was no file");
            }
            return true;
        }
        return present.isRegular()
                && present.size() == wanted.sizeBytes()
                && content("/proc/self/fd/0", wanted).equals(wanted);
    }

    private long stream(Open file) {
        int number = file.kind().stream();
        long copy =
                kernel.call(HostCall.FCNTL, number, Fcntl.DUPFD_CLOEXEC, Descriptors.LOWEST_HOST);
        if (Errno.isError(copy)) {
            throw new StateException(
                    "%s of this process is closed (expected: open, as it was)"
                            .formatted(file.kind().text()));
        }
        last.add(() -> {
            long flags = kernel.call(HostCall.FCNTL, number, Fcntl.GETFL) & ~OpenFlags.NONBLOCK;
            long own = file.flags() & OpenFlags.NONBLOCK;
            kernel.call(HostCall.FCNTL, number, Fcntl.SETFL, flags | own);
            if (file.content() != null) {
                kernel.call(HostCall.LSEEK, number, file.offset(), FROM_START);
            }
        });
        return copy;
    }

    private long openAgain(Open file) {
        check(file);
        long host = open(file.path(), file.flags());
        if (file.kind() != Kind.PLACE) {
            kernel.call(HostCall.LSEEK, host, file.offset(), FROM_START);
        }
        return host;
    }

    /** Looks whether a path leads to what it led to, before that is opened. */
    private void check(Open file) {
        FileStatus status = files.statusOf(bytes(file.path()));
        boolean isSame =
                switch (file.kind()) {
                    case STDIN, STDOUT, STDERR, FILE -> status.isRegular();
                    case DIRECTORY -> status.isDirectory();
                    case DEVICE -> status.isDevice();
                    case PLACE -> status.exists();
                };
        if (!isSame) {
            throw new StateException(
                    "%s is not there (expected: a %s, as it was); put it there again, or begin from another state"
                            .formatted(name(file.path()), expected(file.kind())));
        }
        if (file.content() != null) {
            check(file.path(), status.size(), file.content());
        }
    }

    private static String expected(Kind kind) {
        return kind == Kind.PLACE || kind == Kind.STDIN ? Kind.FILE.text() : kind.text();
    }

    private void check(String path, long size, FileContent wanted) {
        String found = size + " bytes";
        if (size == wanted.sizeBytes()) {
            FileContent content = content(path, wanted);
            if (content.equals(wanted)) {
                return;
            }
            found = content.toString();
        }
        throw new StateException(
                "%s has changed: %s (expected: %s); put it there as it was, or begin from another state"
                        .formatted(name(path), found, wanted));
    }

    private FileContent content(String path, FileContent wanted) {
        long host = open(path, OpenFlags.RDONLY);
        try {
            listener.entered(FileContents.PREAD64);
            return FileContent.read(
                    FileContent.behind(kernel, host), wanted.sizeBytes(), name(path));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StateException(name(path) + " was not read: the engine is being stopped");
        } finally {
            kernel.call(HostCall.CLOSE, host);
        }
    }

    private long open(String path, long flags) {
        try (Arena arena = Arena.ofConfined()) {
            long host =
                    kernel.call(
                            HostCall.OPENAT,
                            HostFiles.AT_FDCWD,
                            arena.allocateFrom(path).address(),
                            kernel.openFlags(flags | OpenFlags.CLOEXEC));
            if (Errno.isError(host)) {
                throw new StateException(
                        "%s cannot be opened: error %d (expected: as it could be)"
                                .formatted(name(path), -host));
            }
            return host;
        }
    }

    private static byte[] bytes(String path) {
        return path.getBytes(StandardCharsets.UTF_8);
    }

    private static String name(String path) {
        return "the guest's file " + path;
    }

    private void place(Mapped file) {
        FileStatus status = files.statusOf(bytes(file.path()));
        if (!status.isRegular()) {
            throw new StateException(
                    "%s is not there (expected: the file that the guest has mapped); put it there again, or begin from another state"
                            .formatted(name(file.path())));
        }
        check(file.path(), status.size(), file.content());
        mapped.put(open(file.path(), OpenFlags.RDWR), file.mappings());
    }
}
