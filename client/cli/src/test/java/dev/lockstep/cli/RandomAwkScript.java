package dev.lockstep.cli;

/** A random program of awk: floating point, text and arrays. */
final class RandomAwkScript extends RandomScript {
    RandomAwkScript(long seed) {
        super(seed);
    }

    @Override
    String write() {
        String numbers = forEachVariable(i -> "n%d = %s\n".formatted(i, constant()));
        String texts = forEachVariable(i -> "s%d = \"%s\"\n".formatted(i, word()));
        String results = forEachVariable(i -> "print n%d, s%d, m[%d]\n".formatted(i, i, i));
        return "BEGIN {\n" + numbers + texts + statements() + results + "}\n";
    }

    @Override
    String assignment() {
        return switch (below(5)) {
            case 0 -> "%s = substr(%s, 1, %d)\n".formatted(text(), newText(), LONGEST_TEXT);
            case 1 -> substitution(text());
            case 2 -> "m[%d] += %s\n".formatted(below(5), expression());
            default -> "%s = %s\n".formatted(number(), expression());
        };
    }

    private String newText() {
        String from = text();
        return switch (below(5)) {
            case 0 -> "%s %s".formatted(from, text());
            case 1 -> "substr(%s, %d, %d)".formatted(from, below(6), below(12));
            case 2 -> "%s(%s) \"%s\"".formatted(oneOf("toupper", "tolower"), from, word());
            case 3 -> "sprintf(\"%s\", %s)".formatted(oneOf("%d", "%5.2f", "%e", "%g"), number());
            default -> "%s + 0".formatted(from);
        };
    }

    private String substitution(String target) {
        return "m[%d] += gsub(/%s/, \"<&>\", %s); %s = substr(%s, 1, %d)\n"
                .formatted(
                        below(5), oneOf("[aeiou]", "r", "."), target, target, target, LONGEST_TEXT);
    }

    @Override
    String print() {
        return switch (below(3)) {
            case 0 ->
                    "printf \"%%.12g|%%d|%%s\\n\", %s, %s, %s\n"
                            .formatted(number(), number(), text());
            case 1 ->
                    "print length(%s), index(%s, \"%s\"), %s < %s\n"
                            .formatted(text(), text(), word(), text(), text());
            default ->
                    "print split(%s, parts, /[a-f]/), parts[1], %s\n"
                            .formatted(text(), expression());
        };
    }

    @Override
    String loop(String counter, int turns, String body) {
        return "for (%s = 0; %s < %d; %s++) {\n%s}\n"
                .formatted(counter, counter, turns, counter, body);
    }

    @Override
    String choice(String condition, String yes, String no) {
        return "if (%s > %s) {\n%s} else {\n%s}\n".formatted(condition, number(), yes, no);
    }

    @Override
    String leaf() {
        return below(2) == 0 ? number() : constant();
    }

    private String constant() {
        return oneOf("0", "1", "0.1", "-2.5", "1e10", "3.14159", "1e-7", "65537", "-0.75");
    }

    @Override
    String operation(String left, String right) {
        return switch (below(6)) {
            case 0 -> "(%s / (1 + length(%s)))".formatted(left, text());
            case 1 -> "(%s %% (0.5 + length(%s)))".formatted(left, text());
            case 2 -> "(%s ? %s : %s)".formatted(leaf(), left, right);
            case 3 -> "(%s %s %s)".formatted(left, oneOf("<", "==", "!=", "&&", "||"), right);
            case 4 -> "(- %s - %s)".formatted(left, right);
            default -> "(%s %s %s)".formatted(left, oneOf("+", "-", "*"), right);
        };
    }
}
