package dev.lockstep.isa;

import dev.lockstep.isa.Field.Segment;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.StringTokenizer;

/** Parses one encoding of the table from its last token, which is at bit 0, to its first. */
final class PatternParser {

    private static final String NON_ZERO_PREFIX = "nz";
    private static final String NON_ZERO_SUFFIX = "!=0";
    private static final String PRIME = "'";

    private static final int FIRST_PRIME_REGISTER = 8;

    private final Map<Slot, Field> fields = new EnumMap<>(Slot.class);
    private int mask;
    private int match;
    private int position;

    private PatternParser() {}

    static BitPattern parse(String encoding) {
        var parser = new PatternParser();
        for (String token : tokens(encoding).reversed()) {
            switch (token.charAt(0)) {
                case '0', '1' -> parser.addLiteral(token);
                case '-' -> parser.position += token.length();
                default -> parser.addField(token);
            }
        }
        return parser.finish(encoding);
    }

    private static List<String> tokens(String encoding) {
        var tokens = new ArrayList<String>();
        new StringTokenizer(encoding)
                .asIterator()
                .forEachRemaining(token -> tokens.add((String) token));
        return tokens;
    }

    private BitPattern finish(String encoding) {
        if (position != Short.SIZE && position != Integer.SIZE) {
            throw new IllegalStateException(
                    "encoding: %s has %d bits (expected: 16 or 32)".formatted(encoding, position));
        }
        return BitPattern.of(position / Byte.SIZE, mask, match, List.copyOf(fields.values()));
    }

    private void addLiteral(String bits) {
        match |= Integer.parseInt(bits, 2) << position;
        mask |= ((1 << bits.length()) - 1) << position;
        position += bits.length();
    }

    /** Adds a field such as {@code rd}, {@code rs1'!=0} or {@code nzimm[9:4]}. */
    private void addField(String token) {
        boolean nonZero = token.startsWith(NON_ZERO_PREFIX) || token.endsWith(NON_ZERO_SUFFIX);
        String text = without(NON_ZERO_SUFFIX, token);
        text = text.startsWith(NON_ZERO_PREFIX) ? text.substring(NON_ZERO_PREFIX.length()) : text;
        int bracket = text.indexOf('[');
        String primed = bracket < 0 ? text : text.substring(0, bracket);
        String name = without(PRIME, primed);
        boolean prime = !name.equals(primed);
        String bits = bracket < 0 ? bits(name, prime) : without("]", text.substring(bracket + 1));
        List<Segment> segments = addSegments(bits);
        int signBit = name.equals("imm") ? highestBit(segments) : 0;
        int bias = prime ? FIRST_PRIME_REGISTER : 0;
        Field field = new Field(slot(name), segments, signBit, bias, nonZero);
        fields.merge(field.slot(), field, PatternParser::join);
    }

    private static String without(String suffix, String text) {
        return text.endsWith(suffix) ? text.substring(0, text.length() - suffix.length()) : text;
    }

    private static Slot slot(String name) {
        return switch (name) {
            case "rd" -> Slot.RD;
            case "rs1", "zimm" -> Slot.RS1;
            case "rs2" -> Slot.RS2;
            case "rs3" -> Slot.RS3;
            case "rm", "aq", "rl" -> Slot.RM;
            case "imm", "uimm", "shamt", "csr", "fm", "pred", "succ" -> Slot.IMM;
            default ->
                    throw new IllegalStateException("field: " + name + " (expected: rd, imm ...)");
        };
    }

    /** Returns which bits of its slot a field carries whose name alone says it. */
    private static String bits(String name, boolean prime) {
        return switch (name) {
            case "rm" -> "2:0";
            case "aq" -> "1";
            case "rl" -> "0";
            case "csr" -> "11:0";
            case "fm" -> "11:8";
            case "pred" -> "7:4";
            case "succ" -> "3:0";
            default -> prime ? "2:0" : "4:0";
        };
    }

    /** Adds the ranges of {@code 12|10:5}, the last of which stands lowest in the encoding. */
    private List<Segment> addSegments(String bits) {
        var segments = new ArrayList<Segment>();
        for (String range : List.of(bits.split("\\|")).reversed()) {
            List<String> ends = List.of(range.split(":"));
            int low = Integer.parseInt(ends.getLast());
            int width = Integer.parseInt(ends.getFirst()) - low + 1;
            segments.add(new Segment(position, low, width));
            position += width;
        }
        return segments;
    }

    private static int highestBit(List<Segment> segments) {
        return segments.stream().mapToInt(s -> s.valueShift() + s.width() - 1).max().orElseThrow();
    }

    /** Joins the parts of a value that stand at several places, such as imm[11:5] and imm[4:0]. */
    private static Field join(Field low, Field high) {
        var segments = new ArrayList<>(low.segments());
        segments.addAll(high.segments());
        return new Field(
                low.slot(),
                segments,
                Math.max(low.signBit(), high.signBit()),
                low.bias(),
                low.nonZero() || high.nonZero());
    }
}
