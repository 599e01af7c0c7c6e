package dev.lockstep.riscv.memory;

import dev.lockstep.protocol.Protocol;

import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/** SHA-256, by which contents are known. Confined to one thread at a time. */
public final class PageHash {
    private static final byte[] ZEROS = new byte[GuestMemory.PAGE_BYTES];

    private final MessageDigest digest = sha256();

    /** Returns a digest that computes SHA-256. */
    public static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Returns whether all bytes of a page are zero. */
    public static boolean isZero(byte[] page) {
        return Arrays.equals(page, ZEROS);
    }

    /** Returns the 32 bytes of the hash of a page, a fresh array. */
    public byte[] of(byte[] page) {
        byte[] hash = new byte[Protocol.PAGE_HASH_BYTES];
        put(page, hash, 0);
        return hash;
    }

    /** Puts the hash of a page in its place among others. */
    public void put(byte[] page, byte[] hashes, int offset) {
        try {
            digest.update(page);
            digest.digest(hashes, offset, Protocol.PAGE_HASH_BYTES);
        } catch (DigestException e) {
            throw new IllegalArgumentException("no room for a hash at " + offset, e);
        }
    }
}
