package dev.lockstep.server.diff.events;

import static dev.lockstep.server.diff.events.Vocabulary.struct;

import dev.lockstep.server.diff.events.Vocabulary.Event;
import dev.lockstep.server.json.JsonValue;

import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** A difference that is put into a pair of threads: what the sides have instead of an event. */
@SuppressWarnings("ImmutableEnumChecker") // Functions without state.
enum Plant {
    KIND(
            it -> !it.isNumbered(),
            it -> it,
            it -> new Event("probe.other", it.payload()),
            _ -> "kind"),
    NAME(
            it -> it.has("name") && !it.isNumbered(),
            it -> it,
            it -> it.with("name", "Other" + it.name()),
            it -> "[name mismatch] %s name=%s".formatted(it.kind(), it.name())),
    ARGUMENT(
            it -> it.has("args"),
            it -> it.with("args", struct("a", 1, "handle", "0x10")),
            it -> it.with("args", struct("handle", "0x14", "a", 1)),
            it -> "[args.handle mismatch] kernel.call name=" + it.name()),
    ARGUMENT_NULL(
            it -> it.has("args"),
            it -> it.with("args", struct("a", 1)),
            it -> it.with("args", struct("a", 1, "b", JsonValue.Null.VALUE)),
            it -> "[args.b mismatch] kernel.call name=" + it.name()),
    RETURN_VALUE(
            it -> it.has("return_value") && !it.isNumbered(),
            it -> it.with("return_value", 7),
            it -> it.with("return_value", 8),
            it -> "[return_value mismatch] kernel.return name=" + it.name()),
    STATUS(
            it -> it.has("status") && !it.isNumbered(),
            it -> it.with("status", "0x00000000"),
            it -> it.with("status", "0x00000103"),
            it -> "[status mismatch] kernel.return name=" + it.name()),
    FAILED_ALLOCATION(
            Event::isAllocation,
            it -> it,
            it -> it.with("return_value", 0),
            it -> "[return_value mismatch] kernel.return name=" + it.name()),
    FIELD(_ -> true, it -> it.with("v", 1.5), it -> it.with("v", 1.25), _ -> "payload.v"),
    FIELD_OF_SUBJECT(_ -> true, it -> it, it -> it.with("only", 0), _ -> "payload.only"),
    DEEP(
            _ -> true,
            it -> it.with("tree", tree("left")),
            it -> it.with("tree", tree("right")),
            _ -> "payload.tree.a[1].b.c[0]"),
    NOT_A_NUMBER(
            _ -> true,
            it -> it.with("v", List.of(Double.NaN)),
            it -> it.with("v", List.of(Double.NaN)),
            _ -> "payload.v[0]"),
    BIG_INTEGER(
            _ -> true,
            it -> it.with("v", new JsonValue.Int(BigInteger.ONE.shiftLeft(64))),
            it -> it.with("v", new JsonValue.Int(BigInteger.ONE.shiftLeft(64).setBit(0))),
            _ -> "payload.v"),
    INTEGER_NEXT_TO_A_FLOAT(
            _ -> true,
            it -> it.with("v", (1L << 53) + 1),
            it -> it.with("v", 0x1p53),
            _ -> "payload.v"),
    LONE_SURROGATE(
            _ -> true,
            it -> it.with("v", "x\ud800"),
            it -> it.with("v", "x\udc00"),
            _ -> "payload.v"),
    MISSING(it -> !it.isNumbered()),
    ADDITIONAL(_ -> true),
    SWAPPED(it -> !it.isNumbered()),
    UNSHARED_CREATE(_ -> true),
    UNSHARED_WAIT(_ -> true),
    /** The rest of the thread. */
    TRUNCATED(_ -> true);

    private final Predicate<Event> fits;
    private final UnaryOperator<Event> reference;
    private final UnaryOperator<Event> subject;
    private final Optional<Function<Event, String>> place;

    Plant(Predicate<Event> fits) {
        this.fits = fits;
        this.reference = it -> it;
        this.subject = it -> it;
        this.place = Optional.empty();
    }

    Plant(
            Predicate<Event> fits,
            UnaryOperator<Event> reference,
            UnaryOperator<Event> subject,
            Function<Event, String> place) {
        this.fits = fits;
        this.reference = reference;
        this.subject = subject;
        this.place = Optional.of(place);
    }

    boolean fits(Event event) {
        return fits.test(event);
    }

    /** Returns what a side has instead. */
    Event on(Side side, Event event) {
        return side == Side.REFERENCE ? reference.apply(event) : subject.apply(event);
    }

    /** Returns where the events differ, as a description says it; empty if that is up to others. */
    Optional<String> place(Event event) {
        return place.map(it -> it.apply(event));
    }

    private static JsonValue tree(String leaf) {
        return struct("x", 1, "a", List.of(0, struct("b", struct("c", List.of(leaf, 2)))));
    }
}
