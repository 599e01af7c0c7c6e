package dev.lockstep.server.run;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/** A named set of rules of comparison (docs/divergences.md). */
public enum Profile {
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

    Profile(String rules) {
        this.rules = rules;
    }

    /** Returns the policy of a run whose creator wishes for none. */
    public Policy policy(Policy byDefault) {
        return switch (this) {
            case DEFAULT -> byDefault;
            // The plugin has no limit of divergences, so its profile gets the farthest.
            case QEMU -> new Policy(Policy.OnDivergence.TRACK, Policy.MAX_DIVERGENCES);
        };
    }

    /** Returns the name for options and reports, in lower case. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Returns the SHA-256 of the rules, in hexadecimal: equal digests mean equal rules. */
    public String sha256() {
        try {
            byte[] bytes = rules.getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
