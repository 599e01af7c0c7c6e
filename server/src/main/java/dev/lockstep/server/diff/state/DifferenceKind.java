package dev.lockstep.server.diff.state;

/** In what way two states differ at a place. */
public enum DifferenceKind {
    /** A document is there on one side alone. */
    MISSING_FILE("missing-file"),
    /** A document is not what its own side's manifest says. */
    MANIFEST_HASH_MISMATCH("manifest-hash-mismatch"),
    /** Values of two kinds, as 1 and 1.0, or true and 1. */
    TYPE_MISMATCH("type-mismatch"),
    /** A field that only the reference has. */
    MISSING_FIELD("missing-field"),
    /** A field that only the subject has. */
    EXTRA_FIELD("extra-field"),
    /** Sequences of two lengths. */
    SEQ_LENGTH("seq-length"),
    /** A member of a set that only the reference has. */
    MISSING_MEMBER("missing-from-ours"),
    /** A member of a set that only the subject has. */
    EXTRA_MEMBER("extra-in-ours"),
    /** Two numbers, strings or booleans. */
    VALUE("value");

    private final String word;

    DifferenceKind(String word) {
        this.word = word;
    }

    /** Returns its word in profiles and reports, the same as the original's. */
    public String word() {
        return word;
    }
}
