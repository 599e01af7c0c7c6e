package dev.lockstep.server.diff.state;

import dev.lockstep.server.diff.state.StateProfile.ImageRule;
import dev.lockstep.server.json.JsonReader;
import dev.lockstep.server.json.JsonSyntaxException;
import dev.lockstep.server.json.JsonValue;
import dev.lockstep.server.run.ConfigException;
import dev.lockstep.server.run.Profile;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Which bytes of an image say nothing, and the hash of the others. */
public final class Masking {
    private final ImageRule rule;
    private final BigInteger base;
    private final List<Range> ranges;

    /** Bytes from an address on. */
    private record Range(BigInteger address, int byteCount) {}

    private Masking(ImageRule rule, BigInteger base, List<Range> ranges) {
        this.rule = rule;
        this.base = base;
        this.ranges = ranges;
    }

    /**
     * Reads a table of what a loader writes.
     *
     * @param file as the user calls it, for messages
     * @throws ConfigException if it is no JSON object
     */
    public static Masking read(String file, byte[] bytes, ImageRule rule) {
        try {
            if (!(JsonReader.read(bytes, 0, bytes.length) instanceof JsonValue.Struct table)) {
                throw new ConfigException(
                        file + ": is no JSON object (expected: a table with what is masked)");
            }
            BigInteger base =
                    table.members().get(rule.base()) instanceof JsonValue.Int(BigInteger value)
                            ? value
                            : BigInteger.valueOf(rule.defaultBase());
            return new Masking(rule, base, ranges(table, rule));
        } catch (JsonSyntaxException e) {
            throw new ConfigException("%s: is no JSON: %s".formatted(file, e.getMessage()), e);
        }
    }

    private static List<Range> ranges(JsonValue.Struct table, ImageRule rule) {
        List<Range> ranges = new ArrayList<>();
        for (JsonValue.Struct group : objects(table, rule.groups())) {
            for (JsonValue.Struct entry : objects(group, rule.entries())) {
                JsonValue type = entry.members().get(rule.type());
                if (entry.members().get(rule.address()) instanceof JsonValue.Int(BigInteger address)
                        && type instanceof JsonValue.Int(BigInteger number)
                        && number.bitLength() < Long.SIZE) {
                    int byteCount = rule.sizes().getOrDefault(number.longValue(), 0);
                    ranges.add(new Range(address, byteCount));
                }
            }
        }
        return ranges;
    }

    private static List<JsonValue.Struct> objects(JsonValue.Struct parent, String list) {
        return parent.members().get(list) instanceof JsonValue.Array(var items)
                ? items.stream()
                        .filter(JsonValue.Struct.class::isInstance)
                        .map(JsonValue.Struct.class::cast)
                        .toList()
                : List.of();
    }

    /** Returns the SHA-256 of an image, of which what is masked is overwritten. */
    String sha256(byte[] image) {
        byte[] canonical = image.clone();
        BigInteger size = BigInteger.valueOf(image.length);
        for (Range range : ranges) {
            BigInteger from = range.address.subtract(base);
            BigInteger to = from.add(BigInteger.valueOf(range.byteCount));
            if (from.signum() >= 0 && to.compareTo(size) <= 0) {
                Arrays.fill(canonical, from.intValue(), to.intValue(), rule.fill());
            }
        }
        return Profile.sha256(canonical);
    }
}
