package dev.lockstep.server.run;

import dev.lockstep.proto.v1.AgreementItem;
import dev.lockstep.proto.v1.ErrorCode;
import dev.lockstep.proto.v1.Hello;
import dev.lockstep.proto.v1.Welcome;
import dev.lockstep.protocol.Protocol;

import java.util.ArrayList;
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
    private static final int DIGEST_BYTES = 32;
    private static final int DIGEST_SHOWN_BYTES = 4;

    /** The texts of both sides, and what is said of them, fit into one message. */
    private static final int TEXT_SHOWN_CHARACTERS = 320;

    private Agreement() {}

    /**
     * Admits an engine to a run.
     *
     * @param others the engines that are there
     * @return the strongest comparison, up to the one wished, that all of them are capable of
     * @throws ProtocolException if the engine speaks otherwise, runs something else or cannot do it
     */
    static Strength admit(RunSpec spec, Hello hello, List<Hello> others) throws ProtocolException {
        checkVersion(hello);
        checkComplete(hello);
        for (Hello other : others) {
            checkEqual(other, hello);
        }
        if (!hello.getGrainsList().contains(spec.grain().wire())) {
            throw new ProtocolException(
                    ErrorCode.ERROR_CODE_INCAPABLE,
                    "grain: %s offers %s (expected: also %s)"
                            .formatted(
                                    hello.getName(),
                                    Excerpt.ofName(hello.getGrainsList().toString()),
                                    spec.grain().wire()));
        }
        checkReplays(spec, hello);
        List<Hello> all = new ArrayList<>(others);
        all.add(hello);
        return strength(spec.strength(), all);
    }

    /** Starts what engines that were admitted are told of their run; their credit is missing. */
    static Welcome.Builder welcome(RunSpec spec, Strength agreed) {
        Welcome.Builder welcome =
                Welcome.newBuilder()
                        .setRun(spec.name())
                        .setGrain(spec.grain().wire())
                        .setStrength(agreed.wire())
                        .setBatchRecordLimit(Bounds.batchRecords(spec.grain()))
                        .setWindowSteps(spec.windowSteps())
                        .setCheckpointWindows(spec.checkpointWindows())
                        .setReplay(spec.isReplay());
        Optional.ofNullable(spec.stepLimit()).ifPresent(welcome::setStepLimit);
        if (spec.window().singly()) {
            welcome.setSingleFromStep(spec.window().fromStep());
        }
        Optional.ofNullable(spec.window().fromPc()).ifPresent(welcome::setCutPc);
        return welcome;
    }

    private static void checkReplays(RunSpec spec, Hello hello) throws ProtocolException {
        boolean performs = hello.getRole() == Role.REFERENCE.wire() && !hello.getReplays();
        if (spec.isReplay() && performs) {
            throw new ProtocolException(
                    ErrorCode.ERROR_CODE_INCAPABLE,
                    "replay: %s performs its inputs itself (expected: a reference that can leave recorded ones to the coordinator)"
                            .formatted(hello.getName()));
        }
    }

    /**
     * Checks that an engine can begin where the run does.
     *
     * @throws ProtocolException INCAPABLE or DISAGREEMENT
     */
    static void checkOrigin(RunSpec spec, Hello hello) throws ProtocolException {
        Origin origin = spec.origin();
        if (origin == null || hello.getProtocolVersion() != Protocol.VERSION) {
            return; // Whose other words mean nothing is refused for its version.
        }
        if (!hello.getCaptures()) {
            throw new ProtocolException(
                    ErrorCode.ERROR_CODE_INCAPABLE,
                    "%s cannot begin from %s (expected: an engine that captures)"
                            .formatted(hello.getName(), origin.title()));
        }
        for (AgreementItem item : origin.agreement()) {
            Optional<AgreementItem> own = item(hello, item.getName());
            if (!item.getName().equals(Protocol.ITEM_RULES)
                    && !own.map(AgreementItem::getDigest).equals(Optional.of(item.getDigest()))) {
                throw new ProtocolException(
                        ErrorCode.ERROR_CODE_DISAGREEMENT,
                        "%s: %s was taken of %s, %s has %s (expected: the same)"
                                .formatted(
                                        Excerpt.ofName(item.getName()),
                                        origin.title(),
                                        text(Optional.of(item)),
                                        hello.getName(),
                                        text(own)));
            }
        }
    }

    private static void checkVersion(Hello hello) throws ProtocolException {
        if (hello.getProtocolVersion() != Protocol.VERSION) {
            throw new ProtocolException(
                    ErrorCode.ERROR_CODE_WRONG_VERSION,
                    "protocol version %d (expected: %d; use engine and coordinator of one release)"
                            .formatted(hello.getProtocolVersion(), Protocol.VERSION));
        }
    }

    private static void checkComplete(Hello hello) throws ProtocolException {
        if (hello.getAgreementCount() > Bounds.AGREEMENT_ITEMS) {
            throw ProtocolException.badFrame(
                    "Hello.agreement: %d items (expected: at most %d)"
                            .formatted(hello.getAgreementCount(), Bounds.AGREEMENT_ITEMS));
        }
        Set<String> names = names(hello);
        for (String required : REQUIRED) {
            if (!names.contains(required)) {
                throw ProtocolException.badFrame(
                        "Hello.agreement: without %s (expected: all of %s)"
                                .formatted(required, REQUIRED));
            }
        }
        for (AgreementItem item : hello.getAgreementList()) {
            if (item.getDigest().size() != DIGEST_BYTES) {
                throw ProtocolException.badFrame(
                        "Hello.agreement: digest of %s: %d bytes (expected: %d)"
                                .formatted(
                                        Excerpt.ofName(item.getName()),
                                        item.getDigest().size(),
                                        DIGEST_BYTES));
            }
        }
    }

    /** Returns what the engine says it runs: the guest's program and arguments. */
    static String guest(Hello hello) {
        return item(hello, Protocol.ITEM_ARGUMENTS)
                .map(item -> Excerpt.ofText(item.getText()))
                .orElse("nothing");
    }

    private static void checkEqual(Hello one, Hello other) throws ProtocolException {
        Set<String> names = names(one);
        names.addAll(names(other));
        for (String name : names) {
            Optional<AgreementItem> left = item(one, name);
            Optional<AgreementItem> right = item(other, name);
            if (!left.map(AgreementItem::getDigest).equals(right.map(AgreementItem::getDigest))) {
                throw new ProtocolException(
                        ErrorCode.ERROR_CODE_DISAGREEMENT,
                        "%s: %s has %s, %s has %s (expected: the same on all engines of a run)"
                                .formatted(
                                        Excerpt.ofName(name),
                                        one.getName(),
                                        text(left),
                                        other.getName(),
                                        text(right)));
            }
        }
    }

    private static Strength strength(Strength wished, List<Hello> hellos) throws ProtocolException {
        return EnumSet.range(Strength.PC, wished).stream()
                .filter(s -> hellos.stream().allMatch(h -> h.getStrengthsList().contains(s.wire())))
                .reduce((weaker, stronger) -> stronger)
                .orElseThrow(() ->
                        new ProtocolException(
                                ErrorCode.ERROR_CODE_INCAPABLE,
                                "strength: the engines have none in common up to "
                                        + wished.text()));
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
        return item.map(i ->
                        "\"%s\" (SHA-256 %s...)"
                                .formatted(
                                        Excerpt.of(i.getText(), TEXT_SHOWN_CHARACTERS),
                                        shortDigest(i)))
                .orElse("none");
    }

    private static String shortDigest(AgreementItem item) {
        byte[] digest = item.getDigest().toByteArray();
        return HexFormat.of().formatHex(digest, 0, Math.min(digest.length, DIGEST_SHOWN_BYTES));
    }
}
