package dev.lockstep.cli.text;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What an output is connected to.
 *
 * @param interactive whether a person watches it
 * @param colour whether colours may be used; see no-color.org
 */
public record Terminal(boolean interactive, boolean colour) {
    public static final int STANDARD_OUTPUT = 1;
    public static final int STANDARD_ERROR = 2;

    /** Looks at a descriptor of this process; {@link System#console} cannot tell them apart. */
    public static Terminal of(int descriptor) {
        boolean interactive = isTerminal(Path.of("/proc/self/fd", Integer.toString(descriptor)));
        String noColour = System.getenv("NO_COLOR");
        return new Terminal(interactive, interactive && (noColour == null || noColour.isEmpty()));
    }

    private static boolean isTerminal(Path descriptor) {
        try {
            String file = Files.readSymbolicLink(descriptor).toString();
            return file.startsWith("/dev/pts/") || file.startsWith("/dev/tty");
        } catch (IOException e) {
            return false; // No /proc, or closed: nobody is known to watch.
        }
    }
}
