package dev.lockstep.cli.text;

import java.util.List;
import java.util.stream.Collectors;

/** Markdown, as forges show it. */
public final class MarkdownText {
    private MarkdownText() {}

    static String of(Paper paper) {
        StringBuilder out =
                new StringBuilder("# %s: %s\n".formatted(paper.verdict(), escaped(paper.title())));
        for (Paper.Part part : paper.parts()) {
            out.append('\n')
                    .append(
                            switch (part) {
                                case Paper.Part.Heading(String text) ->
                                        "## " + escaped(text) + "\n";
                                case Paper.Part.Paragraph(String text) -> escaped(text) + "\n";
                                case Paper.Part.Table(var rows) -> table(rows);
                                case Paper.Part.Listing(String text) -> fenced(text);
                            });
        }
        return out.toString();
    }

    private static String table(List<List<String>> rows) {
        String line = rows.getFirst().stream().map(_ -> "---").collect(Collectors.joining(" | "));
        return row(rows.getFirst())
                + "| "
                + line
                + " |\n"
                + rows.stream().skip(1).map(MarkdownText::row).collect(Collectors.joining());
    }

    /** Returns a row of a table. */
    public static String row(List<String> cells) {
        return cells.stream()
                .map(MarkdownText::escaped)
                .collect(Collectors.joining(" | ", "| ", " |\n"));
    }

    /** Returns lines as they are; the fence around them is longer than any that they hold. */
    public static String fenced(String text) {
        String fence = "```";
        while (text.contains(fence)) {
            fence += "`";
        }
        return fence + "\n" + text + (text.endsWith("\n") ? "" : "\n") + fence + "\n";
    }

    /** Returns text that Markdown shows as it stands, on one line. */
    public static String escaped(String text) {
        return text.replaceAll("([\\\\`*_{}\\[\\]<>#|~&])", "\\\\$1").replaceAll("\\R", " ");
    }
}
