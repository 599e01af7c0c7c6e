package dev.lockstep.server;

import com.google.protobuf.ByteString;

import dev.lockstep.proto.v1.Hello;
import dev.lockstep.proto.v1.InputMode;
import dev.lockstep.protocol.Protocol;
import dev.lockstep.server.run.Grain;
import dev.lockstep.server.run.Role;
import dev.lockstep.server.run.Strength;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** What a lockstep plugin of QEMU would say of itself, if it introduced itself. */
final class PluginHello {
    private static final String IMPLEMENTATION = "QEMU, by its own lockstep plugin";

    private PluginHello() {}

    /** Returns the introduction of an engine that tells where its blocks start and nothing else. */
    static Hello of(String run, Role role, String name) {
        Hello.Builder hello =
                Hello.newBuilder()
                        .setProtocolVersion(Protocol.VERSION)
                        .setRun(run)
                        .setRole(role.wire())
                        .setName(name)
                        .setImplementation(IMPLEMENTATION)
                        .addGrains(Grain.STRICT.wire())
                        .addGrains(Grain.BLOCK.wire())
                        .addStrengths(Strength.PC.wire())
                        .addInputModes(InputMode.INPUT_MODE_OWN);
        hello.addAgreementBuilder()
                .setName(Protocol.ITEM_RULES)
                .setText(Protocol.RULES)
                .setDigest(ByteString.copyFrom(sha256(Protocol.RULES)));
        return hello.build();
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
