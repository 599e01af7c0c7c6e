package dev.lockstep.riscv.linux;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.IntToLongFunction;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The names by which a process finds itself in the file system. The guest must find itself there,
 * not the process that hosts it.
 */
final class SelfNames {
    private static final String SELF = "/proc/self";

    /** What of {@link #SELF} is the same for the guest as for its host. */
    private static final Set<String> SHARED =
            Set.of("cgroup", "limits", "mountinfo", "mounts", "mountstats", "net", "ns");

    /** Links that lead to a place with a name of its own. */
    private static final Map<String, String> LINKS =
            Map.of(
                    "/proc/thread-self",
                    SELF,
                    "/proc/self/root",
                    "",
                    "/dev/fd",
                    "/proc/self/fd",
                    "/dev/stdin",
                    "/proc/self/fd/0",
                    "/dev/stdout",
                    "/proc/self/fd/1",
                    "/dev/stderr",
                    "/proc/self/fd/2");

    private static final Pattern ENTRY = Pattern.compile(SELF + "/([^/]+)");
    private static final Pattern DESCRIPTOR = Pattern.compile(SELF + "/fd(info)?/([0-9]{1,9})");

    /** A name that the host has nothing under. */
    private static final String ABSENT = SELF + "/absent";

    private final Path program;
    private final Consumer<String> notes;
    private final LongSupplier processId;
    private final IntToLongFunction hostDescriptor;
    private final LongSupplier hostDirectory;

    /**
     * @param notes is told of what the guest does not find
     * @param processId tells the guest's process id
     * @param hostDescriptor tells the host's descriptor behind one of the guest
     * @param hostDirectory tells the host's descriptor of the guest's current directory
     */
    SelfNames(
            Path program,
            Consumer<String> notes,
            LongSupplier processId,
            IntToLongFunction hostDescriptor,
            LongSupplier hostDirectory) {
        this.program = program;
        this.notes = notes;
        this.processId = processId;
        this.hostDescriptor = hostDescriptor;
        this.hostDirectory = hostDirectory;
    }

    /**
     * Returns the name under which the host has what an absolute path is to the guest, or nothing
     * if that is no other name.
     */
    Optional<String> onHost(String path) {
        String place = "";
        String rest = path;
        while (!rest.isEmpty()) {
            String[] parts = rest.replaceFirst("^/+", "").split("/", 2);
            rest = parts.length == 1 ? "" : "/" + parts[1];
            place = enter(place, parts[0]);
            Optional<String> host = special(place);
            if (host.isPresent()) {
                return Optional.of(host.get() + rest);
            }
        }
        return Optional.empty();
    }

    /** Returns whether a path is the link to the program. */
    boolean isProgram(String path) {
        return onHost(path).equals(Optional.of(program.toString()));
    }

    private String enter(String place, String part) {
        return switch (part) {
            case "", "." -> place;
            case ".." -> place.substring(0, Math.max(0, place.lastIndexOf('/')));
            default -> target(place + "/" + part);
        };
    }

    private String target(String name) {
        return name.equals("/proc/" + processId.getAsLong())
                ? SELF
                : LINKS.getOrDefault(name, name);
    }

    /** Returns the host's name of a place where the guest finds what its host does not. */
    private Optional<String> special(String place) {
        Matcher descriptor = DESCRIPTOR.matcher(place);
        if (descriptor.matches()) {
            int number = Integer.parseInt(descriptor.group(2));
            String start = place.substring(0, descriptor.start(2));
            return Optional.of(start + hostDescriptor.applyAsLong(number));
        }
        Matcher entry = ENTRY.matcher(place);
        return entry.matches() ? ofSelf(entry.group(1), place) : Optional.empty();
    }

    private Optional<String> ofSelf(String entry, String name) {
        return switch (entry) {
            case "exe" -> Optional.of(program.toString());
            case "cwd" -> Optional.of(SELF + "/fd/" + hostDirectory.getAsLong());
            case "fd", "fdinfo" -> Optional.empty();
            default -> SHARED.contains(entry) ? Optional.empty() : Optional.of(hidden(name));
        };
    }

    private String hidden(String name) {
        notes.accept(name + " is not modelled; the guest does not find it");
        return ABSENT;
    }
}
