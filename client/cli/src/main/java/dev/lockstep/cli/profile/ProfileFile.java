package dev.lockstep.cli.profile;

import dev.lockstep.server.run.ConfigException;
import dev.lockstep.server.run.Profile;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** The profile that a user means. */
public final class ProfileFile {
    private static final int MAX_BYTES = 1 << 20;

    private ProfileFile() {}

    /** Returns whether a name is that of a built-in profile. */
    public static boolean isBuiltIn(String name) {
        return Profile.builtIn().stream().anyMatch(profile -> profile.name().equals(name));
    }

    /**
     * Returns the built-in profile of this name, or the one in this file.
     *
     * @throws ConfigException if there is neither, or the file is no profile
     */
    public static Profile of(String nameOrFile) {
        return Profile.builtIn().stream()
                .filter(profile -> profile.name().equals(nameOrFile))
                .findFirst()
                .orElseGet(() -> read(nameOrFile));
    }

    private static Profile read(String file) {
        byte[] bytes = bytes(file, "default, qemu");
        try {
            String text =
                    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
            return ProfileReader.read(file, text, Profile.sha256(bytes));
        } catch (CharacterCodingException e) {
            throw new ConfigException(file + ": is no text (expected: YAML in UTF-8)", e);
        }
    }

    /**
     * Returns what is in a file of rules.
     *
     * @param builtIn the names that would have been known, for the message
     * @throws ConfigException if it cannot be read
     */
    static byte[] bytes(String file, String builtIn) {
        try (InputStream in = Files.newInputStream(Path.of(file))) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new ConfigException(
                        "%s: more than %d bytes (expected: at most that)"
                                .formatted(file, MAX_BYTES));
            }
            return bytes;
        } catch (NoSuchFileException | InvalidPathException e) {
            throw new ConfigException(
                    "unknown profile '%s' (expected: %s or the name of a file)"
                            .formatted(file, builtIn),
                    e);
        } catch (IOException e) {
            throw new ConfigException("%s: cannot be read: %s".formatted(file, e.getMessage()), e);
        }
    }
}
