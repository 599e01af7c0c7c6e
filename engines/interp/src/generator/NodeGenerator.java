import dev.lockstep.isa.Kind;
import dev.lockstep.isa.Op;
import dev.lockstep.isa.RegisterFile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Writes the interpreter's nodes: a class for every operation that Meaning has a method for, and
 * for every sequence of operations in a list. {@code java NodeGenerator.java MEANING LIST OUTPUT},
 * run by Maven.
 *
 * <p>There are three sets of them: for free runs, for a digest of what is stored, and for one of
 * all effects. What of the digest is known when a trace is made, such as transfers, is no concern
 * of nodes.
 */
final class NodeGenerator {
    private static final Pattern METHOD =
            Pattern.compile("static (?:long|boolean) (\\w+)\\(([^)]*)\\)");

    /**
     * An operation in a sequence.
     *
     * @param a number of the operation before it whose result is its first operand; -1 if it need
     *     not be any
     * @param b the same for its second operand
     */
    private record Step(Op op, int a, int b) {
        private static final Pattern WORD = Pattern.compile("(\\w+?)(?:/(?:a(\\d))?(?:b(\\d))?)?");

        static Step parse(String word) {
            Matcher matcher = WORD.matcher(word);
            if (!matcher.matches()) {
                throw new IllegalArgumentException("operation: " + word + " (expected: ADD/a0b1)");
            }
            Op op = Op.valueOf(matcher.group(1));
            return new Step(op, number(matcher.group(2)), number(matcher.group(3)));
        }

        private static int number(String digit) {
            return digit == null ? -1 : Integer.parseInt(digit);
        }

        String word() {
            String operands = (a < 0 ? "" : "a" + a) + (b < 0 ? "" : "b" + b);
            return operands.isEmpty() ? op.name() : op.name() + "/" + operands;
        }
    }

    /** A set of nodes, by what they add to the digest. */
    private enum NodeSet {
        FREE("FreeNodes"),
        COMMIT("CommitNodes"),
        FULL("FullNodes");

        final String className;

        NodeSet(String className) {
            this.className = className;
        }

        /** Returns whether the result counts, and is not known when a trace is made. */
        boolean counts(Op op) {
            return switch (this) {
                case FREE -> false;
                case COMMIT -> op.kind() == Kind.STORE;
                case FULL -> op != Op.LUI && op != Op.JALR && op.kind() != Kind.BRANCH;
            };
        }

        /** Returns what nodes pass on. A free run has no digest, which need not be kept either. */
        String digest() {
            return this == FREE ? "0" : "digest";
        }
    }

    /** The parameters of the methods that say what instructions mean, by name. */
    private final Map<String, List<String>> meanings;

    private final NodeSet set;

    private NodeGenerator(Map<String, List<String>> meanings, NodeSet set) {
        this.meanings = meanings;
        this.set = set;
    }

    public static void main(String[] arguments) throws IOException {
        Map<String, List<String>> meanings = meanings(Path.of(arguments[0]));
        Set<List<Step>> patterns = patterns(Path.of(arguments[1]), meanings.keySet());
        Path output = Path.of(arguments[2], "dev", "lockstep", "interp");
        Files.createDirectories(output);
        Map<Path, String> files = new HashMap<>();
        files.put(output.resolve("NodePatterns.java"), names(patterns));
        for (NodeSet set : NodeSet.values()) {
            String nodes = new NodeGenerator(meanings, set).nodes(patterns);
            files.put(output.resolve(set.className + ".java"), nodes);
        }
        deleteAllBut(files.keySet(), output);
        for (Map.Entry<Path, String> file : files.entrySet()) {
            write(file.getKey(), file.getValue());
        }
    }

    /** What an earlier version generated would be compiled, too. */
    private static void deleteAllBut(Set<Path> wanted, Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(file -> !wanted.contains(file)).toList()) {
                Files.delete(file);
            }
        }
    }

    private static Map<String, List<String>> meanings(Path folder) throws IOException {
        String source =
                Files.readString(folder.resolve("Meaning.java"))
                        + Files.readString(folder.resolve("HostFloat.java"));
        return METHOD.matcher(source)
                .results()
                .collect(
                        Collectors.toMap(
                                (MatchResult method) -> method.group(1),
                                method -> List.of(method.group(2).split(", "))));
    }

    private static Set<List<Step>> patterns(Path list, Set<String> meanings) throws IOException {
        Set<List<Step>> patterns = new LinkedHashSet<>();
        for (Op op : Op.values()) {
            if (hasNode(op, meanings)) {
                patterns.add(List.of(new Step(op, -1, -1)));
            }
        }
        for (String line : Files.readAllLines(list)) {
            if (!line.startsWith("#")) {
                patterns.add(Stream.of(line.split(" ")).map(Step::parse).toList());
            }
        }
        return patterns;
    }

    /**
     * Returns whether nodes do the operation itself: for some, Row has another that is the same.
     */
    private static boolean hasNode(Op op, Set<String> meanings) {
        return switch (op.kind()) {
            case ALU -> op != Op.AUIPC;
            case LOAD -> op != Op.FLD;
            case STORE -> op != Op.FSW && op != Op.FSD;
            case BRANCH, JUMP_REGISTER -> true;
            case FLOAT -> meanings.contains(name(op));
            default -> false;
        };
    }

    /** Writes only what differs, so that nothing is compiled again without need. */
    private static void write(Path file, String text) throws IOException {
        if (!Files.exists(file) || !Files.readString(file).equals(text)) {
            Files.writeString(file, text);
        }
    }

    private static String names(Set<List<Step>> patterns) {
        return """
        package dev.lockstep.interp;

        import java.util.List;

        /** The sequences of operations that have nodes, by number. */
        final class NodePatterns {
            static final List<String> NAMES =
                    List.of(
        %s);

            private NodePatterns() {}
        }
        """
                .formatted(
                        patterns.stream()
                                .map(steps -> "                    \"" + words(steps) + "\"")
                                .collect(Collectors.joining(",\n")));
    }

    private static String words(List<Step> steps) {
        return steps.stream().map(Step::word).collect(Collectors.joining(" "));
    }

    private String nodes(Set<List<Step>> patterns) {
        var cases = new StringBuilder();
        var classes = new StringBuilder();
        int number = 0;
        for (List<Step> steps : patterns) {
            String node = words(steps).replace(' ', '$').replace('/', '_');
            cases.append("            case %d:\n".formatted(number++));
            cases.append("                return new %s(rows, at);\n".formatted(node));
            classes.append(node(node, steps));
        }
        return """
        package dev.lockstep.interp;

        import static dev.lockstep.interp.HostFloat.*;
        import static dev.lockstep.interp.Meaning.*;

        import dev.lockstep.protocol.Digest;
        import dev.lockstep.riscv.memory.GuestMemory;

        import java.util.List;

        final class %1$s {
            private %1$s() {}

            // Many returns of an Object: to verify these, the JVM need not load any node.
            static Object create(int number, List<Row> rows, int at) {
                switch (number) {
        %2$s            default:
                        throw new IllegalArgumentException("number: " + number);
                }
            }
        %3$s}
        """
                .formatted(set.className, cases, classes);
    }

    private String node(String name, List<Step> steps) {
        var node = new NodeText();
        for (Step step : steps) {
            node.step = step;
            add(step.op, node);
            node.position++;
        }
        if (steps.getLast().op != Op.JALR) {
            node.line("return next.run(core, r, memory, %s);", set.digest());
        }
        return """

            private static final class %1$s extends Node {
        %2$s
                %1$s(List<Row> rows, int at) {
        %3$s        }

                @Override
                Entry run(Core core, long[] r, GuestMemory memory, long digest) {
        %4$s        }
            }
        """
                .formatted(name, node.fields, node.assignments, node.code);
    }

    /** The parts of a class, to which its operations add. */
    private static final class NodeText {
        final StringBuilder fields = new StringBuilder();
        final StringBuilder assignments = new StringBuilder();
        final StringBuilder code = new StringBuilder();
        Step step = new Step(Op.ILLEGAL, -1, -1);
        int position;

        /** Adds a field with something of the row of the operation, and returns its name. */
        String field(String type, String name, String value) {
            String field = name + position;
            String row = "rows.get(at + %d)".formatted(position);
            fields.append("        private final %s %s;\n".formatted(type, field));
            assignments.append("            %s = %s;\n".formatted(field, value.formatted(row)));
            return field;
        }

        String destination() {
            return "r[" + field("byte", "rd", "%s.rd") + "]";
        }

        String first() {
            return step.a < 0 ? "r[" + field("byte", "a", "%s.rs1") + "]" : "v" + step.a;
        }

        String second() {
            return step.b < 0 ? "r[" + field("byte", "b", "%s.rs2") + "]" : "v" + step.b;
        }

        String third() {
            return "r[" + field("byte", "c", "%s.rs3") + "]";
        }

        String immediate() {
            return field("int", "imm", "(int) %s.imm");
        }

        String address() {
            return first() + " + " + immediate();
        }

        void line(String text, Object... arguments) {
            code.append("            ").append(text.formatted(arguments)).append('\n');
        }
    }

    private void add(Op op, NodeText node) {
        switch (op.kind()) {
            case BRANCH -> addBranch(op, node);
            case JUMP_REGISTER -> addJump(op, node);
            case FLOAT -> addFloat(op, node);
            case LOAD -> addAccess("memory, " + node.address(), op, node);
            case STORE -> addAccess("memory, " + node.address() + ", " + node.second(), op, node);
            default -> addResult(op, node);
        }
    }

    private void addResult(Op op, NodeText node) {
        String result = op == Op.LUI ? node.field("long", "imm", "%s.imm") : computed(op, node);
        node.line("long v%d = %s;", node.position, result);
        addEffects(op, node);
    }

    private String computed(Op op, NodeText node) {
        String meaning = meaning(op);
        String arguments = node.first();
        if (meanings.get(meaning).size() == 2) {
            boolean immediate = op.rs2() == RegisterFile.NONE;
            arguments += ", " + (immediate ? node.immediate() : node.second());
        }
        return "%s(%s)".formatted(meaning, arguments);
    }

    /** Adds what the host may be able to compute. */
    private void addFloat(Op op, NodeText node) {
        String operands = node.first();
        operands += op.rs2() == RegisterFile.NONE ? "" : ", " + node.second();
        operands += op.rs3() == RegisterFile.NONE ? "" : ", " + node.third();
        int position = node.position;
        node.line(
                "long v%d = core.roundsAsHost() ? %s(%s) : UNKNOWN;", position, name(op), operands);
        node.line("if (v%d == UNKNOWN) {", position);
        String row = node.field("Row", "row", "%s");
        node.line("    v%d = core.compute(%s, %s);", position, row, set.digest());
        node.line("}");
        addEffects(op, node);
    }

    /** Adds an access to memory, which may not complete. */
    private void addAccess(String arguments, Op op, NodeText node) {
        String row = node.field("Row", "row", "%s");
        node.line("long v%d;", node.position);
        node.line("try {");
        node.line("    v%d = %s(%s);", node.position, meaning(op), arguments);
        node.line("} catch (RuntimeException e) {");
        node.line("    throw core.stoppedAt(%s, %s, e);", row, set.digest());
        node.line("}");
        addEffects(op, node);
    }

    private void addEffects(Op op, NodeText node) {
        if (op.kind() != Kind.STORE) {
            node.line("%s = v%d;", node.destination(), node.position);
        }
        if (set.counts(op)) {
            String weight = node.field("long", "weight", "%s.weight");
            node.line("digest += Digest.mix(v%d) * %s;", node.position, weight);
        }
    }

    private void addBranch(Op op, NodeText node) {
        String exit = node.field("Exit", "exit", "%s.exit");
        node.line("if (%s(%s, %s)) {", meaning(op), node.first(), node.second());
        node.line("    return %s.leave(core, %s);", exit, set.digest());
        node.line("}");
    }

    private void addJump(Op op, NodeText node) {
        String exit = node.field("IndirectExit", "exit", "%s.indirectExit");
        node.line("long target = %s(%s, %s);", meaning(op), node.first(), node.immediate());
        node.line("long v%d = %s;", node.position, node.field("long", "link", "%s.link"));
        addEffects(op, node);
        node.line("return %s.leave(core, %s, target);", exit, set.digest());
    }

    /**
     * Returns the method that says what an operation means. It has the name of the operation; one
     * with an immediate means the same as the one without.
     */
    private String meaning(Op op) {
        String name = name(op);
        int mark = name.lastIndexOf('i');
        String general = mark < 0 ? name : name.substring(0, mark) + name.substring(mark + 1);
        return Stream.of(name, general)
                .filter(meanings::containsKey)
                .findFirst()
                .orElseThrow(
                        () -> new IllegalArgumentException(op + ": Meaning says nothing of it"));
    }

    private static String name(Op op) {
        String[] words = op.name().toLowerCase(Locale.ROOT).split("_");
        return words[0]
                + Stream.of(words)
                        .skip(1)
                        .map(word -> Character.toUpperCase(word.charAt(0)) + word.substring(1))
                        .collect(Collectors.joining());
    }
}
