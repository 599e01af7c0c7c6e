package dev.lockstep.server.diff.state;

import dev.lockstep.server.diff.state.StateProfile.ClassRule;
import dev.lockstep.server.diff.state.StateProfile.DifferenceClass;
import dev.lockstep.server.diff.state.StateProfile.Gate;
import dev.lockstep.server.diff.state.StateProfile.ImageRule;
import dev.lockstep.server.diff.state.StateProfile.Manifest;
import dev.lockstep.server.diff.state.StateProfile.Place;
import dev.lockstep.server.diff.state.StateProfile.SetRule;
import dev.lockstep.server.diff.state.StateProfile.SkipRule;
import dev.lockstep.server.diff.state.StateProfile.Skips;
import dev.lockstep.server.json.JsonTapeReader.Names;
import dev.lockstep.server.run.ConfigException;
import dev.lockstep.server.yaml.RuleFile;
import dev.lockstep.server.yaml.YamlKeys;
import dev.lockstep.server.yaml.YamlValue;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Reads profiles of states. What cannot be meant is refused, with the place where it stands. */
final class StateProfileReader {
    private static final int MAX_MASKED_BYTES = 1 << 20;

    /** Each is shown with up to four values. */
    private static final int MAX_GATES = 100;

    private StateProfileReader() {}

    /**
     * Returns the profile in a file.
     *
     * @throws ConfigException if there is none
     */
    static StateProfile read(RuleFile file) {
        YamlValue root = YamlValue.parse(file.name(), file.text());
        YamlKeys keys =
                new YamlKeys(
                        root,
                        "state_profile",
                        "description",
                        "documents",
                        "required",
                        "absent_on_both_sides",
                        "names",
                        "manifest",
                        "skip_names",
                        "skip_field",
                        "skip",
                        "sets",
                        "set_members",
                        "gates",
                        "image",
                        "classes",
                        "classify");
        keys.find("description").ifPresent(YamlValue::text);
        List<DifferenceClass> classes = keys.each("classes", StateProfileReader::differenceClass);
        List<ClassRule> classification = keys.each("classify", StateProfileReader::classRule);
        checkClasses(keys, classes, classification);
        StateProfile profile =
                new StateProfile(
                        keys.required("state_profile").identifier(),
                        file.sha256(),
                        keys.each("documents", YamlValue::text),
                        keys.each("required", YamlValue::text),
                        is(keys, "absent_on_both_sides", "equal", "different"),
                        is(keys, "names", "differ", "may_repeat") ? Names.MAY_REPEAT : Names.DIFFER,
                        is(keys, "manifest", "verified", "trusted")
                                ? Manifest.TRUSTED
                                : Manifest.VERIFIED,
                        new Skips(
                                is(keys, "skip_names", "in_place", "anywhere"),
                                keys.find("skip_field").map(YamlValue::text),
                                keys.each("skip", StateProfileReader::skip)),
                        keys.each("sets", StateProfileReader::set),
                        !is(keys, "set_members", "all", "one_object_of_each_key"),
                        keys.each("gates", StateProfileReader::gate),
                        keys.find("image").map(StateProfileReader::image),
                        classes,
                        classification);
        checkGates(profile, keys);
        return profile;
    }

    private static boolean is(YamlKeys keys, String key, String usual, String other) {
        return keys.find(key).map(it -> it.choice(usual, other)).orElse(false);
    }

    private static Set<String> texts(List<YamlValue> values) {
        Set<String> texts = new LinkedHashSet<>();
        for (YamlValue value : values) {
            if (!texts.add(value.text())) {
                throw value.error(value.shown() + " appears twice (expected: once)");
            }
        }
        return texts;
    }

    private static SkipRule skip(YamlValue value) {
        YamlKeys keys = new YamlKeys(value, "document", "fields");
        return new SkipRule(
                keys.find("document").map(YamlValue::text), texts(keys.required("fields").list()));
    }

    private static SetRule set(YamlValue value) {
        YamlKeys keys = new YamlKeys(value, "document", "field", "key");
        return new SetRule(
                keys.required("document").text(),
                keys.required("field").text(),
                keys.required("key").text());
    }

    private static Gate gate(YamlValue value) {
        YamlKeys keys =
                new YamlKeys(value, "gate", "same", "within_a_side", "image", "absent", "unless");
        String name = keys.required("gate").text();
        if (keys.find("image").isPresent()) {
            keys.required("image").choice("different", "same");
            return new Gate.SameImage(name);
        }
        if (keys.find("within_a_side").isPresent()) {
            List<YamlValue> places = keys.required("within_a_side").list();
            if (places.size() != 2) {
                throw value.error(
                        "%d fields (expected: two that are equal)".formatted(places.size()));
            }
            return new Gate.SameWithin(name, place(places.getFirst()), place(places.getLast()));
        }
        return new Gate.SameOnBothSides(
                name,
                place(keys.required("same")),
                keys.find("absent").map(YamlValue::text),
                keys.find("unless")
                        .map(it -> it.choice("never", "images_can_be_compared"))
                        .orElse(false));
    }

    /** A document and a field of its root, as in {@code config.json#entry}. */
    private static Place place(YamlValue value) {
        String text = value.text();
        int at = text.indexOf('#');
        if (at <= 0 || at == text.length() - 1) {
            throw value.error(
                    "%s (expected: a field, as in config.json#entry)".formatted(value.shown()));
        }
        return new Place(text.substring(0, at), text.substring(at + 1));
    }

    private static ImageRule image(YamlValue value) {
        YamlKeys keys =
                new YamlKeys(
                        value,
                        "file",
                        "base",
                        "default_base",
                        "groups",
                        "entries",
                        "address",
                        "type",
                        "sizes",
                        "fill");
        return new ImageRule(
                keys.required("file").text(),
                keys.required("base").text(),
                keys.required("default_base").number(),
                keys.required("groups").text(),
                keys.required("entries").text(),
                keys.required("address").text(),
                keys.required("type").text(),
                sizes(keys.required("sizes")),
                (byte) keys.find("fill").map(YamlValue::word).orElse(0).intValue());
    }

    private static Map<Long, Integer> sizes(YamlValue value) {
        Map<Long, Integer> sizes = new LinkedHashMap<>();
        value.map("types and bytes, as in {1: 16}")
                .forEach((type, bytes) -> {
                    if (!type.matches("[0-9]{1,9}")) {
                        throw bytes.error("type '%s' (expected: a number)".formatted(type));
                    }
                    int byteCount = bytes.word();
                    if (byteCount < 0 || byteCount > MAX_MASKED_BYTES) {
                        throw bytes.error(
                                "%s (expected: at most %d bytes)"
                                        .formatted(bytes.shown(), MAX_MASKED_BYTES));
                    }
                    sizes.put(Long.parseLong(type), byteCount);
                });
        return sizes;
    }

    private static DifferenceClass differenceClass(YamlValue value) {
        YamlKeys keys = new YamlKeys(value, "name", "symbol", "advice");
        return new DifferenceClass(
                keys.required("name").identifier(),
                keys.find("symbol").map(YamlValue::text).orElse(""),
                keys.find("advice").map(YamlValue::text).orElse(""));
    }

    private static ClassRule classRule(YamlValue value) {
        YamlKeys keys = new YamlKeys(value, "class", "document", "path", "kind", "stop");
        return new ClassRule(
                keys.required("class").text(),
                keys.find("document").map(it -> texts(it.list())).orElse(Set.of()),
                keys.each("path", it -> PathPattern.parse(it.text())),
                kinds(keys.each("kind", StateProfileReader::kind)),
                keys.find("stop").map(YamlValue::isTrue).orElse(false));
    }

    private static Set<DifferenceKind> kinds(List<DifferenceKind> kinds) {
        return kinds.isEmpty() ? Set.of() : EnumSet.copyOf(kinds);
    }

    private static DifferenceKind kind(YamlValue value) {
        return Arrays.stream(DifferenceKind.values())
                .filter(it -> it.word().equals(value.text()))
                .findFirst()
                .orElseThrow(() ->
                        value.error(
                                "%s (expected: one of %s)"
                                        .formatted(
                                                value.shown(),
                                                Arrays.stream(DifferenceKind.values())
                                                        .map(DifferenceKind::word)
                                                        .collect(Collectors.joining(", ")))));
    }

    /** Every difference has a class, every rule a class that is told of, and every rule can fit. */
    private static void checkClasses(
            YamlKeys keys, List<DifferenceClass> classes, List<ClassRule> rules) {
        Set<String> names = new HashSet<>();
        for (DifferenceClass each : classes) {
            if (!names.add(each.name())) {
                throw keys.required("classes")
                        .error(each.name() + " appears twice (expected: once)");
            }
        }
        YamlValue list = keys.required("classify");
        for (int i = 0; i < rules.size(); i++) {
            ClassRule rule = rules.get(i);
            if (!names.contains(rule.name())) {
                throw list.list()
                        .get(i)
                        .error("class '%s' (expected: one of classes)".formatted(rule.name()));
            }
            boolean last = i == rules.size() - 1;
            boolean fitsAll =
                    rule.documents().isEmpty() && rule.paths().isEmpty() && rule.kinds().isEmpty();
            if (fitsAll != last) {
                throw list.list()
                        .get(i)
                        .error(
                                last
                                        ? "the last rule has conditions (expected: one for all that"
                                                + " is left)"
                                        : "has no condition, so that the rules after it are dead");
            }
        }
    }

    private static void checkGates(StateProfile profile, YamlKeys keys) {
        if (profile.gates().size() > MAX_GATES) {
            throw keys.required("gates")
                    .error(
                            "%d gates (expected: at most %d)"
                                    .formatted(profile.gates().size(), MAX_GATES));
        }
        boolean wantsImage = profile.gates().stream().anyMatch(Gate.SameImage.class::isInstance);
        if (wantsImage && profile.image().isEmpty()) {
            throw keys.required("gates")
                    .error("a gate compares images (expected: 'image' says how)");
        }
    }
}
