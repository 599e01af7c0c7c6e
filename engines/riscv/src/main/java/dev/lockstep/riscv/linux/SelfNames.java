package dev.lockstep.riscv.linux;

import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.IntToLongFunction;
import java.util.function.LongSupplier;

/**
 * The names by which a process finds itself in the file system. The guest must find itself there,
 * not the process that hosts it.
 */
final class SelfNames {
    static final String PROGRAM = "/proc/self/exe";

    private static final String SELF = "/proc/self/";
    private static final String DESCRIPTOR = SELF + "fd/";

    /** What is the same for the guest as for its host. */
    private static final Set<String> SHARED =
            Set.of(
                    "",
                    "cgroup",
                    "limits",
                    "mountinfo",
                    "mounts",
                    "mountstats",
                    "net",
                    "ns",
                    "root");

    private static final Map<String, String> STREAMS =
            Map.of(
                    "/dev/stdin", DESCRIPTOR + "0",
                    "/dev/stdout", DESCRIPTOR + "1",
                    "/dev/stderr", DESCRIPTOR + "2");

    private static final String DESCRIPTOR_ALIAS = "/dev/fd/";

    /** A name that the host has nothing under. */
    private static final String ABSENT = "/proc/self/absent";

    private final Path program;
    private final Consumer<String> notes;
    private final IntToLongFunction hostDescriptor;
    private final LongSupplier hostDirectory;

    /**
     * @param notes is told of what the guest does not find
     * @param hostDescriptor tells the host's descriptor behind one of the guest
     * @param hostDirectory tells the host's descriptor of the guest's current directory
     */
    SelfNames(
            Path program,
            Consumer<String> notes,
            IntToLongFunction hostDescriptor,
            LongSupplier hostDirectory) {
        this.program = program;
        this.notes = notes;
        this.hostDescriptor = hostDescriptor;
        this.hostDirectory = hostDirectory;
    }

    /** Returns the name under which the host has what {@code name} is to the guest. */
    String onHost(String name) {
        String plain = STREAMS.getOrDefault(name, name);
        if (plain.startsWith(DESCRIPTOR_ALIAS)) {
            plain = DESCRIPTOR + plain.substring(DESCRIPTOR_ALIAS.length());
        }
        return plain.startsWith(SELF) ? below(plain.substring(SELF.length()), plain) : name;
    }

    private String below(String entry, String name) {
        String first = entry.split("/", 2)[0];
        String rest = entry.substring(first.length());
        return switch (first) {
            case "exe" -> program + rest;
            case "cwd" -> DESCRIPTOR + hostDirectory.getAsLong() + rest;
            case "fd", "fdinfo" -> SELF + first + descriptor(rest);
            default -> SHARED.contains(first) ? name : hidden(name);
        };
    }

    /** Renumbers {@code /N...}. */
    private String descriptor(String rest) {
        String number = rest.isEmpty() ? "" : rest.substring(1).split("/", 2)[0];
        if (!number.matches("[0-9]{1,9}")) {
            return rest;
        }
        long host = hostDescriptor.applyAsLong(Integer.parseInt(number));
        return "/" + host + rest.substring(1 + number.length());
    }

    private String hidden(String name) {
        notes.accept(name + " is not modelled; the guest does not find it");
        return ABSENT;
    }
}
