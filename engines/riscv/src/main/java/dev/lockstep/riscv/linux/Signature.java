package dev.lockstep.riscv.linux;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * What a system call is called with and what it returns, as events tell it.
 *
 * @param returnsAddress whether its result, unless an error, is an address
 */
record Signature(List<Parameter> parameters, boolean returnsAddress) {
    private static final String FILE = "parameters.txt";
    private static final String RETURNS_ADDRESS = "*";
    private static final String COMMENT = "#";

    /** Of a call that nobody knows: all that it may have been called with. */
    static final Signature UNKNOWN =
            new Signature(
                    IntStream.range(0, 6)
                            .<Parameter>mapToObj(i -> new Parameter.Value("a" + i))
                            .toList(),
                    false);

    /** Reads the signatures of all calls, by name. */
    static Map<String, Signature> readAll() {
        try (InputStream file = Objects.requireNonNull(Signature.class.getResourceAsStream(FILE))) {
            Map<String, Signature> byName = new HashMap<>();
            new String(file.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith(COMMENT))
                    .forEach(line -> add(byName, line));
            return byName;
        } catch (IOException e) {
            throw new UncheckedIOException("this program is damaged: no " + FILE, e);
        }
    }

    private static void add(Map<String, Signature> byName, String line) {
        List<String> words = Arrays.asList(line.split(" "));
        String name = words.getFirst().replace(RETURNS_ADDRESS, "");
        List<Parameter> parameters =
                words.subList(1, words.size()).stream().map(Parameter::parse).toList();
        byName.put(name, new Signature(parameters, words.getFirst().endsWith(RETURNS_ADDRESS)));
    }

    /** Returns the place of a parameter. */
    int indexOf(String name) {
        return IntStream.range(0, parameters.size())
                .filter(i -> parameters.get(i).name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
