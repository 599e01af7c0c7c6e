package dev.lockstep.riscv.linux;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The files of the guest as the host has them: descriptors and the current directory. Of no use to
 * a subject.
 */
final class HostFiles {
    /** Stands for the current directory where a directory's descriptor is expected. */
    static final int AT_FDCWD = -100;

    static final int DESCRIPTOR_LIMIT = 1024;

    private static final int CREATE = 0100;
    private static final int EXCLUSIVE = 0200;
    private static final int TRUNCATE = 01000;
    private static final int DIRECTORY = 0200000;
    private static final int NOFOLLOW = 0400000;
    private static final int CLOSE_ON_EXEC = 02000000;
    private static final int STANDARD_DESCRIPTORS = 3;

    private static final String SELF = "/proc/self/";

    private final Path program;
    private final GuestProcess process;
    private final Map<Integer, OpenFile> open = new TreeMap<>();
    private final Set<Integer> closedOnExec = new HashSet<>();
    private boolean standardOpened;
    private Path directory = Path.of("").toAbsolutePath();

    HostFiles(Path program, GuestProcess process) {
        this.program = program;
        this.process = process;
    }

    /** Returns the file behind a descriptor. */
    Optional<OpenFile> get(int descriptor) {
        return Optional.ofNullable(descriptors().get(descriptor));
    }

    // Only when first needed: a subject never touches the streams.
    private Map<Integer, OpenFile> descriptors() {
        if (!standardOpened) {
            standardOpened = true;
            for (int i = 0; i < STANDARD_DESCRIPTORS; i++) {
                int descriptor = i;
                OpenFile.standard(i).ifPresent(file -> open.put(descriptor, file));
            }
        }
        return open;
    }

    /**
     * Gives {@code file} the lowest free descriptor from {@code from} on; EMFILE when there is
     * none.
     */
    long add(OpenFile file, int from, boolean closeOnExec) {
        int descriptor = from;
        while (descriptors().containsKey(descriptor)) {
            descriptor++;
        }
        if (descriptor >= DESCRIPTOR_LIMIT) {
            return Errno.EMFILE;
        }
        open.put(descriptor, file);
        setCloseOnExec(descriptor, closeOnExec);
        return descriptor;
    }

    /** Makes {@code descriptor} name {@code file}, closing what it named. */
    void put(int descriptor, OpenFile file, boolean closeOnExec) throws IOException {
        close(descriptor);
        open.put(descriptor, file);
        setCloseOnExec(descriptor, closeOnExec);
    }

    long close(int descriptor) throws IOException {
        OpenFile file = descriptors().remove(descriptor);
        closedOnExec.remove(descriptor);
        if (file == null) {
            return Errno.EBADF;
        }
        file.closeDescriptor();
        return 0;
    }

    boolean isClosedOnExec(int descriptor) {
        return closedOnExec.contains(descriptor);
    }

    void setCloseOnExec(int descriptor, boolean value) {
        if (value) {
            closedOnExec.add(descriptor);
        } else {
            closedOnExec.remove(descriptor);
        }
    }

    Path directory() {
        return directory;
    }

    long changeDirectory(Path path) throws IOException {
        if (!FileStatus.of(path, true).isDirectory()) {
            return Errno.ENOTDIR;
        }
        directory = path.toRealPath();
        return 0;
    }

    /**
     * Returns the file a path of the guest names.
     *
     * @param base descriptor of the directory a relative path starts at, or {@link #AT_FDCWD}
     */
    Path resolve(int base, String name) throws IOException {
        if (name.isEmpty()) {
            throw new NoSuchFileException(name);
        }
        try {
            Path path = Path.of(name);
            return visible(path.isAbsolute() ? path : base(base).resolve(path));
        } catch (InvalidPathException e) {
            throw new NoSuchFileException(name, null, e.getMessage());
        }
    }

    // The guest must not see the process that hosts it as itself.
    private Path visible(Path path) throws IOException {
        String name = path.toString();
        if (!name.startsWith(SELF)) {
            return path;
        }
        if (name.equals(SELF + "exe")) {
            return program;
        }
        process.note(name + " is not modelled; the guest does not find it");
        throw new NoSuchFileException(name);
    }

    private Path base(int descriptor) throws IOException {
        if (descriptor == AT_FDCWD) {
            return directory;
        }
        OpenFile file = get(descriptor).orElseThrow(() -> new IOException("Bad file descriptor"));
        if (file.channel().isPresent()) {
            throw new NotDirectoryException(file.path().toString());
        }
        return file.path();
    }

    /** Returns whether the path is that of the running program's link to itself. */
    boolean isSelfLink(String name) {
        return name.equals(SELF + "exe");
    }

    Path program() {
        return program;
    }

    /** Opens a file and returns its descriptor. */
    long open(int base, String name, int flags, int mode) throws IOException {
        Path path = resolve(base, name);
        boolean noFollow = (flags & NOFOLLOW) != 0;
        boolean exists =
                noFollow ? Files.exists(path, LinkOption.NOFOLLOW_LINKS) : Files.exists(path);
        if (exists && (flags & (CREATE | EXCLUSIVE)) == (CREATE | EXCLUSIVE)) {
            throw new FileAlreadyExistsException(name);
        }
        if (exists && FileStatus.of(path, !noFollow).isDirectory()) {
            return openDirectory(path, flags);
        }
        if ((flags & DIRECTORY) != 0) {
            return exists ? Errno.ENOTDIR : Errno.ENOENT;
        }
        boolean creates = !exists && (flags & CREATE) != 0;
        if ((flags & OpenFile.ACCESS_MODE) == 0 && (creates || (flags & TRUNCATE) != 0)) {
            // Java creates and empties only what is opened for writing.
            FileChannel.open(path, options(flags | OpenFile.WRITE_ONLY), permissions(mode)).close();
        }
        FileChannel channel = FileChannel.open(path, options(flags), permissions(mode));
        return add(OpenFile.of(path, channel, kept(flags)), 0, (flags & CLOSE_ON_EXEC) != 0);
    }

    private long openDirectory(Path path, int flags) throws IOException {
        if ((flags & (OpenFile.ACCESS_MODE | CREATE)) != 0) {
            return Errno.EISDIR;
        }
        OpenFile file = OpenFile.directory(path.toAbsolutePath(), kept(flags));
        return add(file, 0, (flags & CLOSE_ON_EXEC) != 0);
    }

    private static int kept(int flags) {
        return flags & ~(CREATE | EXCLUSIVE | TRUNCATE | CLOSE_ON_EXEC);
    }

    private static Set<OpenOption> options(int flags) {
        Set<OpenOption> options = new HashSet<>();
        int access = flags & OpenFile.ACCESS_MODE;
        if (access != OpenFile.WRITE_ONLY) {
            options.add(StandardOpenOption.READ);
        }
        if (access != 0) {
            options.add(StandardOpenOption.WRITE);
            addIf(options, flags, CREATE, StandardOpenOption.CREATE);
            addIf(options, flags, TRUNCATE, StandardOpenOption.TRUNCATE_EXISTING);
        }
        addIf(options, flags, NOFOLLOW, LinkOption.NOFOLLOW_LINKS);
        return options;
    }

    private static void addIf(Set<OpenOption> options, int flags, int flag, OpenOption option) {
        if ((flags & flag) != 0) {
            options.add(option);
        }
    }

    /** Returns a file mode as the attribute for new files. */
    static FileAttribute<Set<PosixFilePermission>> permissions(int mode) {
        Set<PosixFilePermission> set = EnumSet.noneOf(PosixFilePermission.class);
        PosixFilePermission[] fromHighest = PosixFilePermission.values();
        for (int i = 0; i < fromHighest.length; i++) {
            if ((mode & (0400 >> i)) != 0) {
                set.add(fromHighest[i]);
            }
        }
        return PosixFilePermissions.asFileAttribute(set);
    }
}
