package dev.lockstep.server.run;

import dev.lockstep.proto.v1.CapturePart;
import dev.lockstep.proto.v1.PageContent;
import dev.lockstep.protocol.Protocol;

/**
 * What one engine has told of the states that one order asked for, held to docs/protocol.md: every
 * {@code take} throws when the engine has broken that.
 */
final class CaptureStream {
    /** What may come next of a state. */
    private enum Phase {
        STATE,
        HASHES,
        CONTENTS
    }

    private final long firstStep;
    private Phase phase = Phase.STATE;
    private long step = -1;
    private long hashCount;
    private long wantedPages;
    private long announced;
    private long finished;
    private boolean over;

    /**
     * @param firstStep no state comes before it
     */
    CaptureStream(long firstStep) {
        this.firstStep = firstStep;
    }

    /** Returns how many states were told of, refused ones too. */
    long announced() {
        return announced;
    }

    /** Returns how many states are needed no more. */
    long finished() {
        return finished;
    }

    /** Returns whether no further state comes. */
    boolean over() {
        return over;
    }

    /** Returns whether there is a state that was told of and is still needed. */
    boolean isOpen() {
        return announced > finished;
    }

    /** Returns whether the engine has to tell more of it before anybody else does anything. */
    boolean owes() {
        return phase == Phase.HASHES || wantedPages > 0;
    }

    void want(int pages) {
        wantedPages += pages;
    }

    /** Takes note that the state is needed no more. */
    void finish() {
        finished++;
        wantedPages = 0;
        phase = Phase.STATE;
    }

    void take(CapturePart part) throws ProtocolException {
        switch (part.getPartCase()) {
            case STATE -> begin(part);
            case PAGES -> addHashes(part, part.getPages().size(), Protocol.PAGE_ROW_BYTES);
            case SOURCE_PAGES ->
                    addHashes(
                            part,
                            part.getSourcePages().getHashes().size(),
                            Protocol.PAGE_HASH_BYTES);
            case END -> {
                check(part, Phase.HASHES);
                phase = Phase.CONTENTS;
            }
            case CONTENTS -> addContents(part);
            case REFUSAL -> refuse(part);
            case PART_NOT_SET -> throw ProtocolException.badFrame("CapturePart without a part");
        }
    }

    private void begin(CapturePart part) throws ProtocolException {
        if (over || phase != Phase.STATE || part.getStep() < Math.max(firstStep, step + 1)) {
            throw wrong(part);
        }
        if (part.getState().getStep() != part.getStep()) {
            throw ProtocolException.badFrame(
                    "CapturePart.state: of step %d (expected: %d, that of the part)"
                            .formatted(part.getState().getStep(), part.getStep()));
        }
        if (part.getState().getSerializedSize() > Protocol.MAX_STATE_BYTES) {
            throw ProtocolException.badFrame(
                    "CapturePart.state: %d bytes (expected: at most %d)"
                            .formatted(
                                    part.getState().getSerializedSize(), Protocol.MAX_STATE_BYTES));
        }
        step = part.getStep();
        hashCount = 0;
        announced++;
        phase = Phase.HASHES;
    }

    private void addHashes(CapturePart part, int bytes, int rowBytes) throws ProtocolException {
        check(part, Phase.HASHES);
        int count = bytes / rowBytes;
        hashCount += count;
        if (bytes % rowBytes != 0
                || count > Protocol.MAX_PART_HASHES
                || hashCount > Protocol.MAX_STATE_PAGES) {
            throw ProtocolException.badFrame(
                    "CapturePart: %d bytes of hashes, %d in all (expected: rows of %d, at most %d in a part, %d in all)"
                            .formatted(
                                    bytes,
                                    hashCount,
                                    rowBytes,
                                    Protocol.MAX_PART_HASHES,
                                    Protocol.MAX_STATE_PAGES));
        }
    }

    private void addContents(CapturePart part) throws ProtocolException {
        check(part, Phase.CONTENTS);
        wantedPages -= part.getContents().getPagesCount();
        if (wantedPages < 0) {
            throw ProtocolException.badFrame(
                    "CapturePart.contents: %d pages more than were wanted".formatted(-wantedPages));
        }
        for (PageContent page : part.getContents().getPagesList()) {
            if (page.getData().size() != Protocol.PAGE_BYTES) {
                throw ProtocolException.badFrame(
                        "PageContent.data: %d bytes (expected: %d)"
                                .formatted(page.getData().size(), Protocol.PAGE_BYTES));
            }
        }
    }

    /** A state may be refused before anything of it is told, or withdrawn after. */
    private void refuse(CapturePart part) throws ProtocolException {
        if (phase != Phase.STATE && part.getStep() == step) {
            finish();
        } else if (over || phase != Phase.STATE) {
            throw wrong(part);
        } else if (part.getStep() == 0) {
            over = true;
        } else {
            step = part.getStep();
            announced++;
            finished++;
        }
    }

    private void check(CapturePart part, Phase expected) throws ProtocolException {
        if (phase != expected || part.getStep() != step) {
            throw wrong(part);
        }
    }

    private ProtocolException wrong(CapturePart part) {
        return ProtocolException.badFrame(
                "CapturePart: %s of step %d (expected: what follows %s of step %d)"
                        .formatted(part.getPartCase(), part.getStep(), phase, step));
    }
}
