package dev.lockstep.server.diff.state;

import dev.lockstep.server.run.ConfigException;
import dev.lockstep.server.run.Profile;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/** Profiles of states: those that are shipped, and those that users write. */
public final class StateProfiles {
    /** Bytes of a profile, at most. */
    public static final int MAX_BYTES = 1 << 20;

    /** Name of the profile that is used unless another one is named. */
    public static final String DEFAULT = "default";

    /** Names of those that are shipped. */
    public static final List<String> SHIPPED = List.of(DEFAULT, "xenia", "xenia-strict");

    private StateProfiles() {}

    /**
     * Returns one that is shipped.
     *
     * @throws ConfigException if there is none of this name
     */
    public static StateProfile shipped(String name) {
        if (!SHIPPED.contains(name)) {
            throw new ConfigException(
                    "unknown profile '%s' (expected: one of %s)"
                            .formatted(name, String.join(", ", SHIPPED)));
        }
        return read(name, bytes(name + ".yaml"));
    }

    private static byte[] bytes(String resource) {
        try (InputStream in = StateProfiles.class.getResourceAsStream(resource)) {
            return Objects.requireNonNull(in, resource).readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Reads one.
     *
     * @param file what the user calls it, for messages
     * @param bytes its content, YAML in UTF-8
     * @throws ConfigException if it is none
     */
    public static StateProfile read(String file, byte[] bytes) {
        if (bytes.length > MAX_BYTES) {
            throw new ConfigException(
                    "%s: %d bytes (expected: at most %d)".formatted(file, bytes.length, MAX_BYTES));
        }
        try {
            String text =
                    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
            return StateProfileReader.read(file, text, Profile.sha256(bytes));
        } catch (CharacterCodingException e) {
            throw new ConfigException(file + ": is no text (expected: YAML in UTF-8)", e);
        }
    }
}
