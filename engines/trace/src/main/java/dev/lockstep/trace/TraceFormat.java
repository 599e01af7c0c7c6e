package dev.lockstep.trace;

import dev.lockstep.riscv.command.EngineException;

import java.util.regex.Pattern;

/** What a trace was written by. */
enum TraceFormat {
    /** Spike, with {@code --log-commits}. */
    SPIKE("^(\\(spike\\) *)?core +\\d+: .*"),
    /** QEMU, with {@code -d exec,nochain}. */
    QEMU("^(Trace \\d+: 0x[0-9a-f]+ \\[.*|IN: .*|-{16})$");

    /** Lines in which a format has to show itself. */
    private static final int RECOGNISED_LINES = 1024;

    private final Pattern mark;

    TraceFormat(String mark) {
        this.mark = Pattern.compile(mark);
    }

    /**
     * Returns the format of a text, which is at its start before and after.
     *
     * @throws EngineException if there is none
     */
    static TraceFormat of(TraceText text) {
        TraceText.Place start = text.place();
        while (text.number() < RECOGNISED_LINES && text.advance()) {
            for (TraceFormat format : values()) {
                if (format.mark.matcher(text.line()).matches()) {
                    text.goTo(start);
                    return format;
                }
            }
        }
        String looked =
                text.number() == 0
                        ? "no line"
                        : "nothing of a trace in its first %d lines".formatted(text.number());
        throw new EngineException(
                "%s: %s (expected: what spike --log-commits or qemu-riscv64 -d exec,nochain writes)"
                        .formatted(text.file(), looked));
    }
}
