package dev.lockstep.cli.text;

import dev.lockstep.server.run.ConfigException;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Splits a line into words as a shell does, at blanks outside quotes, and joins words to a line.
 */
public final class Words {
    private static final char NONE = 0;
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_@%+=:,./-]+");

    private final List<String> words = new ArrayList<>();
    private final StringBuilder word = new StringBuilder();
    private boolean inWord;
    private char quote = NONE;

    private Words() {}

    /**
     * Returns the words of {@code line}. Nothing is expanded.
     *
     * @throws ConfigException if a quote is not closed or a backslash ends the line
     */
    public static List<String> split(String line) {
        Words splitter = new Words();
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '\\' && splitter.quote != '\'') {
                i++;
                if (i == line.length()) {
                    throw new ConfigException(
                            "'" + line + "' ends with a backslash; write \\\\ to mean one");
                }
                splitter.append(line.charAt(i));
            } else {
                splitter.accept(c);
            }
        }
        if (splitter.quote != NONE) {
            throw new ConfigException(
                    "'" + line + "' opens a quote (" + splitter.quote + ") that it does not close");
        }
        splitter.endWord();
        return List.copyOf(splitter.words);
    }

    /** Returns a line that a shell splits into {@code words}. */
    public static String join(List<String> words) {
        return words.stream().map(Words::quoted).collect(Collectors.joining(" "));
    }

    private static String quoted(String word) {
        return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
    }

    private void accept(char c) {
        if (quote != NONE) {
            if (c == quote) {
                quote = NONE;
            } else {
                append(c);
            }
        } else if (c == '\'' || c == '"') {
            quote = c;
            inWord = true;
        } else if (Character.isWhitespace(c)) {
            endWord();
        } else {
            append(c);
        }
    }

    private void append(char c) {
        word.append(c);
        inWord = true;
    }

    private void endWord() {
        if (inWord) {
            words.add(word.toString());
            word.setLength(0);
            inWord = false;
        }
    }
}
