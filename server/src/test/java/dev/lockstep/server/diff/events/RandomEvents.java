package dev.lockstep.server.diff.events;

import static dev.lockstep.server.diff.events.Vocabulary.struct;

import dev.lockstep.server.diff.events.Vocabulary.Event;
import dev.lockstep.server.json.JsonText;
import dev.lockstep.server.json.JsonValue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Random;

/** Events by chance, and the ways in which a side may write one that is meant. */
final class RandomEvents {
    private final Random chance;
    private final Vocabulary vocabulary;
    private long sequence;

    RandomEvents(Random chance, Vocabulary vocabulary) {
        this.chance = chance;
        this.vocabulary = vocabulary;
    }

    /** Returns an event that is like no other of the pair of logs. */
    Event next() {
        Event event =
                switch (chance.nextInt(8)) {
                    case 0, 1 -> call();
                    case 2 -> returned();
                    case 3 -> allocation();
                    case 4 -> importCall();
                    case 5 -> create();
                    case 6 -> await();
                    default -> chance.nextBoolean() ? threadCreate() : probe();
                };
        return unique(event);
    }

    Event unique(Event event) {
        return event.with("seq", sequence++);
    }

    private Event call() {
        return Event.of(
                "kernel.call",
                "name",
                function(),
                "args",
                struct("a", number(), "handle", hex(16), "flags", List.of(number(), text())),
                "args_resolved",
                struct("path", text()));
    }

    private Event returned() {
        Event event =
                Event.of("kernel.return", "name", function(), "return_value", chance.nextLong());
        return chance.nextBoolean() ? event.with("status", hex(4)) : event;
    }

    private Event allocation() {
        Event event = Event.of("kernel.return", "name", "RtlAllocateHeap", "return_value", hex(30));
        return chance.nextBoolean() ? event.with("status", hex(30)) : event;
    }

    private Event importCall() {
        String name = chance.nextBoolean() ? "RtlLeaveCriticalSection" : function();
        return Event.of("import.call", "name", name, "ord", chance.nextInt(500));
    }

    /** Returns what creates an object that one thread alone uses. */
    Event create() {
        return Event.of(
                "handle.create",
                "raw_handle_id",
                hex(32),
                "handle_semantic_id",
                "private " + sequence++,
                "object_type",
                chance.nextInt(8));
    }

    /** Returns what waits for such an object. */
    Event await() {
        return Event.of(
                "wait.begin",
                "handles_semantic_ids",
                List.of("private " + sequence++),
                "timeout_ns",
                -1);
    }

    private Event threadCreate() {
        return Event.of("thread.create", "ctx_ptr", hex(40), "parent_tid", 1, "priority", number());
    }

    private Event probe() {
        return Event.of("probe.value", "v", List.of(number(), text(), struct(text(), number())));
    }

    private String function() {
        return "Function" + chance.nextInt(20);
    }

    private String hex(int bits) {
        return "0x%08x".formatted(chance.nextLong(1, 1L << bits));
    }

    private JsonValue number() {
        return switch (chance.nextInt(4)) {
            case 0 -> JsonValue.of(chance.nextInt(2));
            case 1 -> JsonValue.of(chance.nextLong());
            case 2 -> new JsonValue.Real(chance.nextInt(1000) / 8.0);
            default -> JsonValue.Null.VALUE;
        };
    }

    private String text() {
        return List.of("", "game:\\a.bin", "'\"", "é中😀", "\ud83d", "\n\u007f")
                .get(chance.nextInt(6));
    }

    /** Returns what creates an object that all threads share, as the recipe makes its id. */
    Event sharedCreate() {
        long raw = chance.nextLong(1L << 32);
        int type = chance.nextInt(8);
        return Event.of(
                "handle.create",
                "raw_handle_id",
                "0x%x".formatted(raw),
                "handle_semantic_id",
                "%016x".formatted(semanticId(raw, type)),
                "object_type",
                type);
    }

    /** FNV-1a with 64 bits over the numbers, each with its lowest byte first. */
    private static long semanticId(long raw, int type) {
        ByteBuffer bytes = ByteBuffer.allocate(20).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(0xC01AB005).putInt(0).putLong(raw).putInt(type);
        long hash = 0xcbf29ce484222325L;
        for (byte each : bytes.array()) {
            hash = (hash ^ Byte.toUnsignedInt(each)) * 0x100000001b3L;
        }
        return hash;
    }

    Event local() {
        List<String> kinds = vocabulary.localKinds();
        return Event.of(kinds.get(chance.nextInt(kinds.size())), "v", chance.nextInt());
    }

    /** Returns a meant event as a side may write it: all that differs is no difference. */
    Event written(Event meant) {
        Event event = meant.has("parent_tid") ? meant.with("parent_tid", hex(32)) : meant;
        if (isPrivateCreate(meant)) {
            event = event.with("raw_handle_id", hex(32));
        }
        if (meant.isAllocation()) {
            event = isSuccess(meant) ? event.with("return_value", hex(40)) : event;
            event = event.has("status") ? event.with("status", hex(40)) : event;
        }
        if (meant.kind().equals("thread.create")) {
            event = event.with("ctx_ptr", hex(40));
        }
        if (vocabulary.ignoresParts()) {
            event = withIgnoredParts(event);
        }
        if (chance.nextInt(4) == 0) {
            event = event.with("nothing", JsonValue.Null.VALUE);
        }
        return new Event(event.kind(), (JsonValue.Struct) respelled(event.payload()));
    }

    /** The id of what all share is made of the handle. */
    private static boolean isPrivateCreate(Event event) {
        return event.payload().members().get("handle_semantic_id") instanceof JsonValue.Text id
                && id.value().startsWith("private");
    }

    private static boolean isSuccess(Event allocation) {
        return allocation.payload().members().get("return_value") instanceof JsonValue.Text;
    }

    private Event withIgnoredParts(Event event) {
        JsonValue.Struct meta = struct("a", struct("x", 5, "host", hex(40)));
        return event.with(
                        "meta",
                        chance.nextBoolean() ? meta.with("trail", JsonValue.of(text())) : meta)
                .with("samples", List.of(0, struct("stamp", hex(40)), struct("y", "z")));
    }

    /** Writes members in another order, and numbers otherwise. */
    private JsonValue respelled(JsonValue value) {
        return switch (value) {
            case JsonValue.Struct(var members) -> {
                var names = new ArrayList<>(members.keySet());
                Collections.shuffle(names, chance);
                var shuffled = new LinkedHashMap<String, JsonValue>();
                names.forEach(name ->
                        shuffled.put(
                                name, respelled(name, Objects.requireNonNull(members.get(name)))));
                yield new JsonValue.Struct(shuffled);
            }
            case JsonValue.Array(var items) ->
                    new JsonValue.Array(items.stream().map(this::respelled).toList());
            case JsonValue.Int(var number) when number.bitLength() < 53 ->
                    respelled(number.longValueExact());
            default -> value;
        };
    }

    /** The recipe of ids takes integers alone. */
    private JsonValue respelled(String name, JsonValue value) {
        return name.equals("object_type") ? value : respelled(value);
    }

    private JsonValue respelled(long number) {
        return switch (chance.nextInt(3)) {
            case 0 -> new JsonValue.Real(number);
            case 1 ->
                    number == 0 || number == 1
                            ? new JsonValue.Bool(number == 1)
                            : JsonValue.of(number);
            default -> JsonValue.of(number);
        };
    }

    /** Returns the line of an event, with what is never compared. */
    String line(Event event, long tid, long index) {
        JsonValue line =
                respelled(
                        struct(
                                "tid",
                                tid,
                                "tid_event_idx",
                                index,
                                "kind",
                                event.kind(),
                                "payload",
                                event.payload(),
                                "host_ns",
                                chance.nextLong(),
                                "engine",
                                text()));
        return chance.nextBoolean() ? JsonText.compact(line) : JsonText.sorted(line);
    }
}
