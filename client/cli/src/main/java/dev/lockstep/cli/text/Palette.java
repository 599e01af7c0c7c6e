package dev.lockstep.cli.text;

import dev.lockstep.server.run.Verdict;

/** Colours, or none. */
public enum Palette {
    PLAIN {
        @Override
        public String paint(String code, String text) {
            return text;
        }
    },
    ANSI {
        @Override
        public String paint(String code, String text) {
            return "\033[" + code + "m" + text + "\033[0m";
        }
    };

    private static final String BOLD_RED = "1;31";
    private static final String BOLD_GREEN = "1;32";
    private static final String BOLD_YELLOW = "1;33";

    public static Palette of(Terminal terminal) {
        return terminal.colour() ? ANSI : PLAIN;
    }

    public abstract String paint(String code, String text);

    public String verdict(Verdict verdict) {
        String code =
                switch (verdict) {
                    case MATCH -> BOLD_GREEN;
                    case DIVERGED -> BOLD_RED;
                    case RECOVERED, VACUOUS, INCOMPLETE -> BOLD_YELLOW;
                };
        return paint(code, verdict.name());
    }
}
