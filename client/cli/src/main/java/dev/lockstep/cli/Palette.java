package dev.lockstep.cli;

import dev.lockstep.server.run.Verdict;

/** Colours, or none. */
enum Palette {
    PLAIN {
        @Override
        String paint(String code, String text) {
            return text;
        }
    },
    ANSI {
        @Override
        String paint(String code, String text) {
            return "\033[" + code + "m" + text + "\033[0m";
        }
    };

    private static final String BOLD_RED = "1;31";
    private static final String BOLD_GREEN = "1;32";
    private static final String BOLD_YELLOW = "1;33";

    static Palette of(Terminal terminal) {
        return terminal.colour() ? ANSI : PLAIN;
    }

    abstract String paint(String code, String text);

    String verdict(Verdict verdict) {
        String code =
                switch (verdict) {
                    case MATCH -> BOLD_GREEN;
                    case DIVERGED -> BOLD_RED;
                    case RECOVERED, VACUOUS, INCOMPLETE -> BOLD_YELLOW;
                };
        return paint(code, verdict.name());
    }
}
