package dev.lockstep.cli.diff;

import dev.lockstep.cli.report.ReportFiles;
import dev.lockstep.cli.text.JsonWriter;

import java.util.Locale;

/** The forms in which a comparison of states can be had. */
public enum StateDiffFormat implements ReportFiles.Format<StateDiffAccount> {
    /** As on the screen, with every difference that was kept. */
    TEXT {
        @Override
        public String write(StateDiffAccount account) {
            return StateDiffPaper.full(account).text();
        }
    },
    /** For programs. */
    JSON {
        @Override
        public String write(StateDiffAccount account) {
            return JsonWriter.text(StateDiffDocument.of(account));
        }
    },
    /** For issues and merge requests. */
    MARKDOWN {
        @Override
        public String write(StateDiffAccount account) {
            return StateDiffPaper.full(account).markdown();
        }
    },
    /** One page that needs nothing else. */
    HTML {
        @Override
        public String write(StateDiffAccount account) {
            return StateDiffPaper.full(account).html();
        }
    };

    @Override
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Returns the format with this name.
     *
     * @throws dev.lockstep.server.run.ConfigException if there is none
     */
    public static StateDiffFormat parse(String name) {
        return ReportFiles.parse(name, values());
    }
}
