package dev.lockstep.cli.text;

import java.util.List;

/** A page that loads nothing, in the colours the reader likes, and readable on paper too. */
public final class HtmlPage {
    private static final String STYLE =
            """
            :root { color-scheme: light dark; --line: #8888; --differs: #ffd9d9; --equal: inherit }
            @media (prefers-color-scheme: dark) { :root { --differs: #5c2020 } }
            body { font: 15px/1.5 system-ui, sans-serif; margin: 2em auto; max-width: 78em; padding: 0 1em }
            h1 { font-size: 1.5em } h2 { font-size: 1.2em; margin-top: 2em }
            table { border-collapse: collapse; margin: .7em 0 }
            th, td { border: 1px solid var(--line); padding: .2em .7em; text-align: left; vertical-align: top }
            td, code, pre { font-family: ui-monospace, monospace; font-size: 13px }
            td { white-space: pre-wrap; overflow-wrap: anywhere }
            .differs { background: var(--differs) }
            .DIVERGED { color: #c00 } .MATCH { color: #080 } .other { color: #a60 }
            @media (prefers-color-scheme: dark) { .DIVERGED { color: #f77 } .MATCH { color: #7d7 } .other { color: #fb5 } }
            """;

    private final StringBuilder out = new StringBuilder();

    /**
     * Begins a page.
     *
     * @param verdict one word, in capitals
     * @param title what it is about
     */
    public HtmlPage(String verdict, String title) {
        out.append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
        out.append("<meta name=\"viewport\" content=\"width=device-width\">\n");
        // Nothing on the page may load anything, whatever a program's name contains.
        out.append(
                "<meta http-equiv=\"Content-Security-Policy\""
                        + " content=\"default-src 'none'; style-src 'unsafe-inline'\">\n");
        element("title", verdict + " " + title);
        out.append("<style>\n").append(STYLE).append("</style>\n</head>\n<body>\n");
        out.append("<h1><span class=\"%s\">%s</span> ".formatted(style(verdict), verdict));
        out.append(escaped(title)).append("</h1>\n");
    }

    private static String style(String verdict) {
        return verdict.equals("MATCH") || verdict.equals("DIVERGED") ? verdict : "other";
    }

    /** Returns the page; nothing can be added to it afterwards. */
    public String text() {
        return out.append("</body>\n</html>\n").toString();
    }

    /** A row of a table, and whether it is marked. */
    public record Row(List<String> cells, boolean marked) {}

    /** Adds a table of which some rows are marked. */
    public void markedTable(List<String> head, List<Row> rows) {
        out.append("<table>\n");
        cells("tr", "th", head);
        rows.forEach(row -> cells(row.marked() ? "tr class=\"differs\"" : "tr", "td", row.cells()));
        out.append("</table>\n");
    }

    /** Adds a table. */
    public void table(List<String> head, List<List<String>> rows) {
        markedTable(head, rows.stream().map(cells -> new Row(cells, false)).toList());
    }

    private void cells(String row, String tag, List<String> cells) {
        out.append('<').append(row).append('>');
        cells.forEach(cell -> out.append("<%s>%s</%s>".formatted(tag, escaped(cell), tag)));
        out.append("</tr>\n");
    }

    /** Adds an element with nothing but text in it. */
    public void element(String tag, String text) {
        out.append("<%s>%s</%s>\n".formatted(tag, escaped(text), tag));
    }

    private static String escaped(String text) {
        StringBuilder escaped = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                case '\'' -> escaped.append("&#39;");
                default -> escaped.append(c < ' ' && c != '\n' && c != '\t' ? '?' : c);
            }
        }
        return escaped.toString();
    }
}
