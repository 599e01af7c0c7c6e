package dev.lockstep.cli.diff;

import dev.lockstep.cli.report.ReportFiles;
import dev.lockstep.cli.text.JsonWriter;

import java.util.Locale;

/** The forms in which a comparison of what was recorded can be had. */
public enum DiffFormat implements ReportFiles.Format<DiffAccount> {
    /** As on the screen, with everything that was kept. */
    TEXT {
        @Override
        public String write(DiffAccount account) {
            return account.paper().text();
        }
    },
    /** For programs. */
    JSON {
        @Override
        public String write(DiffAccount account) {
            return JsonWriter.text(account.document());
        }
    },
    /** For issues and merge requests. */
    MARKDOWN {
        @Override
        public String write(DiffAccount account) {
            return account.paper().markdown();
        }
    },
    /** One page that needs nothing else. */
    HTML {
        @Override
        public String write(DiffAccount account) {
            return account.paper().html();
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
    public static DiffFormat parse(String name) {
        return ReportFiles.parse(name, values());
    }
}
