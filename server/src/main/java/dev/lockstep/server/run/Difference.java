package dev.lockstep.server.run;

/** What differs between two sides, and what each of them says. */
record Difference(String field, String reference, String subject) {
    static final String PC = "pc";
    static final String NEXT_PC = "next_pc";
    static final String DIGEST = "digest";
    static final String TURNS = "turns";
    static final String BLOCKS = "blocks";
    static final String INSTRUCTION = "instruction";
    static final String STEPS = "steps";
    static final String INPUT = "input";
    static final String EXIT = "exit";
    static final String STATE = "state";

    static Difference ofAddresses(String field, long reference, long subject) {
        return new Difference(field, hex(reference), hex(subject));
    }

    static Difference ofCounts(String field, long reference, long subject) {
        return new Difference(field, Long.toString(reference), Long.toString(subject));
    }

    static String hex(long value) {
        return "0x" + Long.toHexString(value);
    }
}
