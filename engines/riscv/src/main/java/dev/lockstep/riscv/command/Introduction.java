package dev.lockstep.riscv.command;

import com.google.protobuf.ByteString;

import dev.lockstep.proto.v1.AgreementItem;
import dev.lockstep.proto.v1.Hello;
import dev.lockstep.proto.v1.Strength;
import dev.lockstep.protocol.Protocol;
import dev.lockstep.riscv.elf.GuestProgram;
import dev.lockstep.riscv.linux.Launch;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;

/** How our engines introduce themselves: what they are, and what must be equal on all sides. */
final class Introduction {
    private static final String ISA =
            "rv64imafdc_zicntr_zicond_zicsr_zifencei_zihintpause_zcb_zba_zbb_zbc_zbs";

    private Introduction() {}

    /**
     * Returns the Hello of an engine.
     *
     * @param implementation what the engine is, for people
     * @param code a class of the engine, for the digest of its build
     * @param machine what the guest runs on, as engines of one run must agree on it
     */
    static Hello hello(
            Membership place,
            String engine,
            String implementation,
            Class<?> code,
            GuestProgram program,
            String machine,
            Launch launch,
            Abilities abilities)
            throws IOException {
        List<String> argv = launch.arguments();
        List<String> environment = launch.environment();
        String surroundings = surroundings(machine, program);
        Hello.Builder hello =
                Hello.newBuilder()
                        .setProtocolVersion(Protocol.VERSION)
                        .setRun(place.run)
                        .setRole(place.side.role)
                        .setName(place.name == null ? engine : place.name)
                        .setImplementation(implementation)
                        .setBuildDigest(buildDigest(code))
                        .setIsa(ISA)
                        .addAllGrains(abilities.grains())
                        .addAllStrengths(abilities.strengths())
                        .addAllInputModes(abilities.inputModes())
                        .setExamines(abilities.examines())
                        .setReplays(abilities.replays())
                        .setSingleSteps(true)
                        .setEmitsEvents(abilities.tellsEvents())
                        .setCaptures(abilities.captures())
                        .addAgreement(
                                item(Protocol.ITEM_RULES, sha256(Protocol.RULES), Protocol.RULES))
                        .addAgreement(
                                item(Protocol.ITEM_PROGRAM, program.sha256(), argv.getFirst()))
                        .setProcessId(ProcessHandle.current().pid());
        if (abilities.knowsSurroundings()) {
            hello.addAgreement(item(Protocol.ITEM_ARGUMENTS, strings(argv), String.join(" ", argv)))
                    .addAgreement(
                            item(
                                    Protocol.ITEM_ENVIRONMENT,
                                    strings(environment),
                                    String.join(" ", environment)))
                    .addAgreement(item(Protocol.ITEM_MACHINE, sha256(surroundings), surroundings));
        }
        if (abilities.strengths().contains(Strength.STRENGTH_REGISTERS)) {
            hello.addAllRegisters(HartRegisters.FILE);
        }
        return hello.build();
    }

    /** Returns what the guest runs on: its machine and, if it has one, its interpreter. */
    private static String surroundings(String machine, GuestProgram program) {
        return machine
                + program.interpreter()
                        .map(loader -> ", interpreter " + HexFormat.of().formatHex(loader.sha256()))
                        .orElse("");
    }

    /** Returns the digest of the jar a class came from; empty when it did not come from a jar. */
    private static ByteString buildDigest(Class<?> code) throws IOException {
        try {
            Path origin = Path.of(code.getProtectionDomain().getCodeSource().getLocation().toURI());
            return Files.isRegularFile(origin)
                    ? ByteString.copyFrom(sha256().digest(Files.readAllBytes(origin)))
                    : ByteString.EMPTY;
        } catch (URISyntaxException e) {
            throw new IOException("the engine's own jar has no path: " + e.getInput(), e);
        }
    }

    private static AgreementItem item(String name, byte[] digest, String text) {
        return AgreementItem.newBuilder()
                .setName(name)
                .setDigest(ByteString.copyFrom(digest))
                .setText(text)
                .build();
    }

    private static byte[] strings(List<String> values) {
        return sha256(values.stream().map(value -> value + "\0").collect(Collectors.joining()));
    }

    private static byte[] sha256(String text) {
        return sha256().digest(text.getBytes(StandardCharsets.UTF_8));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
