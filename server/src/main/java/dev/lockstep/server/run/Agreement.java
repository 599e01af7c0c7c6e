package dev.lockstep.server.run;

import dev.lockstep.proto.v1.AgreementItem;
import dev.lockstep.proto.v1.ErrorCode;
import dev.lockstep.proto.v1.Hello;
import dev.lockstep.proto.v1.InputMode;
import dev.lockstep.proto.v1.Welcome;
import dev.lockstep.protocol.Protocol;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Decides from what engines say of themselves whether, and how, they can be compared. */
final class Agreement {
    /** What an engine may not know of its guest. */
    private static final List<String> OF_THE_GUEST =
            List.of(
                    Protocol.ITEM_PROGRAM,
                    Protocol.ITEM_ARGUMENTS,
                    Protocol.ITEM_ENVIRONMENT,
                    Protocol.ITEM_MACHINE);

    private static final int DIGEST_BYTES = 32;
    private static final int DIGEST_SHOWN_BYTES = 4;

    /** The texts of both sides, and what is said of them, fit into one message. */
    private static final int TEXT_SHOWN_CHARACTERS = 320;

    private Agreement() {}

    /**
     * How the engines of a run are compared.
     *
     * @param strength the strongest that all of them are capable of, up to the one wished
     * @param inputMode who asks the world
     * @param registers those that all of them have, in the reference's order; none but at that
     *     strength
     */
    record Terms(Strength strength, InputMode inputMode, RegisterFile registers) {
        /** Returns what is wished, while no engine is there to lower it. */
        static Terms wished(RunSpec spec) {
            return new Terms(spec.strength(), InputMode.INPUT_MODE_FORCED, RegisterFile.NONE);
        }

        /** Returns whether every engine asks the world for itself. */
        boolean ownInputs() {
            return inputMode == InputMode.INPUT_MODE_OWN;
        }
    }

    /**
     * Admits an engine to a run.
     *
     * @param others the engines that are there
     * @return how all of them can be compared
     * @throws ProtocolException if the engine speaks otherwise, runs something else or cannot do it
     */
    static Terms admit(RunSpec spec, Hello hello, List<Hello> others) throws ProtocolException {
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
        return terms(spec, all);
    }

    private static Terms terms(RunSpec spec, List<Hello> engines) throws ProtocolException {
        InputMode inputMode = inputMode(engines);
        if (inputMode == InputMode.INPUT_MODE_OWN && spec.isReplay()) {
            throw new ProtocolException(
                    ErrorCode.ERROR_CODE_INCAPABLE,
                    "replay: an engine asks the world itself (expected: engines on which recorded"
                            + " inputs can be forced)");
        }
        RegisterFile common = commonRegisters(engines);
        Set<Strength> possible = EnumSet.range(Strength.PC, spec.strength());
        if (inputMode == InputMode.INPUT_MODE_OWN) {
            // Values that the world gave to one engine alone are in its registers and its memory.
            // Whoever asks for registers all the same knows that it gives all of them the same.
            boolean registers = spec.strength() == Strength.REGISTERS;
            possible.retainAll(
                    EnumSet.range(Strength.PC, registers ? Strength.REGISTERS : Strength.PATH));
        }
        if (common.isEmpty() || spec.grain() == Grain.WINDOW || spec.profile().isQemu()) {
            possible.remove(Strength.REGISTERS);
        }
        Strength agreed = strongest(possible, spec.strength(), engines);
        return new Terms(
                agreed, inputMode, agreed == Strength.REGISTERS ? common : RegisterFile.NONE);
    }

    private static RegisterFile commonRegisters(List<Hello> engines) {
        return engines.stream()
                .sorted(Comparator.comparing(hello -> hello.getRole() != Role.REFERENCE.wire()))
                .map(RegisterFile::of)
                .reduce(RegisterFile::common)
                .orElse(RegisterFile.NONE);
    }

    /** Returns whether all engines say that they tell registers, whichever. */
    static boolean allTellRegisters(Stream<Hello> engines) {
        return engines.allMatch(it -> it.getStrengthsList().contains(Strength.REGISTERS.wire()));
    }

    /** Starts what engines that were admitted are told of their run; their credit is missing. */
    static Welcome.Builder welcome(RunSpec spec, Terms agreed) {
        Welcome.Builder welcome =
                Welcome.newBuilder()
                        .setRun(spec.name())
                        .setGrain(spec.grain().wire())
                        .setStrength(agreed.strength().wire())
                        .setInputMode(agreed.inputMode())
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
        if (item(hello, Protocol.ITEM_RULES).isEmpty()) {
            throw ProtocolException.badFrame(
                    "Hello.agreement: without %s (expected: that and, as far as they are known, %s)"
                            .formatted(Protocol.ITEM_RULES, OF_THE_GUEST));
        }
        RegisterFile.check(hello);
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

    /** Returns what the engine does not say of its guest, so that nobody can tell it is another. */
    static List<String> unstated(Hello hello) {
        return OF_THE_GUEST.stream().filter(name -> item(hello, name).isEmpty()).toList();
    }

    /** Returns the way all engines of a run can do inputs; FORCED if there is a choice. */
    static InputMode inputMode(List<Hello> hellos) throws ProtocolException {
        return Stream.of(InputMode.INPUT_MODE_FORCED, InputMode.INPUT_MODE_OWN)
                .filter(mode -> hellos.stream().allMatch(hello -> inputModes(hello).contains(mode)))
                .findFirst()
                .orElseThrow(() ->
                        new ProtocolException(
                                ErrorCode.ERROR_CODE_INCAPABLE,
                                "inputs: one engine has to ask the world itself, and another cannot (expected: a way that all can, %s)"
                                        .formatted(inputModesOf(hellos))));
    }

    private static List<InputMode> inputModes(Hello hello) {
        return hello.getInputModesCount() == 0
                ? List.of(InputMode.INPUT_MODE_FORCED)
                : hello.getInputModesList();
    }

    private static String inputModesOf(List<Hello> hellos) {
        return hellos.stream()
                .map(hello -> hello.getName() + ": " + Excerpt.ofName(inputModes(hello).toString()))
                .collect(Collectors.joining(", "));
    }

    /** Returns what the engine says it runs: the guest's program and arguments. */
    static String guest(Hello hello) {
        return item(hello, Protocol.ITEM_ARGUMENTS)
                .map(item -> Excerpt.ofText(item.getText()))
                .orElse("nothing");
    }

    private static void checkEqual(Hello one, Hello other) throws ProtocolException {
        Set<String> names = names(one);
        names.retainAll(names(other)); // What one does not know is told with the verdict.
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

    private static Strength strongest(Set<Strength> possible, Strength wished, List<Hello> hellos)
            throws ProtocolException {
        return possible.stream()
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
