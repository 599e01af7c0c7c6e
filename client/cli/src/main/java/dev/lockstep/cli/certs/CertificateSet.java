package dev.lockstep.cli.certs;

import dev.lockstep.server.run.ConfigException;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * An authority and two certificates that it has signed, in files: what a coordinator and its
 * engines show each other. The authority's key is not kept, so nobody can make a third.
 *
 * @param directory where the files are
 */
public record CertificateSet(Path directory) {
    private static final String AUTHORITY = "ca";
    private static final String COORDINATOR = "coordinator";
    private static final String ENGINE = "engine";

    private static final Set<PosixFilePermission> OWNER_ONLY =
            PosixFilePermissions.fromString("rw-------");

    /**
     * Makes a set.
     *
     * @param hosts names and addresses under which engines find the coordinator
     * @param start when they become valid, as keytool takes it: {@code -1H} is an hour ago
     * @param days how long they are valid
     * @throws ConfigException if a host is no name, or a file is there already
     */
    public static CertificateSet make(Path directory, List<String> hosts, String start, int days)
            throws IOException, InterruptedException {
        String names = String.join(",", hosts.stream().map(CertificateSet::alternative).toList());
        CertificateSet set = new CertificateSet(directory);
        set.checkFree();
        Path scratch = Files.createTempDirectory("lockstep-certs");
        Path file = scratch.resolve("store");
        try {
            Keytool store = new Keytool(file);
            List<String> validity = List.of("-startdate", start, "-validity", "" + days);
            store.generate(
                    AUTHORITY,
                    "",
                    validity,
                    List.of("bc:critical=ca:true,pathlen:0", "ku:critical=keyCertSign"));
            store.generate(COORDINATOR, AUTHORITY, validity, leaf("serverAuth", "san=" + names));
            store.generate(ENGINE, AUTHORITY, validity, leaf("clientAuth"));
            set.write(store);
            return set;
        } finally {
            Files.deleteIfExists(file);
            Files.delete(scratch);
        }
    }

    private static List<String> leaf(String use, String... more) {
        List<String> extensions =
                new ArrayList<>(List.of("ku:critical=digitalSignature", "eku=" + use));
        extensions.addAll(List.of(more));
        return extensions;
    }

    private static String alternative(String host) {
        if (host.matches("[0-9.]+|[0-9a-fA-F]*:[0-9a-fA-F:.]*")) {
            return "ip:" + host;
        }
        if (!host.matches("[A-Za-z0-9*][A-Za-z0-9.-]*")) {
            throw new ConfigException(
                    "host '%s' (expected: a name or address of the coordinator's machine)"
                            .formatted(host));
        }
        return "dns:" + host.toLowerCase(Locale.ROOT);
    }

    /** Returns the certificate of the authority. */
    public Path authority() {
        return certificate(AUTHORITY);
    }

    /** Returns what the coordinator shows. */
    public Path coordinator() {
        return certificate(COORDINATOR);
    }

    public Path coordinatorKey() {
        return key(COORDINATOR);
    }

    /** Returns what engines show. */
    public Path engine() {
        return certificate(ENGINE);
    }

    public Path engineKey() {
        return key(ENGINE);
    }

    private Path certificate(String name) {
        return directory.resolve(name + ".pem");
    }

    private Path key(String name) {
        return directory.resolve(name + "-key.pem");
    }

    private void checkFree() {
        for (Path file :
                List.of(authority(), coordinator(), coordinatorKey(), engine(), engineKey())) {
            if (Files.exists(file)) {
                throw taken(file);
            }
        }
    }

    private static ConfigException taken(Path file) {
        return new ConfigException(
                "%s is there already; remove it, or choose another directory".formatted(file));
    }

    private void write(Keytool store) throws IOException {
        Files.createDirectories(
                directory,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        try {
            KeyStore entries = store.load();
            for (String name : List.of(AUTHORITY, COORDINATOR, ENGINE)) {
                write(certificate(name), "CERTIFICATE", entries.getCertificate(name).getEncoded());
            }
            for (String name : List.of(COORDINATOR, ENGINE)) {
                byte[] encoded = entries.getKey(name, store.password()).getEncoded();
                write(
                        key(name),
                        "PRIVATE KEY",
                        encoded,
                        PosixFilePermissions.asFileAttribute(OWNER_ONLY));
            }
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("keytool has just made them", e);
        }
    }

    private static void write(Path file, String kind, byte[] encoded, FileAttribute<?>... modes)
            throws IOException {
        try {
            Files.createFile(file, modes);
        } catch (FileAlreadyExistsException e) {
            throw taken(file);
        }
        try (Writer out = Files.newBufferedWriter(file, StandardOpenOption.WRITE)) {
            out.write("-----BEGIN %s-----\n".formatted(kind));
            out.write(Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded));
            out.write("\n-----END %s-----\n".formatted(kind));
        }
    }
}
