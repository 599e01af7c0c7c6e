package dev.lockstep.isa;

/** Decodes instructions by the table. */
public final class Decoder {

    private static final int LOW_PARCEL = 0xffff;
    private static final int QUADRANT = 0b11;

    /** Compressed instructions by their low bits and funct3, the others by opcode and funct3. */
    private static final DecodeIndex COMPRESSED = new DecodeIndex(Short.BYTES, 0, 13);

    private static final DecodeIndex BASE = new DecodeIndex(Integer.BYTES, 2, 12);

    private Decoder() {}

    /**
     * Decodes the instruction that starts with the low parcel of {@code raw}; the high parcel
     * counts only if the length is 4.
     */
    public static Instruction decode(int raw) {
        int code = length(raw) == Short.BYTES ? raw & LOW_PARCEL : raw;
        return rule(code).decode(code);
    }

    /** Returns the length in bytes, 2 or 4, of the instruction that starts with this parcel. */
    public static int length(int firstParcel) {
        return (firstParcel & QUADRANT) == QUADRANT ? Integer.BYTES : Short.BYTES;
    }

    /** Returns the rule by which {@code code} decodes; high bits of compressed ones are 0. */
    static DecodeRule rule(int code) {
        return length(code) == Short.BYTES ? COMPRESSED.find(code) : BASE.find(code);
    }
}
