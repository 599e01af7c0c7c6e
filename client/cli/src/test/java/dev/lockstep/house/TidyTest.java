package dev.lockstep.house;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Sizes, links and leftovers. The lists of exemptions are a ratchet: what stands there may shrink
 * but not grow.
 */
class TidyTest {
    private static final int LONGEST_METHOD_LINES = 70;
    private static final int LONGEST_FILE_LINES = 600;

    /**
     * Longer methods, with their lengths. The one good reason is a switch over all instructions.
     */
    private static final Map<String, Integer> LONG_METHODS = Map.of();

    /** Longer files, with their lengths. */
    private static final Map<String, Integer> LONG_FILES = Map.of();

    /** Not after a dot: a picture such as "..X" may have as many as it needs. */
    private static final Pattern LEFTOVER =
            Pattern.compile("(?<!\\.)\\b(TO" + "DO|FIX" + "ME|XX" + "X)\\b");

    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
    private static final Pattern CODE_BLOCK = Pattern.compile("(?s)```\\w*\\n(.*?)```");

    @Test
    void methodsAreShort() throws IOException {
        List<Path> sources =
                SourceTree.files(".java").stream().map(SourceTree.ROOT::resolve).toList();
        assertThat(tooLong(MethodLengths.of(sources), LONGEST_METHOD_LINES, LONG_METHODS))
                .isEmpty();
    }

    @Test
    void filesAreShort() {
        Map<String, Integer> lengths = new TreeMap<>();
        for (Path file : SourceTree.files(".java")) {
            lengths.put(file.getFileName().toString(), lineCount(file));
        }
        assertThat(tooLong(lengths, LONGEST_FILE_LINES, LONG_FILES)).isEmpty();
    }

    @Test
    void mostFilesAreShorterStill() {
        List<Integer> lengths =
                SourceTree.files(".java").stream().map(TidyTest::lineCount).sorted().toList();
        assertThat(lengths.get(lengths.size() / 2)).as("median").isLessThanOrEqualTo(120);
        assertThat(lengths.get(lengths.size() * 9 / 10)).as("90 %").isLessThanOrEqualTo(350);
    }

    @Test
    void nothingIsLeftForLater() {
        assertThat(
                        Stream.of(".java", ".proto", ".md", ".sh", ".c")
                                .flatMap(e -> SourceTree.files(e).stream()))
                .filteredOn(file -> LEFTOVER.matcher(SourceTree.read(file)).find())
                .isEmpty();
    }

    @Test
    void linksInDocumentsLeadSomewhere() {
        for (Path document : SourceTree.files(".md")) {
            assertThat(matches(LINK, SourceTree.read(document)))
                    .as(document.toString())
                    .allSatisfy(target -> leadsSomewhere(document, target));
        }
    }

    @Test
    void commandsInTheReadmeNameFilesThatExist() {
        List<String> commands = readmeCommands();
        assertThat(commands).isNotEmpty();
        assertThat(commands.stream().flatMap(command -> Stream.of(command.split(" "))))
                .filteredOn(word -> word.contains("/") && !word.startsWith("/"))
                .allSatisfy(word -> assertThat(SourceTree.ROOT.resolve(word)).exists());
    }

    /** Returns the lines of the README's code blocks that start a program of this repository. */
    static List<String> readmeCommands() {
        return matches(CODE_BLOCK, SourceTree.read(Path.of("README.md"))).stream()
                .flatMap(String::lines)
                .filter(line -> line.startsWith("./"))
                .toList();
    }

    private static void leadsSomewhere(Path document, String target) {
        if (target.contains("://")) {
            return;
        }
        String[] parts = target.split("#", 2);
        Path file = parts[0].isEmpty() ? document : document.resolveSibling(parts[0]).normalize();
        assertThat(Files.exists(SourceTree.ROOT.resolve(file))).as(target).isTrue();
        if (parts.length == 2) {
            assertThat(headings(file)).as(target).contains(parts[1]);
        }
    }

    private static List<String> headings(Path document) {
        return SourceTree.read(document)
                .lines()
                .filter(line -> line.startsWith("#"))
                .map(line -> line.replaceFirst("^#+ ", "").toLowerCase(Locale.ROOT))
                .map(line -> line.replaceAll("[^\\w\\- ]", "").replace(' ', '-'))
                .toList();
    }

    private static Map<String, Integer> tooLong(
            Map<String, Integer> lengths, int limit, Map<String, Integer> exemptions) {
        Map<String, Integer> tooLong = new TreeMap<>(lengths);
        tooLong.entrySet()
                .removeIf(it -> it.getValue() <= exemptions.getOrDefault(it.getKey(), limit));
        return tooLong;
    }

    private static List<String> matches(Pattern pattern, String text) {
        return pattern.matcher(text).results().map((MatchResult match) -> match.group(1)).toList();
    }

    private static int lineCount(Path file) {
        return Math.toIntExact(SourceTree.read(file).lines().count());
    }
}
