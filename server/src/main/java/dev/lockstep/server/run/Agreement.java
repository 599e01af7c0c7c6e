package dev.lockstep.server.run;

import dev.lockstep.proto.v1.AgreementItem;
import dev.lockstep.proto.v1.Hello;
import dev.lockstep.protocol.Protocol;

import org.jspecify.annotations.Nullable;

import java.util.EnumSet;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Decides from what engines say of themselves whether, and how, they can be compared. */
final class Agreement {
    private static final List<String> REQUIRED =
            List.of(
                    Protocol.ITEM_PROGRAM,
                    Protocol.ITEM_ARGUMENTS,
                    Protocol.ITEM_ENVIRONMENT,
                    Protocol.ITEM_MACHINE,
                    Protocol.ITEM_RULES);
    private static final int DIGEST_SHOWN_BYTES = 4;

    private Agreement() {}

    /** Checks that nothing is missing. */
    static void checkComplete(Hello hello) throws ProtocolException {
        Set<String> names = names(hello);
        for (String required : REQUIRED) {
            if (!names.contains(required)) {
                throw ProtocolException.badFrame(
                        "Hello.agreement: %s (expected: also %s)".formatted(names, required));
            }
        }
    }

    /** Returns what two engines do not have in common, in a sentence, or null. */
    static @Nullable String disagreement(Hello one, Hello other) {
        Set<String> names = names(one);
        names.addAll(names(other));
        for (String name : names) {
            Optional<AgreementItem> left = item(one, name);
            Optional<AgreementItem> right = item(other, name);
            if (!left.map(AgreementItem::getDigest).equals(right.map(AgreementItem::getDigest))) {
                return "%s: %s has %s, %s has %s (expected: the same on all engines of a run)"
                        .formatted(name, one.getName(), text(left), other.getName(), text(right));
            }
        }
        return null;
    }

    /** Returns the strongest comparison up to {@code wished} that all engines are capable of. */
    static Optional<Strength> strength(Strength wished, List<Hello> hellos) {
        return EnumSet.range(Strength.PC, wished).stream()
                .filter(s -> hellos.stream().allMatch(h -> h.getStrengthsList().contains(s.wire())))
                .reduce((weaker, stronger) -> stronger);
    }

    /** Returns whether both are one engine: then a match says little. */
    static boolean sameEngine(Hello one, Hello other) {
        if (one.getBuildDigest().isEmpty() || other.getBuildDigest().isEmpty()) {
            return one.getImplementation().equals(other.getImplementation());
        }
        return one.getBuildDigest().equals(other.getBuildDigest());
    }

    private static Set<String> names(Hello hello) {
        return hello.getAgreementList().stream()
                .map(AgreementItem::getName)
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private static Optional<AgreementItem> item(Hello hello, String name) {
        return hello.getAgreementList().stream()
                .filter(item -> item.getName().equals(name))
                .findFirst();
    }

    private static String text(Optional<AgreementItem> item) {
        return item.map(i -> "\"%s\" (SHA-256 %s...)".formatted(i.getText(), shortDigest(i)))
                .orElse("none");
    }

    private static String shortDigest(AgreementItem item) {
        byte[] digest = item.getDigest().toByteArray();
        return HexFormat.of().formatHex(digest, 0, Math.min(digest.length, DIGEST_SHOWN_BYTES));
    }
}
