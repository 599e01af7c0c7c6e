package dev.lockstep.server.diff.events;

import dev.lockstep.server.diff.events.Absorber.Shape;
import dev.lockstep.server.diff.events.Absorber.Sides;
import dev.lockstep.server.yaml.YamlKeys;
import dev.lockstep.server.yaml.YamlValue;

import org.jspecify.annotations.Nullable;

import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Reads the rules of a profile that have names, and the identities they speak of. */
final class RuleReader {
    private static final Pattern NUMBER = Pattern.compile("0[xX][0-9a-fA-F]+|[0-9]+");

    private RuleReader() {}

    static Renaming renaming(YamlValue value) {
        YamlKeys keys =
                new YamlKeys(
                        value, "name", "reason", "kind", "where", "fields", "as", "except",
                        "budget");
        return new Renaming(
                keys.required("name").identifier(),
                reason(keys),
                EventProfileReader.kind(keys.required("kind")),
                where(keys),
                keys
                        .required("fields")
                        .map("fields and when, as in {status: present}")
                        .entrySet()
                        .stream()
                        .map(it -> new Renaming.Field(it.getKey(), when(it.getValue())))
                        .toList(),
                keys.required("as").text(),
                keys.each("except", RuleReader::literal),
                budget(keys));
    }

    private static String reason(YamlKeys keys) {
        YamlValue value = keys.required("reason");
        String reason = value.text().strip();
        if (reason.isEmpty()) {
            throw value.error("'' (expected: why there is such a rule)");
        }
        return reason;
    }

    private static Renaming.When when(YamlValue value) {
        return word(value, Renaming.When.values());
    }

    private static <E extends Enum<E>> E word(YamlValue value, E[] known) {
        String text = value.text();
        for (E each : known) {
            if (each.name().toLowerCase(Locale.ROOT).equals(text)) {
                return each;
            }
        }
        throw value.error(
                "%s (expected: one of %s)"
                        .formatted(
                                value.shown(),
                                List.of(known).stream()
                                        .map(it -> it.name().toLowerCase(Locale.ROOT))
                                        .collect(Collectors.joining(", "))));
    }

    private static Condition where(YamlKeys keys) {
        Map<String, Set<String>> texts = new LinkedHashMap<>();
        keys.find("where")
                .ifPresent(where ->
                        where.map("fields and their texts, as in {name: [open, close]}")
                                .forEach((field, values) -> texts.put(field, texts(values))));
        return new Condition(texts);
    }

    private static Set<String> texts(YamlValue values) {
        return values.list().stream()
                .map(YamlValue::text)
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private static Literal literal(YamlValue value) {
        if (value.isMapping()) {
            YamlKeys keys = new YamlKeys(value, "from", "to");
            return new Literal.Numbers(
                    unsigned(keys.required("from")), unsigned(keys.required("to")));
        }
        String text = value.text();
        if (text.equals("null")) {
            return new Literal.Nothing();
        }
        return NUMBER.matcher(text).matches()
                ? new Literal.Numbers(unsigned(value), unsigned(value))
                : new Literal.Exactly(text);
    }

    private static BigInteger unsigned(YamlValue value) {
        return new BigInteger(Long.toUnsignedString(value.number()));
    }

    private static OptionalLong budget(YamlKeys keys) {
        return keys.find("budget")
                .map(it -> OptionalLong.of(it.number()))
                .orElse(OptionalLong.empty());
    }

    static Identity identity(YamlValue value) {
        YamlKeys keys = new YamlKeys(value, "name", "uses", "several_threads", "recipe");
        return new Identity(
                keys.required("name").identifier(),
                keys.required("uses").list().stream().map(RuleReader::use).toList(),
                keys.find("several_threads").map(YamlValue::isTrue).orElse(false),
                keys.find("recipe").map(RuleReader::recipe));
    }

    private static Identity.Use use(YamlValue value) {
        YamlKeys keys = new YamlKeys(value, "kind", "field", "absent");
        @Nullable String absent = keys.find("absent").map(YamlValue::text).orElse(null);
        return new Identity.Use(
                EventProfileReader.kind(keys.required("kind")),
                keys.required("field").text(),
                absent);
    }

    private static IdRecipe recipe(YamlValue value) {
        YamlKeys keys = new YamlKeys(value, "kind", "field", "fnv1a64");
        return new IdRecipe(
                EventProfileReader.kind(keys.required("kind")),
                keys.required("field").text(),
                keys.required("fnv1a64").list().stream().map(RuleReader::word).toList());
    }

    private static IdRecipe.Word word(YamlValue value) {
        YamlKeys keys = new YamlKeys(value, "u32", "u64");
        Optional<YamlValue> narrow = keys.find("u32");
        Optional<YamlValue> wide = keys.find("u64");
        if (narrow.isPresent() == wide.isPresent()) {
            throw value.error("%s (expected: u32 or u64)".formatted(value.shown()));
        }
        return narrow.map(it -> new IdRecipe.Word(Integer.BYTES, source(it)))
                .orElseGet(() -> new IdRecipe.Word(Long.BYTES, source(wide.orElseThrow())));
    }

    /** A number, {@code {hex: FIELD}}, or a field that is an integer. */
    private static IdRecipe.Source source(YamlValue value) {
        if (value.isMapping()) {
            return new IdRecipe.Source.HexadecimalField(
                    new YamlKeys(value, "hex").required("hex").text());
        }
        return NUMBER.matcher(value.text()).matches()
                ? new IdRecipe.Source.Constant(value.number())
                : new IdRecipe.Source.IntegerField(value.text());
    }

    static Absorber absorber(YamlValue value) {
        return value.map("the keys of an absorber").containsKey("fold")
                ? fold(value)
                : extra(value);
    }

    private static Absorber extra(YamlValue value) {
        YamlKeys keys =
                new YamlKeys(
                        value, "name", "reason", "extra", "where", "identity", "side", "budget");
        return new Absorber.Extra(
                keys.required("name").identifier(),
                reason(keys),
                EventProfileReader.kind(keys.required("extra")),
                where(keys),
                keys.find("identity").map(YamlValue::text),
                sides(keys),
                budget(keys));
    }

    private static Absorber fold(YamlValue value) {
        YamlKeys keys =
                new YamlKeys(
                        value,
                        "name",
                        "reason",
                        "fold",
                        "at_most",
                        "before",
                        "agree",
                        "contiguous",
                        "side",
                        "budget");
        return new Absorber.Fold(
                keys.required("name").identifier(),
                reason(keys),
                keys.required("fold").list().stream().map(RuleReader::shape).toList(),
                keys.find("at_most").map(YamlValue::word).orElse(1),
                shape(keys.required("before")),
                keys.each("agree", YamlValue::text),
                keys.find("contiguous").map(YamlValue::isTrue).orElse(false),
                sides(keys),
                budget(keys));
    }

    private static Shape shape(YamlValue value) {
        YamlKeys keys = new YamlKeys(value, "kind", "where");
        return new Shape(EventProfileReader.kind(keys.required("kind")), where(keys));
    }

    private static Sides sides(YamlKeys keys) {
        return keys.find("side").map(it -> word(it, Sides.values())).orElse(Sides.EITHER);
    }
}
