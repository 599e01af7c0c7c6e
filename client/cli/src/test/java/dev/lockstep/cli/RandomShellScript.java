package dev.lockstep.cli;

/** A random program of the shell, of builtins alone. */
final class RandomShellScript extends RandomScript {
    RandomShellScript(long seed) {
        super(seed);
    }

    @Override
    String write() {
        String numbers = forEachVariable(i -> "n%d=%d\n".formatted(i, below(1000) - 500));
        String texts = forEachVariable(i -> "s%d=%s\n".formatted(i, word()));
        String results = forEachVariable(i -> "echo \"$n%d $s%d ${#s%d}\"\n".formatted(i, i, i));
        return numbers + texts + statements() + results;
    }

    @Override
    String assignment() {
        if (below(2) == 0) {
            return "%s=$((%s))\n".formatted(number(), expression());
        }
        String target = text();
        return "%s=%s; %s=${%s:0:%d}\n".formatted(target, newText(), target, target, LONGEST_TEXT);
    }

    private String newText() {
        String from = text();
        return switch (below(9)) {
            case 0 -> word();
            case 1 -> "$%s$%s".formatted(from, text());
            case 2 -> "${%s#?}".formatted(from);
            case 3 -> "${%s%%[a-m]*}".formatted(from);
            case 4 -> "${%s##*%s}".formatted(from, oneOf("e", "[0-9]", "-"));
            case 5 -> "${%s/%s/%s}".formatted(from, oneOf("o", "[aeiou]", "?r"), word());
            case 6 -> "${%s:%d:%d}".formatted(from, below(5), below(10));
            case 7 -> "${%s:-%s}".formatted(from, word());
            default -> "$%s-%s".formatted(number(), word());
        };
    }

    @Override
    String print() {
        return switch (below(4)) {
            case 0 -> "echo $%s $%s \"$%s\"\n".formatted(number(), text(), text());
            case 1 ->
                    "printf '%%5d|%%x|%%-12s|%%.3s\\n' $%s $%s \"$%s\" \"$%s\"\n"
                            .formatted(number(), number(), text(), text());
            case 2 ->
                    "case $%s in *[0-9]*) echo digits;; [a-m]*) echo low;; *) echo other;; esac\n"
                            .formatted(text());
            default -> "set -- $%s $%s; shift; echo $# $1\n".formatted(text(), number());
        };
    }

    @Override
    String loop(String counter, int turns, String body) {
        return "%s=0\nwhile [ $%s -lt %d ]; do\n%s=$((%s + 1))\n%sdone\n"
                .formatted(counter, counter, turns, counter, counter, body);
    }

    @Override
    String choice(String condition, String yes, String no) {
        return "if [ $((%s)) -gt $%s ]; then\n%selse\n%sfi\n"
                .formatted(condition, number(), yes, no);
    }

    @Override
    String leaf() {
        return below(2) == 0 ? number() : Integer.toString(below(100_000));
    }

    @Override
    String operation(String left, String right) {
        return switch (below(6)) {
            case 0 -> "(%s %s (1 + (%s & 1023)))".formatted(left, oneOf("/", "%"), right);
            case 1 -> "(%s %s (%s & 31))".formatted(left, oneOf("<<", ">>"), right);
            case 2 -> "(%s ? %s : %s)".formatted(leaf(), left, right);
            case 3 -> "(%s %s %s)".formatted(left, oneOf("<", "==", "!=", "&&", "||"), right);
            case 4 -> "(%s(%s) ^ %s)".formatted(oneOf("-", "~", "!"), left, right);
            default -> "(%s %s %s)".formatted(left, oneOf("+", "-", "*", "&", "|"), right);
        };
    }
}
