package dev.lockstep.cli.certs;

import dev.lockstep.server.run.ConfigException;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * A key store in a file, which the JDK's keytool fills: Java itself can use certificates but has no
 * way to make them.
 */
final class Keytool {
    private static final String TYPE = "PKCS12";

    /** Nobody learns it, and the file does not outlive this process. */
    private static final String PASSWORD_VARIABLE = "LOCKSTEP_KEYSTORE_PASSWORD";

    private final Path file;
    private final String password;

    /**
     * @param file is not there yet
     */
    Keytool(Path file) {
        this.file = file;
        byte[] secret = new byte[24];
        new SecureRandom().nextBytes(secret);
        password = HexFormat.of().formatHex(secret);
    }

    /**
     * Makes a key and a certificate for it.
     *
     * @param name in the store, and of the subject
     * @param signer name of the key to sign with; empty for its own
     * @param validity options that say from when it is valid, and how long
     * @param extensions values of {@code -ext}
     */
    void generate(String name, String signer, List<String> validity, List<String> extensions)
            throws IOException, InterruptedException {
        List<String> words =
                new ArrayList<>(
                        List.of(
                                "-genkeypair",
                                "-alias",
                                name,
                                "-dname",
                                "CN=lockstep " + name,
                                "-keyalg",
                                "EC",
                                "-groupname",
                                "secp256r1"));
        words.addAll(validity);
        extensions.forEach(extension -> words.addAll(List.of("-ext", extension)));
        if (!signer.isEmpty()) {
            words.addAll(List.of("-signer", signer));
        }
        run(words);
    }

    /** Returns what is in the store now. */
    KeyStore load() throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(TYPE);
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, password());
        }
        return store;
    }

    char[] password() {
        return password.toCharArray();
    }

    private void run(List<String> words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(words);
        command.addAll(List.of("-keystore", file.toString(), "-storetype", TYPE));
        command.addAll(List.of("-storepass:env", PASSWORD_VARIABLE));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put(PASSWORD_VARIABLE, password);
        Process keytool = builder.start();
        keytool.getOutputStream().close();
        String said =
                new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (keytool.waitFor() != 0) {
            throw new ConfigException("keytool: " + said);
        }
    }
}
