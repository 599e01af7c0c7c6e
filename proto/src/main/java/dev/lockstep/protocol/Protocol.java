package dev.lockstep.protocol;

/** Numbers of the wire contract (docs/protocol.md). */
public final class Protocol {
    /** Version in Hello. Raised by any change that an old peer would misunderstand. */
    public static final int VERSION = 1;

    /** Version of the block rule and of the digest, part of the "rules" agreement item. */
    public static final String RULES = "block-rule 1, digest 1";

    /** Bytes of a frame's message at most; the four bytes of its length are not counted. */
    public static final int MAX_FRAME_BYTES = 16 << 20;

    /**
     * Bytes of a connection's first frame at most. It is a Hello, in which the longest arguments
     * and environment a process can be given have room.
     */
    public static final int MAX_HELLO_BYTES = 4 << 20;

    /** Bytes of the length before every message: u32, little-endian. */
    public static final int LENGTH_BYTES = Integer.BYTES;

    /** Guest memory carried by one part of an input result at most. */
    public static final int MAX_INPUT_PART_BYTES = 1 << 20;

    /** Pieces of guest memory in one part of an input result at most. */
    public static final int MAX_INPUT_PART_WRITES = 1024;

    /** What a part of an input, and each piece of guest memory in it, costs beside its bytes. */
    public static final int INPUT_OVERHEAD_BYTES = 128;

    /** Characters of an event's kind at most; it has at least one. */
    public static final int MAX_EVENT_KIND_CHARACTERS = 128;

    /** Bytes of an event's payload at most. */
    public static final int MAX_EVENT_PAYLOAD_BYTES = 64 << 10;

    /** Bytes of a batch of events at most, as a message. */
    public static final int MAX_EVENT_BATCH_BYTES = 1 << 20;

    /** Bytes of a GuestState at most, as a message. */
    public static final int MAX_STATE_BYTES = 8 << 20;

    /** How deep groups and lists of a state are nested at most. */
    public static final int MAX_STATE_DEPTH = 16;

    /** Bytes of a page in a state. */
    public static final int PAGE_BYTES = 4096;

    /** Bytes of the hash that stands for a page: SHA-256. */
    public static final int PAGE_HASH_BYTES = 32;

    /** Bytes of a row of CapturePart.pages: address, hash. */
    public static final int PAGE_ROW_BYTES = Long.BYTES + PAGE_HASH_BYTES;

    /**
     * Pages of a state at most, of its memory and of its sources together: so many hashes are told
     * of it. A source that would be beyond it is left out; its pages then travel as pages.
     */
    public static final int MAX_STATE_PAGES = 1 << 20;

    /** Hashes in one part of a state at most. */
    public static final int MAX_PART_HASHES = 16_384;

    /** Contents of pages in one frame at most, asked for or sent. */
    public static final int MAX_PART_PAGES = 256;

    /** Registers of an engine's file at most. */
    public static final int MAX_REGISTERS = 1024;

    /** Bits of a register at most; it has at least one. */
    public static final int MAX_REGISTER_BITS = 2048;

    /** Bytes of the values of all registers of a file at most. */
    public static final int MAX_REGISTER_ROW_BYTES = 16 << 10;

    /** Agreement items that an engine sends. */
    public static final String ITEM_PROGRAM = "program";

    public static final String ITEM_ARGUMENTS = "arguments";
    public static final String ITEM_ENVIRONMENT = "environment";
    public static final String ITEM_MACHINE = "machine";
    public static final String ITEM_RULES = "rules";

    private Protocol() {}
}
