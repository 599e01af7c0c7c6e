package dev.lockstep.server.run;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What counts as a divergence: a way to compare (docs/divergences.md), and rules that say which
 * differences to ignore (docs/profiles.md).
 *
 * @param name for options and reports
 * @param sha256 of the rules, in hexadecimal, as who made it says
 * @param rules the first that covers a difference counts; at most {@link #MAX_RULES}, names unique
 */
public record Profile(Base base, String name, String sha256, List<Rule> rules) {
    public static final int MAX_RULES = 1000;

    /** All is compared and nothing ignored. */
    public static final Profile DEFAULT = withoutRules(Base.DEFAULT);

    /** Compares as QEMU's lockstep plugin does. */
    public static final Profile QEMU = withoutRules(Base.QEMU);

    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    /** A way to compare. */
    public enum Base {
        /** All that the engines report is compared, at every step where both have a boundary. */
        DEFAULT(
                """
                version 1
                pair records by step, joined up to the next common boundary
                compare next_pc, digest, turns, inputs, end, state at the end
                give up as contrib/plugins/lockstep.c does, counted in pairs
                """),
        /** As the lockstep plugin of QEMU compares: one block with one block, and only their pc. */
        QEMU(
                """
                version 1
                pair the k-th block with the k-th block
                compare pc, end without its step, state at the end
                give up as contrib/plugins/lockstep.c does
                """);

        private final String rules;

        Base(String rules) {
            this.rules = rules;
        }
    }

    /** Creates a profile as it is; {@link #ofRules} checks what others say. */
    public Profile {
        rules = List.copyOf(rules);
        if (rules.size() > MAX_RULES) {
            throw new IllegalArgumentException(
                    "rules: %d (expected: at most %d)".formatted(rules.size(), MAX_RULES));
        }
        Set<String> names = new HashSet<>();
        for (Rule rule : rules) {
            if (!names.add(rule.name())) {
                throw new IllegalArgumentException(
                        "rule \"%s\" appears twice (expected: every rule has its own name)"
                                .formatted(rule.name()));
            }
        }
    }

    /** Returns the built-in profile that compares so. */
    public static Profile of(Base base) {
        return base == Base.QEMU ? QEMU : DEFAULT;
    }

    private static Profile withoutRules(Base base) {
        return new Profile(
                base,
                base.name().toLowerCase(Locale.ROOT),
                sha256(base.rules.getBytes(StandardCharsets.UTF_8)),
                List.of());
    }

    /** Returns those that have no rules of a user. */
    public static List<Profile> builtIn() {
        return List.of(DEFAULT, QEMU);
    }

    /**
     * Returns the default way to compare, with rules.
     *
     * @throws IllegalArgumentException if name or digest are none, or the rules do not go together
     */
    public static Profile ofRules(String name, String sha256, List<Rule> rules) {
        EngineSpec.checkName("profile name", name);
        if (builtIn().stream().anyMatch(profile -> profile.name.equals(name))) {
            throw new IllegalArgumentException(
                    "profile name: \"%s\" (expected: another than the built-in ones have)"
                            .formatted(name));
        }
        if (!SHA256.matcher(sha256).matches()) {
            throw new IllegalArgumentException(
                    "sha256: \"%s\" (expected: 64 hexadecimal digits)"
                            .formatted(Excerpt.ofName(sha256)));
        }
        return new Profile(Base.DEFAULT, name, sha256, rules);
    }

    /** Returns the policy of a run whose creator wishes for none. */
    public Policy policy(Policy byDefault) {
        return switch (base) {
            case DEFAULT -> byDefault;
            // The plugin has no limit of divergences, so its profile gets the farthest.
            case QEMU -> new Policy(Policy.OnDivergence.TRACK, Policy.MAX_DIVERGENCES);
        };
    }

    /** Returns whether this compares as QEMU's plugin does. */
    public boolean isQemu() {
        return base == Base.QEMU;
    }

    /** Returns the SHA-256 of some bytes, in hexadecimal. */
    public static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
