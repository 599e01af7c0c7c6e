package dev.lockstep.server.diff.events;

import dev.lockstep.server.events.LogLines;
import dev.lockstep.server.json.Fingerprint;
import dev.lockstep.server.json.LineScanner;
import dev.lockstep.server.json.LineScanner.Kind;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;

/**
 * Takes up events without making values of them: those on plain lines to which no rule applies that
 * changes or remembers values. These are most, and here most of the time goes. For one thread.
 */
// Hot path: runs once per event.
final class PlainEvents {
    private static final byte[] TID = ascii(LoggedEvent.TID);
    private static final byte[] INDEX = ascii(LoggedEvent.INDEX);
    private static final byte[] KIND = ascii(LoggedEvent.KIND);
    private static final byte[] PAYLOAD = ascii(LoggedEvent.PAYLOAD);
    private static final int ROOT = 0;
    private static final int KIND_SLOTS = 1 << 10;

    private final LineScanner scanner = new LineScanner();
    private final KindRules.Book book;
    private final Intake intake;

    /** Open addressing by the fingerprint of the kind. */
    private final long[] kindKeys = new long[KIND_SLOTS];

    private final @Nullable PlainKind[] kinds = new PlainKind[KIND_SLOTS];
    private int kindCount;
    private int memberCount;

    PlainEvents(KindRules.Book book, Intake intake) {
        this.book = book;
        this.intake = intake;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Takes up the event on a line; returns false if that takes values. */
    boolean add(LogLines line) {
        if (!scanner.scan(line.buffer(), line.start(), line.length())
                || scanner.kind(ROOT) != Kind.OBJECT) {
            return false;
        }
        int tid = scanner.member(ROOT, TID);
        int index = scanner.member(ROOT, INDEX);
        int kind = scanner.member(ROOT, KIND);
        int payload = scanner.member(ROOT, PAYLOAD);
        if (!is(Kind.INTEGER, tid)
                || !is(Kind.INTEGER, index)
                || !is(Kind.TEXT, kind)
                || !is(Kind.OBJECT, payload)) {
            return false;
        }
        long kindFingerprint = scanner.fingerprint(kind);
        PlainKind plain = kind(kindFingerprint, kind);
        if (plain == null || plain.needsValues()) {
            return false;
        }
        long eventIndex = scanner.integer(index);
        ThreadLog thread = intake.thread(scanner.integer(tid), eventIndex);
        if (intake.isDecisive(thread, plain.rules())) {
            thread.setPartnerKey(partnerKey(payload));
        }
        long fingerprint =
                Fingerprint.ofMember(kindFingerprint, payloadFingerprint(thread, payload, plain));
        intake.add(thread, eventIndex, fingerprint, line.offset(), plain.rules());
        return true;
    }

    private boolean is(Kind kind, int token) {
        return token != LineScanner.NONE && scanner.kind(token) == kind;
    }

    private long payloadFingerprint(ThreadLog thread, int payload, PlainKind kind) {
        PlainRenaming renaming = kind.renaming();
        String counted = renaming == null ? null : renaming.counted(scanner, payload);
        if (renaming == null || counted == null) {
            return Fingerprint.ofObject(addMembers(payload, kind, null), memberCount);
        }
        long ordinal = intake.nextOrdinal(thread, renaming.rule(), counted);
        long sum =
                addMembers(payload, kind, renaming)
                        + renaming.memberSum(counted, ordinal, scanner, payload);
        return Fingerprint.ofObject(sum, memberCount + renaming.memberCount(scanner, payload));
    }

    /** Adds up and counts what is compared of a payload as it is. */
    private long addMembers(int payload, PlainKind kind, @Nullable PlainRenaming renaming) {
        long sum = 0;
        memberCount = 0;
        for (int name = scanner.first(payload);
                name != LineScanner.NONE;
                name = scanner.next(name)) {
            int value = scanner.value(name);
            long nameFingerprint = scanner.fingerprint(name);
            if (scanner.kind(value) != Kind.NULL
                    && kind.compares(nameFingerprint)
                    && (renaming == null || !renaming.renames(nameFingerprint, scanner, payload))) {
                sum += Fingerprint.ofMember(nameFingerprint, scanner.fingerprint(value));
                memberCount++;
            }
        }
        return sum;
    }

    private @Nullable Long partnerKey(int payload) {
        int value = scanner.member(payload, intake.partnerField());
        return value == LineScanner.NONE || scanner.kind(value) == Kind.NULL
                ? null
                : scanner.fingerprint(value);
    }

    /**
     * Returns what is to be known of a kind; null if it is too long or there are too many to
     * remember.
     */
    private @Nullable PlainKind kind(long fingerprint, int token) {
        int slot = (int) fingerprint & KIND_SLOTS - 1;
        while (true) {
            PlainKind known = kinds[slot];
            if (known == null) {
                return newKind(slot, fingerprint, token);
            }
            if (kindKeys[slot] == fingerprint) {
                return known;
            }
            slot = slot + 1 & KIND_SLOTS - 1;
        }
    }

    private @Nullable PlainKind newKind(int slot, long fingerprint, int token) {
        String name = scanner.text(token);
        if (2 * kindCount > KIND_SLOTS || name.length() > EventReader.MAX_KIND_CHARACTERS) {
            return null;
        }
        kindCount++;
        PlainKind kind = new PlainKind(book.of(name));
        kindKeys[slot] = fingerprint;
        kinds[slot] = kind;
        return kind;
    }
}
