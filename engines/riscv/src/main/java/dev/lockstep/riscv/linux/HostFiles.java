package dev.lockstep.riscv.linux;

import dev.lockstep.isa.elf.Sysroot;
import dev.lockstep.riscv.host.HostCall;
import dev.lockstep.riscv.host.HostKernel;

import org.jspecify.annotations.Nullable;

import java.io.File;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * The files of the guest as the host has them: descriptors, the current directory, names. Of no use
 * to a subject, which never touches its host; nothing is opened before it is needed.
 */
final class HostFiles {
    /** Stands for the current directory where a directory's descriptor is expected. */
    static final int AT_FDCWD = -100;

    private static final long DIRECTORY_ONLY =
            OpenFlags.PATH | OpenFlags.DIRECTORY | OpenFlags.CLOEXEC;
    private static final long F_OK = 0;
    private static final long SYMLINK_NOFOLLOW = 0x100;

    /** Where nothing is mapped on any host, so that its kernel finds the fault itself. */
    private static final long UNMAPPED = 1;

    /**
     * Numbers of the calls whose paths are looked up in the sysroot, which are those of qemu-user
     * 7.2: statfs, openat, readlinkat, newfstatat, utimensat.
     */
    private static final Set<Integer> LOOKED_UP = Set.of(43, 56, 78, 79, 88);

    /** As an argument of a call: the process that makes it. */
    private static final long CALLER = 0;

    private final Path program;
    private final GuestProcess process;
    private String start;
    private final Sysroot sysroot;
    private final SelfNames selfNames;
    private @Nullable HostKernel kernel;
    private @Nullable Descriptors descriptors;
    private @Nullable Long directory;
    private final MappedFiles mapped = new MappedFiles(this);
    private final FileSources sources = new FileSources(this);

    HostFiles(Path program, Launch launch, GuestProcess process) {
        this.program = program;
        this.process = process;
        start = string(launch.directory().getBytes(StandardCharsets.UTF_8));
        sysroot = launch.sysroot();
        selfNames =
                new SelfNames(
                        program,
                        process::note,
                        process::id,
                        number -> descriptors().host(number),
                        this::directory);
    }

    /** Returns whether the host's kernel has been needed. */
    boolean hasKernel() {
        return kernel != null;
    }

    HostKernel kernel() {
        if (kernel == null) {
            kernel = new HostKernel();
        }
        return kernel;
    }

    Descriptors descriptors() {
        if (descriptors == null) {
            descriptors = Descriptors.ofStreams(kernel());
        }
        return descriptors;
    }

    MappedFiles mapped() {
        return mapped;
    }

    FileSources sources() {
        return sources;
    }

    /** Closes a descriptor of the guest. */
    long close(int descriptor) {
        long result = descriptors().close(descriptor);
        mapped.closeUnused();
        return result;
    }

    /** Returns the host's id for one that the guest names: its own may be of an earlier process. */
    long hostProcess(int id) {
        return process.isSelf(id) ? CALLER : id;
    }

    Path program() {
        return program;
    }

    /** Returns the host's descriptor of the current directory. */
    long directory() {
        if (directory == null) {
            try (Arena arena = Arena.ofConfined()) {
                directory = openDirectory(AT_FDCWD, text(arena, start.isEmpty() ? "." : start));
            }
        }
        return directory;
    }

    /** Returns the path of the current directory; empty when it has been removed. */
    byte[] directoryName() {
        return FileStatus.of(kernel(), directory()).links() == 0 ? new byte[0] : name(directory());
    }

    /** Returns what a descriptor of the host stands for; empty if there is none. */
    byte[] name(long host) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocate(Call.PATH_MAX);
            long link = text(arena, "/proc/self/fd/" + host);
            long length =
                    kernel().call(
                                    HostCall.READLINKAT,
                                    AT_FDCWD,
                                    link,
                                    name.address(),
                                    Call.PATH_MAX);
            return name.asSlice(0, Math.max(0, length)).toArray(ValueLayout.JAVA_BYTE);
        }
    }

    /**
     * Returns the status of what a path of the host names.
     *
     * @param flags of statx
     */
    FileStatus status(long base, long path, long flags) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment statx = arena.allocate(FileStatus.STATX_BYTES);
            kernel().call(
                            HostCall.STATX,
                            base,
                            path,
                            flags,
                            FileStatus.STATX_BASIC,
                            statx.address());
            return FileStatus.of(statx);
        }
    }

    /** Returns the status of what the host has under a path, itself a link or not. */
    FileStatus statusOf(byte[] path) {
        try (Arena arena = Arena.ofConfined()) {
            return status(AT_FDCWD, text(arena, string(path)), SYMLINK_NOFOLLOW);
        }
    }

    /**
     * Returns the host's descriptor of the current directory, if it was ever needed and is there.
     */
    Optional<Long> openDirectory() {
        return Optional.ofNullable(directory).filter(host -> !Errno.isError(host));
    }

    /** Returns the path of the first current directory. */
    String startDirectory() {
        String path =
                new String(start.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
        return new File(path).getAbsolutePath();
    }

    /** Has the guest go on in another directory, which is opened when it is needed. */
    void startIn(String path) {
        start = string(path.getBytes(StandardCharsets.UTF_8));
    }

    /** Has the guest go on with other descriptors, before it has any. */
    void goOnWith(Descriptors others) {
        descriptors = others;
    }

    /** Makes the directory behind a descriptor of the host the current one. */
    long changeDirectory(long base, long path) {
        long found = openDirectory(base, path);
        if (Errno.isError(found)) {
            return found;
        }
        try (Arena arena = Arena.ofConfined()) {
            // Unlike the first, this look-up needs the permission that chdir needs.
            long entered = openDirectory(found, text(arena, "."));
            kernel().call(HostCall.CLOSE, found);
            if (Errno.isError(entered)) {
                return entered;
            }
            kernel().call(HostCall.CLOSE, directory());
            directory = entered;
            return 0;
        }
    }

    private long openDirectory(long base, long path) {
        long flags = kernel().openFlags(DIRECTORY_ONLY);
        return kernel().call(HostCall.OPENAT, base, path, flags);
    }

    private static long text(Arena arena, String text) {
        return arena.allocateFrom(text, StandardCharsets.ISO_8859_1).address();
    }

    /** Returns the host's descriptor for one at which a relative path may start. */
    long base(int descriptor) {
        return descriptor == AT_FDCWD ? directory() : descriptors().host(descriptor);
    }

    /** Returns the same as {@link #path} for a call that knows no other start than the current. */
    long lonePath(Arena arena, Call call, int index) {
        byte[] bytes = call.stringBytes(index);
        long path = path(arena, call, directory(), index);
        boolean isRelative = bytes.length != 0 && bytes[0] != '/';
        return isRelative && path == call.hostAddress(index)
                ? text(arena, "/proc/self/fd/" + directory() + "/" + string(bytes))
                : path;
    }

    /**
     * Returns where the host finds the path that argument {@code index} points to; what cannot be
     * read, its kernel finds out.
     *
     * @param arena lives until the call has been made
     * @param base the host's descriptor of where a relative path starts
     */
    long path(Arena arena, Call call, long base, int index) {
        long inPlace = call.hostAddress(index);
        if (inPlace == 0) {
            // For a descriptor that is given it stands for that, for the current directory it is a
            // fault; and here that is a descriptor, too.
            return base == directory() ? UNMAPPED : 0;
        }
        if (!call.isString(index)) {
            return UNMAPPED;
        }
        byte[] path = call.stringBytes(index);
        return selfNames
                .onHost(absolute(base, path))
                .map(name -> text(arena, name))
                .or(() -> belowSysroot(arena, call, path))
                .orElse(inPlace);
    }

    /** Returns whether a path of the guest is its link to its program. */
    boolean isProgramLink(long base, byte[] path) {
        return selfNames.isProgram(absolute(base, path));
    }

    /** Returns a path as it is from the root; empty if it has none of its own. */
    private String absolute(long base, byte[] path) {
        if (path.length == 0 || path[0] == '/') {
            return string(path);
        }
        byte[] start = name(base);
        return start.length == 0 ? "" : string(start) + "/" + string(path);
    }

    private static String string(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    /** Returns an absolute path below the sysroot, if the call looks there and it is there. */
    private Optional<Long> belowSysroot(Arena arena, Call call, byte[] path) {
        if (!sysroot.isPresent()
                || path.length == 0
                || path[0] != '/'
                || !LOOKED_UP.contains(call.number())) {
            return Optional.empty();
        }
        byte[] directory = sysroot.directory().getBytes(StandardCharsets.UTF_8);
        long below = text(arena, string(directory) + string(path));
        boolean exists = kernel().call(HostCall.FACCESSAT, AT_FDCWD, below, F_OK) == 0;
        return exists ? Optional.of(below) : Optional.empty();
    }
}
