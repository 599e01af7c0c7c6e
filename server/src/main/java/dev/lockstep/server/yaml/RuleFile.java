package dev.lockstep.server.yaml;

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

/**
 * A file of rules, shipped or a user's.
 *
 * @param name as the user calls it, for messages
 * @param text its content
 * @param sha256 of its content, in hexadecimal
 */
public record RuleFile(String name, String text, String sha256) {
    /** Bytes of one, at most. */
    public static final int MAX_BYTES = 1 << 20;

    /**
     * Returns one that is shipped, from the package of a class.
     *
     * @throws ConfigException if none of {@code known} has this name
     */
    public static RuleFile shipped(String name, List<String> known, Class<?> owner) {
        if (!known.contains(name)) {
            throw new ConfigException(
                    "unknown profile '%s' (expected: one of %s)"
                            .formatted(name, String.join(", ", known)));
        }
        try (InputStream in = owner.getResourceAsStream(name + ".yaml")) {
            return of(name, Objects.requireNonNull(in, name).readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Returns one.
     *
     * @param bytes its content
     * @throws ConfigException if it is too long, or no UTF-8
     */
    public static RuleFile of(String name, byte[] bytes) {
        if (bytes.length > MAX_BYTES) {
            throw new ConfigException(
                    "%s: %d bytes (expected: at most %d)".formatted(name, bytes.length, MAX_BYTES));
        }
        try {
            String text =
                    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
            return new RuleFile(name, text, Profile.sha256(bytes));
        } catch (CharacterCodingException e) {
            throw new ConfigException(name + ": is no text (expected: YAML in UTF-8)", e);
        }
    }
}
