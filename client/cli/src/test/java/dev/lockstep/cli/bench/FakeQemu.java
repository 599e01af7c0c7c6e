package dev.lockstep.cli.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** A script that answers as qemu-riscv64 does under its lockstep plugin. */
public final class FakeQemu {
    private FakeQemu() {}

    /**
     * Writes the script into a folder and returns it.
     *
     * @param verdict what the plugin says first
     */
    public static Path in(Path folder, String verdict) throws IOException {
        return script(
                folder,
                """
                socket=${4#*,sockpath=}
                [ -e "$socket" ] || : >"$socket"
                sleep 0.1
                echo '%s' >&2
                echo 'Executed 16000/16000 blocks' >&2
                echo 'Executed ~104000 instructions' >&2
                """
                        .formatted(verdict));
    }

    static Path script(Path folder, String text) throws IOException {
        Path script = folder.resolve("emulator");
        Files.writeString(script, "#!/bin/sh\n" + text);
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
        return script;
    }
}
