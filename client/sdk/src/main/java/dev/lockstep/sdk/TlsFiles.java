package dev.lockstep.sdk;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * The files that an engine shows, and trusts, in TLS. All are PEM.
 *
 * @param certificate what this side shows, its own first
 * @param key of it, unencrypted PKCS#8
 * @param authority the one that has signed what the other side shows
 */
public record TlsFiles(Path certificate, Path key, Path authority) {
    private static final Pattern KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([^-]*)-----END PRIVATE KEY-----");

    private static final List<String> KEY_ALGORITHMS = List.of("EC", "RSA", "EdDSA");

    /** Nobody but this process sees the store that it is needed for. */
    private static final char[] NO_PASSWORD = {};

    /**
     * Returns the files that were given or, of those that were not, that the environment names in
     * LOCKSTEP_TLS_CERT, LOCKSTEP_TLS_KEY and LOCKSTEP_TLS_CA; null if there are none.
     *
     * @throws IOException if there are some and not all
     */
    public static @Nullable TlsFiles choose(
            @Nullable Path certificate,
            @Nullable Path key,
            @Nullable Path authority,
            Map<String, String> environment)
            throws IOException {
        Path shown = choose(certificate, environment.get("LOCKSTEP_TLS_CERT"));
        Path ownKey = choose(key, environment.get("LOCKSTEP_TLS_KEY"));
        Path trusted = choose(authority, environment.get("LOCKSTEP_TLS_CA"));
        if (shown == null && ownKey == null && trusted == null) {
            return null;
        }
        if (shown == null || ownKey == null || trusted == null) {
            throw new IOException(
                    "TLS with certificate %s, key %s, authority %s (expected: all three or none; --tls-cert, --tls-key and --tls-ca, or LOCKSTEP_TLS_CERT, _KEY and _CA)"
                            .formatted(orNone(shown), orNone(ownKey), orNone(trusted)));
        }
        return new TlsFiles(shown, ownKey, trusted);
    }

    private static @Nullable Path choose(@Nullable Path given, @Nullable String named) {
        return given != null || named == null || named.isEmpty() ? given : Path.of(named);
    }

    private static String orNone(@Nullable Path file) {
        return file == null ? "none" : file.toString();
    }

    /**
     * Reads the files.
     *
     * @throws IOException if one cannot be read, or is something else
     */
    SSLContext context() throws IOException {
        Certificate[] chain = certificates(certificate).toArray(Certificate[]::new);
        PrivateKey ownKey = readKey();
        Collection<? extends Certificate> trusted = certificates(authority);
        try {
            SSLContext context = SSLContext.getInstance("TLSv1.3");
            context.init(
                    keys(chain, ownKey).getKeyManagers(), trust(trusted).getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("%s, %s: %s".formatted(certificate, key, e.getMessage()), e);
        }
    }

    private static KeyManagerFactory keys(Certificate[] chain, PrivateKey key)
            throws GeneralSecurityException, IOException {
        KeyStore store = emptyStore();
        store.setKeyEntry("own", key, NO_PASSWORD, chain);
        KeyManagerFactory keys =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, NO_PASSWORD);
        return keys;
    }

    private static TrustManagerFactory trust(Collection<? extends Certificate> trusted)
            throws GeneralSecurityException, IOException {
        KeyStore store = emptyStore();
        for (Certificate one : trusted) {
            store.setCertificateEntry("authority " + store.size(), one);
        }
        TrustManagerFactory trust =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        return trust;
    }

    private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, NO_PASSWORD);
        return store;
    }

    private static Collection<? extends Certificate> certificates(Path file) throws IOException {
        byte[] bytes = read(file).getBytes(StandardCharsets.US_ASCII);
        try {
            Collection<? extends Certificate> found =
                    CertificateFactory.getInstance("X.509")
                            .generateCertificates(new ByteArrayInputStream(bytes));
            if (found.isEmpty()) {
                throw new IOException(file + ": no certificate in it (expected: PEM)");
            }
            return found;
        } catch (CertificateException e) {
            throw new IOException(file + ": no certificate (expected: PEM): " + e.getMessage(), e);
        }
    }

    private PrivateKey readKey() throws IOException {
        Matcher block = KEY.matcher(read(key));
        if (!block.find()) {
            throw new IOException(
                    key
                            + ": no private key that can be used (expected: PEM, unencrypted"
                            + " PKCS#8; openssl pkcs8 -topk8 -nodes makes it of others)");
        }
        byte[] encoded;
        try {
            encoded = Base64.getMimeDecoder().decode(block.group(1));
        } catch (IllegalArgumentException e) {
            throw new IOException(key + ": a damaged private key: " + e.getMessage(), e);
        }
        return privateKey(encoded);
    }

    private PrivateKey privateKey(byte[] encoded) throws IOException {
        for (String algorithm : KEY_ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm)
                        .generatePrivate(new PKCS8EncodedKeySpec(encoded));
            } catch (InvalidKeySpecException e) {
                // Of another kind: the next is tried.
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("every Java has " + algorithm, e);
            }
        }
        throw new IOException(
                "%s: a private key of no known kind (expected: one of %s)"
                        .formatted(key, KEY_ALGORITHMS));
    }

    private static String read(Path file) throws IOException {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new IOException("cannot read %s: %s".formatted(file, e), e);
        }
    }
}
