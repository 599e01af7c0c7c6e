package dev.lockstep.server.yaml;

import dev.lockstep.server.run.ConfigException;

import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * A value of a YAML file, and where it stands. Nothing that makes a file more than it looks is
 * taken: no anchors, aliases or tags, no key twice.
 *
 * @param file as the user called it
 * @param name what it is, for messages
 */
public record YamlValue(String file, String name, Node node) {
    private static final int MAX_DEPTH = 8;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final int SHOWN_CHARACTERS = 60;

    /**
     * Returns the whole of a file.
     *
     * @throws ConfigException if it is no single document, or not one of this kind
     */
    public static YamlValue parse(String file, String text) {
        LoadSettings settings =
                LoadSettings.builder().setLabel(file).setCodePointLimit(text.length() + 1).build();
        try {
            check(file, new Parse(settings).parseString(text));
            Node node =
                    new Compose(settings)
                            .composeString(text)
                            .orElseThrow(() ->
                                    new ConfigException(file + ": is empty (expected: a profile)"));
            return new YamlValue(file, "the file", node);
        } catch (MarkedYamlEngineException e) {
            throw new ConfigException(
                    "%s: is no YAML: %s".formatted(place(file, e.getProblemMark()), e.getProblem()),
                    e);
        } catch (YamlEngineException e) {
            throw new ConfigException("%s: is no YAML: %s".formatted(file, e.getMessage()), e);
        }
    }

    /** A deep one is refused before anything looks at it that calls itself for every level. */
    private static void check(String file, Iterable<Event> events) {
        int depth = 0;
        for (Event event : events) {
            depth += event instanceof CollectionStartEvent ? 1 : 0;
            depth -= event instanceof CollectionEndEvent ? 1 : 0;
            if (depth > MAX_DEPTH) {
                throw refused(file, event, "more than %d levels".formatted(MAX_DEPTH));
            }
            if (event instanceof AliasEvent alias) {
                throw refused(file, event, "alias *" + alias.getAlias());
            }
            Optional<Anchor> anchor =
                    event instanceof NodeEvent node ? node.getAnchor() : Optional.empty();
            if (anchor.isPresent()) {
                throw refused(file, event, "anchor &" + anchor.get());
            }
            Optional<String> tag =
                    switch (event) {
                        case ScalarEvent scalar -> scalar.getTag();
                        case CollectionStartEvent collection -> collection.getTag();
                        default -> Optional.empty();
                    };
            if (tag.isPresent()) {
                throw refused(file, event, "tag " + tag.get());
            }
        }
    }

    private static ConfigException refused(String file, Event event, String what) {
        return new ConfigException(
                "%s: %s (expected: plain values, written out)"
                        .formatted(place(file, event.getStartMark()), what));
    }

    private static String place(String file, Optional<Mark> mark) {
        return mark.map(it -> file + ":" + (it.getLine() + 1)).orElse(file);
    }

    /** Returns where it stands, as {@code file:line}. */
    public String place() {
        return place(file, node.getStartMark());
    }

    /** Returns what to throw for what is wrong with it. */
    public ConfigException error(String problem) {
        return new ConfigException("%s: %s: %s".formatted(place(), name, problem));
    }

    /** Returns the same value under another name. */
    public YamlValue named(String newName) {
        return new YamlValue(file, newName, node);
    }

    /** Returns the values of a mapping by their keys, in their order. */
    public Map<String, YamlValue> map(String expected) {
        if (!(node instanceof MappingNode mapping)) {
            throw error("%s (expected: %s)".formatted(shown(), expected));
        }
        Map<String, YamlValue> values = new LinkedHashMap<>();
        for (NodeTuple entry : mapping.getValue()) {
            YamlValue key = new YamlValue(file, name, entry.getKeyNode());
            String text = key.text();
            if (values.put(text, new YamlValue(file, text, entry.getValueNode())) != null) {
                throw key.error("key '%s' appears twice (expected: once)".formatted(text));
            }
        }
        return values;
    }

    /** The same, of a mapping that has certain keys and no others. */
    public Map<String, YamlValue> map(List<String> known) {
        Map<String, YamlValue> values = map("keys of " + String.join(", ", known));
        values.forEach((key, value) -> {
            if (!known.contains(key)) {
                throw new ConfigException(
                        "%s: %s: unknown key '%s' (expected: one of %s)"
                                .formatted(value.place(), name, key, String.join(", ", known)));
            }
        });
        return values;
    }

    /** Returns what is one of several keys of a mapping that must be there. */
    public YamlValue required(Map<String, YamlValue> values, String key) {
        YamlValue value = values.get(key);
        if (value == null) {
            throw error("no '%s' (expected: one)".formatted(key));
        }
        return value;
    }

    /** Returns the entries of a sequence; of anything else, itself. */
    public List<YamlValue> list() {
        if (!(node instanceof SequenceNode sequence)) {
            return List.of(this);
        }
        if (sequence.getValue().isEmpty()) {
            throw error("[] (expected: an entry)");
        }
        return sequence.getValue().stream().map(entry -> new YamlValue(file, name, entry)).toList();
    }

    /** Returns what it means, and says where it stands if that cannot be. */
    public <T> T as(Function<YamlValue, T> meaning) {
        try {
            return meaning.apply(this);
        } catch (IllegalArgumentException e) {
            throw error(String.valueOf(e.getMessage()));
        }
    }

    /** Returns whether it is the second of two words. */
    public boolean choice(String no, String yes) {
        String text = text();
        if (!text.equals(no) && !text.equals(yes)) {
            throw error("%s (expected: %s or %s)".formatted(shown(), no, yes));
        }
        return text.equals(yes);
    }

    public boolean isMapping() {
        return node instanceof MappingNode;
    }

    /** Returns the text of a single value. */
    public String text() {
        if (!(node instanceof ScalarNode scalar)) {
            throw error("%s (expected: a single value)".formatted(shown()));
        }
        return scalar.getValue();
    }

    /** Returns the name of something: 1 to 64 characters of A-Z a-z 0-9 . _ - */
    public String identifier() {
        String text = text();
        if (!NAME.matcher(text).matches()) {
            throw error(shown() + " (expected: a name of 1 to 64 characters of A-Z a-z 0-9 . _ -)");
        }
        return text;
    }

    /** Returns a number of up to 64 bits, decimal or after 0x hexadecimal. */
    public long number() {
        String text = text();
        try {
            return text.matches("0[xX][0-9a-fA-F]+")
                    ? Long.parseUnsignedLong(text.substring(2), 16)
                    : Long.parseUnsignedLong(text);
        } catch (NumberFormatException e) {
            throw notANumber("a number of 64 bits, as in 0x10238");
        }
    }

    /** Returns whether it is true; anything but true and false is wrong. */
    public boolean isTrue() {
        return switch (text()) {
            case "true" -> true;
            case "false" -> false;
            default -> throw error(shown() + " (expected: true or false)");
        };
    }

    /** Returns a number of up to 32 bits, likewise. */
    public int word() {
        long number = number();
        if (number >>> Integer.SIZE != 0) {
            throw notANumber("a number of 32 bits, as in 0x7f");
        }
        return (int) number;
    }

    private ConfigException notANumber(String expected) {
        return error("%s (expected: %s)".formatted(shown(), expected));
    }

    /** Returns what stands there, as far as a message shows it. */
    public String shown() {
        return switch (node) {
            case ScalarNode scalar -> "'" + beginning(scalar.getValue()) + "'";
            case MappingNode _ -> "a mapping";
            default -> "a list";
        };
    }

    private static String beginning(String text) {
        String line = text.replaceAll("\\s+", " ");
        return line.length() <= SHOWN_CHARACTERS
                ? line
                : line.substring(0, SHOWN_CHARACTERS) + "...";
    }
}
