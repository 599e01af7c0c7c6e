package dev.lockstep.cli.diff;

import dev.lockstep.cli.report.ReportFiles;
import dev.lockstep.cli.text.JsonWriter;

import java.util.Locale;

/** The forms in which a comparison of event logs can be had. */
public enum EventDiffFormat implements ReportFiles.Format<EventDiffAccount> {
    /** As on the screen, with every pair that was kept. */
    TEXT {
        @Override
        public String write(EventDiffAccount account) {
            return EventDiffPaper.full(account).text();
        }
    },
    /** For programs. */
    JSON {
        @Override
        public String write(EventDiffAccount account) {
            return JsonWriter.text(EventDiffDocument.of(account));
        }
    },
    /** For issues and merge requests. */
    MARKDOWN {
        @Override
        public String write(EventDiffAccount account) {
            return EventDiffPaper.full(account).markdown();
        }
    },
    /** One page that needs nothing else. */
    HTML {
        @Override
        public String write(EventDiffAccount account) {
            return EventDiffPaper.full(account).html();
        }
    };

    @Override
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Returns the format with this name.
     *
     * @throws ConfigException if there is none
     */
    public static EventDiffFormat parse(String name) {
        return ReportFiles.parse(name, values());
    }
}
