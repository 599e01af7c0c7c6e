package dev.lockstep.cli.text;

import dev.lockstep.server.json.PythonText;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What is to be told, in parts that text, Markdown and HTML can show, each in its way. */
public final class Paper {
    private final String verdict;
    private final String title;
    private final List<Part> parts = new ArrayList<>();

    /** A part. */
    sealed interface Part {
        /** Begins a section. */
        record Heading(String text) implements Part {}

        /** Says something. */
        record Paragraph(String text) implements Part {}

        /** Rows of cells, the first one the head. */
        record Table(List<List<String>> rows) implements Part {}

        /** Lines that are shown as they are. */
        record Listing(String text) implements Part {}
    }

    /**
     * Begins it.
     *
     * @param verdict one word, in capitals
     * @param title what the verdict is about
     */
    public Paper(String verdict, String title) {
        this.verdict = verdict;
        this.title = title;
    }

    String verdict() {
        return verdict;
    }

    String title() {
        return title;
    }

    List<Part> parts() {
        return parts;
    }

    /** Begins a section. */
    public Paper heading(String text) {
        parts.add(new Part.Heading(text));
        return this;
    }

    /** Adds a paragraph. */
    public Paper paragraph(String text) {
        parts.add(new Part.Paragraph(text));
        return this;
    }

    /** Adds a table; the first row is its head. One without another row is left out. */
    public Paper table(List<List<String>> rows) {
        if (rows.size() > 1) {
            parts.add(new Part.Table(List.copyOf(rows)));
        }
        return this;
    }

    /** Adds lines that are shown as they are. */
    public Paper listing(String text) {
        parts.add(new Part.Listing(text));
        return this;
    }

    /**
     * Returns it as plain text, for terminals: of what it was given, only listings have more than
     * one line, and nothing moves the cursor.
     */
    public String text() {
        StringBuilder out = new StringBuilder(verdict + "  " + PythonText.printable(title) + "\n");
        for (Part part : parts) {
            out.append('\n')
                    .append(
                            switch (part) {
                                case Part.Heading(String text) -> PythonText.printable(text) + "\n";
                                case Part.Paragraph(String text) ->
                                        PythonText.printable(text) + "\n";
                                case Part.Table(var rows) -> table(rows, "  ");
                                case Part.Listing(String text) -> listing(text, "  ");
                            });
        }
        return out.toString();
    }

    private static String table(List<List<String>> rows, String indent) {
        TextTable table = new TextTable(indent);
        rows.forEach(row -> table.row(row.stream().map(PythonText::printable).toList()));
        return table.text();
    }

    private static String listing(String text, String indent) {
        return text.lines()
                .map(line -> indent + PythonText.printable(line) + "\n")
                .collect(Collectors.joining());
    }

    /** Returns it in Markdown, as forges show it. */
    public String markdown() {
        return MarkdownText.of(this);
    }

    /** Returns it as one page that asks nothing of any network. */
    public String html() {
        HtmlPage page = new HtmlPage(verdict, title);
        for (Part part : parts) {
            switch (part) {
                case Part.Heading(String text) -> page.element("h2", text);
                case Part.Paragraph(String text) -> page.element("p", text);
                case Part.Table(var rows) ->
                        page.table(rows.getFirst(), rows.subList(1, rows.size()));
                case Part.Listing(String text) -> page.element("pre", text);
            }
        }
        return page.text();
    }
}
