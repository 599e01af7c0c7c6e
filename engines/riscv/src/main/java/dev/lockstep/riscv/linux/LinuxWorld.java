package dev.lockstep.riscv.linux;

import dev.lockstep.riscv.Fields;
import dev.lockstep.riscv.host.FileContent;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What stands behind a process of Linux at the one who asks the host: GuestState.world
 * (docs/snapshots.md).
 *
 * @param directory path of the current directory
 * @param timer null if none runs
 * @param files null if the host was never asked for any
 */
record LinuxWorld(String directory, @Nullable Timer timer, @Nullable Files files) {
    static final LinuxWorld BLANK = new LinuxWorld("", null, null);

    private static final long VERSION = 1;

    LinuxWorld exchange(Fields fields) {
        fields.number("version", VERSION, VERSION, VERSION);
        return new LinuxWorld(
                path("directory", directory, fields),
                fields.optional("timer", timer, Timer.BLANK, Timer::exchange),
                fields.optional("files", files, Files.BLANK, Files::exchange));
    }

    private static String path(String name, String path, Fields fields) {
        String read = fields.text(name, path);
        if (read.indexOf('\0') >= 0) {
            throw new IllegalArgumentException(name + ": has a zero in it (expected: a path)");
        }
        return read;
    }

    /** Returns the same, with the content of an open file. */
    LinuxWorld with(int index, FileContent content) {
        Files known = Objects.requireNonNull(files);
        List<Open> open = new ArrayList<>(known.open());
        open.set(index, open.get(index).with(content));
        return new LinuxWorld(directory, timer, new Files(known.umask(), open, known.mapped()));
    }

    /** The timer of real time. */
    record Timer(long intervalSeconds, int intervalNanos, long leftNanos) {
        static final Timer BLANK = new Timer(0, 0, 0);

        Timer exchange(Fields fields) {
            return new Timer(
                    fields.number("interval_seconds", intervalSeconds, 0, Long.MAX_VALUE),
                    fields.number("interval_nanoseconds", intervalNanos, 0, 999_999_999),
                    fields.number("left_nanoseconds", leftNanos, 0, Long.MAX_VALUE));
        }
    }

    /**
     * All that has to do with files.
     *
     * @param umask what is not permitted of a new file
     * @param open by their lowest descriptor
     * @param mapped files that mapped pages reach, by their lowest mapping
     */
    record Files(int umask, List<Open> open, List<Mapped> mapped) {
        static final Files BLANK = new Files(0, List.of(), List.of());

        Files exchange(Fields fields) {
            return new Files(
                    fields.number("umask", umask, 0, 0777),
                    fields.list("open", open, Open.BLANK, Open::exchange),
                    fields.list("mapped", mapped, Mapped.BLANK, Mapped::exchange));
        }
    }

    /** What an open file is. */
    enum Kind {
        /** What the process that hosts the guest has as its own. */
        STDIN(0),
        STDOUT(1),
        STDERR(2),
        FILE,
        DIRECTORY,
        /** Such as /dev/null. */
        DEVICE,
        /** Only its place in the file system: O_PATH. */
        PLACE;

        static final int NO_STREAM = -1;

        private final int stream;

        Kind() {
            this(NO_STREAM);
        }

        Kind(int stream) {
            this.stream = stream;
        }

        /** Returns which standard stream of this process is meant by a number, if it is one. */
        static Optional<Kind> ofStream(int number) {
            return Arrays.stream(values()).filter(kind -> kind.stream == number).findAny();
        }

        static Kind of(String text) {
            return Arrays.stream(values())
                    .filter(kind -> kind.text().equals(text))
                    .findAny()
                    .orElseThrow(() ->
                            new IllegalArgumentException(
                                    "kind: \"%s\" (expected: one of %s)"
                                            .formatted(
                                                    text,
                                                    Arrays.stream(values())
                                                            .map(Kind::text)
                                                            .collect(Collectors.joining(", ")))));
        }

        String text() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** Returns which descriptor of this process it is, or {@link #NO_STREAM}. */
        int stream() {
            return stream;
        }

        /** Returns whether the content of a regular file matters. */
        boolean hasContent() {
            return this == STDIN || this == FILE;
        }
    }

    /**
     * A file that was opened, with all descriptors that share its position.
     *
     * @param path what /proc/self/fd says
     * @param flags those of open(2) that are left, as RISC-V has them
     * @param content null for what is no regular file, or is not asked for its content
     * @param descriptors ascending
     */
    record Open(
            Kind kind,
            String path,
            long flags,
            long offset,
            @Nullable FileContent content,
            List<Descriptor> descriptors) {
        static final Open BLANK = new Open(Kind.FILE, "", 0, 0, null, List.of());

        Open exchange(Fields fields) {
            Open open =
                    new Open(
                            Kind.of(fields.text("kind", kind.text())),
                            LinuxWorld.path("path", path, fields),
                            fields.bits("flags", flags, OpenFlags.LASTING),
                            fields.number("offset", offset, 0, Long.MAX_VALUE),
                            fields.optional(
                                    "content", content, FileContent.BLANK, FileContent::exchange),
                            fields.list(
                                    "descriptors",
                                    descriptors,
                                    Descriptor.BLANK,
                                    Descriptor::exchange));
            if (open.kind == Kind.FILE && open.content == null) {
                throw new IllegalArgumentException("content: missing (expected: of a file, it)");
            }
            return open;
        }

        Open with(FileContent known) {
            return new Open(kind, path, flags, offset, known, descriptors);
        }
    }

    /** A descriptor of the guest. */
    record Descriptor(int number, boolean closesOnExec) {
        static final Descriptor BLANK = new Descriptor(0, false);

        Descriptor exchange(Fields fields) {
            return new Descriptor(
                    fields.number("number", number, 0, Descriptors.LIMIT - 1),
                    fields.flag("close_on_exec", closesOnExec));
        }
    }

    /**
     * A file that mapped pages reach.
     *
     * @param mappings ascending
     */
    record Mapped(String path, FileContent content, List<Integer> mappings) {
        static final Mapped BLANK = new Mapped("", FileContent.BLANK, List.of());

        Mapped exchange(Fields fields) {
            return new Mapped(
                    LinuxWorld.path("path", path, fields),
                    fields.value("content", content, FileContent::exchange),
                    fields.list(
                            "mappings",
                            mappings,
                            0,
                            (mapping, f) -> f.number("number", mapping, 1, Integer.MAX_VALUE)));
        }
    }
}
