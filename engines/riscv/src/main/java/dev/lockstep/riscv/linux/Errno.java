package dev.lockstep.riscv.linux;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.NotLinkException;
import java.util.List;
import java.util.Map;

/** Error numbers (asm-generic/errno.h) as system calls return them: negative. */
final class Errno {
    static final long EPERM = -1;
    static final long ENOENT = -2;
    static final long ESRCH = -3;
    static final long EINTR = -4;
    static final long EIO = -5;
    static final long EBADF = -9;
    static final long ECHILD = -10;
    static final long EAGAIN = -11;
    static final long ENOMEM = -12;
    static final long EACCES = -13;
    static final long EFAULT = -14;
    static final long EEXIST = -17;
    static final long ENOTDIR = -20;
    static final long EISDIR = -21;
    static final long EINVAL = -22;
    static final long EMFILE = -24;
    static final long ENOTTY = -25;
    static final long ENOSPC = -28;
    static final long ESPIPE = -29;
    static final long EROFS = -30;
    static final long EPIPE = -32;
    static final long ERANGE = -34;
    static final long EDEADLK = -35;
    static final long ENAMETOOLONG = -36;
    static final long ENOSYS = -38;
    static final long ENOTEMPTY = -39;
    static final long ELOOP = -40;
    static final long EOVERFLOW = -75;
    static final long ETIMEDOUT = -110;

    private static final long ENXIO = -6;
    private static final long ETXTBSY = -26;
    private static final long EFBIG = -27;
    private static final long ECONNRESET = -104;

    private static final Map<Class<? extends IOException>, Long> BY_TYPE =
            Map.of(
                    NoSuchFileException.class, ENOENT,
                    AccessDeniedException.class, EACCES,
                    FileAlreadyExistsException.class, EEXIST,
                    DirectoryNotEmptyException.class, ENOTEMPTY,
                    NotDirectoryException.class, ENOTDIR,
                    NotLinkException.class, EINVAL,
                    FileSystemLoopException.class, ELOOP);

    private record Text(String text, long errno) {}

    // What Java has no exception of its own for keeps the text of strerror.
    private static final List<Text> BY_TEXT =
            List.of(
                    new Text("Broken pipe", EPIPE),
                    new Text("Illegal seek", ESPIPE),
                    new Text("Is a directory", EISDIR),
                    new Text("Not a directory", ENOTDIR),
                    new Text("No space left", ENOSPC),
                    new Text("File too large", EFBIG),
                    new Text("File name too long", ENAMETOOLONG),
                    new Text("Too many levels of symbolic links", ELOOP),
                    new Text("Too many open files", EMFILE),
                    new Text("Read-only file system", EROFS),
                    new Text("Text file busy", ETXTBSY),
                    new Text("No such device or address", ENXIO),
                    new Text("Operation not permitted", EPERM),
                    new Text("Permission denied", EACCES),
                    new Text("Bad file descriptor", EBADF),
                    new Text("Bad address", EFAULT),
                    new Text("Connection reset", ECONNRESET),
                    new Text("Invalid argument", EINVAL),
                    new Text("Resource temporarily unavailable", EAGAIN));

    private Errno() {}

    /** Returns the error number for what the host answered; EIO when it cannot be told. */
    static long of(IOException e) {
        Long errno = BY_TYPE.get(e.getClass());
        return errno != null ? errno : byText(text(e));
    }

    /** Returns whether a result is an error number. */
    static boolean isError(long result) {
        return Long.compareUnsigned(result, -4096) > 0;
    }

    private static String text(IOException e) {
        String text = e instanceof FileSystemException f ? f.getReason() : e.getMessage();
        return text == null ? "" : text;
    }

    private static long byText(String text) {
        return BY_TEXT.stream()
                .filter(entry -> text.contains(entry.text()))
                .mapToLong(Text::errno)
                .findFirst()
                .orElse(EIO);
    }
}
