package dev.lockstep.server.diff.events;

import dev.lockstep.server.json.JsonValue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;

/** What the events of random logs are like, and the rules under which they are compared. */
@SuppressWarnings("ImmutableEnumChecker") // What it holds is not changed.
enum Vocabulary {
    /** A profile that is shipped. */
    XENIA_STRICT(
            EventProfiles.shipped("xenia-strict"),
            List.of("contention.observed", "sema.release", "signal.match", "wake.requested"),
            Set.of(Side.values()),
            false,
            true),
    /** Rules of our own: parts of fields are ignored, budgets bound, one side alone creates. */
    OWN(
            Verdicts.profile(
                    """
                    event_profile: own
                    threads: {pair: {first: kernel.call, field: name}}
                    local: ['trace.*', sema.release]
                    counted: [trace.b]
                    ignore:
                      - {kind: handle.create, fields: [raw_handle_id, handle_semantic_id]}
                      - {kind: wait.begin, fields: handles_semantic_ids}
                      - {kind: thread.create, fields: parent_tid}
                      - {kind: '*', fields: [meta.*.host, meta.trail, samples.*.stamp]}
                    priorities:
                      - {kind: kernel.return, fields: [return_value, status]}
                      - {kind: kernel.call, members: [args, args_resolved]}
                    rename:
                      - name: allocators
                        reason: addresses differ
                        kind: kernel.*
                        where: {name: RtlAllocateHeap}
                        fields: {return_value: present, status: present}
                        as: 'address {n} of {name}'
                        except: [0, null]
                        budget: 1000
                      - name: host-heap-fields
                        reason: addresses differ
                        kind: thread.create
                        fields: {ctx_ptr: text}
                        as: 'context {n}'
                        budget: 1000
                    identities:
                      - name: shared
                        uses:
                          - {kind: '*.create', field: handle_semantic_id}
                          - {kind: wait.begin, field: handles_semantic_ids}
                        several_threads: true
                        recipe:
                          kind: handle.create
                          field: handle_semantic_id
                          fnv1a64:
                            [{u32: 0xC01AB005}, {u32: 0}, {u64: {hex: raw_handle_id}}, {u32: object_type}]
                    absorb:
                      - name: shared-global
                        reason: whoever is first
                        extra: handle.create
                        identity: shared
                        side: subject
                        budget: 1000
                      - {name: wait-begin, reason: others, extra: wait.*, identity: shared, budget: 1000}
                    """),
            List.of("trace.a", "trace.b", "sema.release"),
            Set.of(Side.SUBJECT),
            true,
            false);

    private final EventProfile profile;
    private final List<String> localKinds;
    private final Set<Side> creating;
    private final boolean ignoresParts;
    private final boolean folds;

    Vocabulary(
            EventProfile profile,
            List<String> localKinds,
            Set<Side> creating,
            boolean ignoresParts,
            boolean folds) {
        this.profile = profile;
        this.localKinds = localKinds;
        this.creating = creating;
        this.ignoresParts = ignoresParts;
        this.folds = folds;
    }

    EventProfile profile() {
        return profile;
    }

    List<String> localKinds() {
        return localKinds;
    }

    /** Returns the sides that may create what all threads share when the other does not. */
    Set<Side> creating() {
        return creating;
    }

    /** Returns whether parts of the fields {@code meta} and {@code samples} are not compared. */
    boolean ignoresParts() {
        return ignoresParts;
    }

    /** Returns whether the reference may enter and leave critical sections on its own. */
    boolean folds() {
        return folds;
    }

    /** An event before it gets a thread and an index. */
    record Event(String kind, JsonValue.Struct payload) {
        static Event of(String kind, Object... keysAndValues) {
            return new Event(kind, struct(keysAndValues));
        }

        Event with(String field, Object value) {
            return new Event(kind, payload.with(field, value(value)));
        }

        Event without(String field) {
            var members = new LinkedHashMap<>(payload.members());
            members.remove(field);
            return new Event(kind, new JsonValue.Struct(members));
        }

        boolean has(String field) {
            return payload.members().containsKey(field);
        }

        /** Returns the name of the function, if it has one. */
        String name() {
            return payload.members().get("name") instanceof JsonValue.Text name ? name.value() : "";
        }

        boolean isAllocation() {
            return kind.equals("kernel.return") && name().equals("RtlAllocateHeap");
        }

        /** Returns whether one event less would rename later ones otherwise. */
        boolean isNumbered() {
            return isAllocation() || kind.equals("thread.create");
        }
    }

    /** Returns an object of keys and values in turn. */
    static JsonValue.Struct struct(Object... keysAndValues) {
        var members = new LinkedHashMap<String, JsonValue>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            members.put((String) keysAndValues[i], value(keysAndValues[i + 1]));
        }
        return new JsonValue.Struct(members);
    }

    static JsonValue value(Object value) {
        return switch (value) {
            case JsonValue json -> json;
            case String text -> JsonValue.of(text);
            case Long number -> JsonValue.of(number);
            case Integer number -> JsonValue.of(number);
            case Double number -> new JsonValue.Real(number);
            case List<?> items ->
                    new JsonValue.Array(items.stream().map(it -> value((Object) it)).toList());
            default -> throw new IllegalArgumentException("no JSON: " + value);
        };
    }
}
