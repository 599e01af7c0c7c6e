package dev.lockstep.server.yaml;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The keys of a mapping that has no others. */
public final class YamlKeys {
    private final YamlValue value;
    private final Map<String, YamlValue> values;

    /**
     * Takes them up.
     *
     * @throws dev.lockstep.server.run.ConfigException if it is no mapping, or has another key
     */
    public YamlKeys(YamlValue value, String... known) {
        this.value = value;
        this.values = value.map(List.of(known));
    }

    /** Returns the value of a key that must be there. */
    public YamlValue required(String key) {
        return value.required(values, key);
    }

    /** Returns the value of a key that may be there. */
    public Optional<YamlValue> find(String key) {
        return Optional.ofNullable(values.get(key));
    }

    /** Returns what each entry of a list means; nothing without the key. */
    public <T> List<T> each(String key, Function<YamlValue, T> meaning) {
        return all(key, entry -> List.of(meaning.apply(entry)));
    }

    /** The same for entries that mean several things. */
    public <T> List<T> all(String key, Function<YamlValue, List<T>> meaning) {
        List<T> all = new ArrayList<>();
        find(key).ifPresent(list -> list.list().forEach(entry -> all.addAll(entry.as(meaning))));
        return all;
    }
}
