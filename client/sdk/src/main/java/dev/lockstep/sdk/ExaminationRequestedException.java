package dev.lockstep.sdk;

/**
 * Unwinds an engine that is asked to look at its past: whatever it was about to report or to wait
 * for comes again when it has resumed. See {@link EngineSession#awaitExamine}.
 */
public final class ExaminationRequestedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    ExaminationRequestedException() {
        super("asked to examine", null, false, false);
    }
}
