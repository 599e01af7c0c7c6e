package dev.lockstep.server.transport;

import dev.lockstep.server.run.ConfigException;

import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;

import java.nio.file.Files;
import java.nio.file.Path;

import javax.net.ssl.SSLException;

/**
 * The files that a coordinator shows, and trusts, in TLS. All are PEM.
 *
 * @param certificate what it shows, its own first
 * @param key of it, unencrypted PKCS#8
 * @param authority the one that has signed what engines show
 */
public record TlsIdentity(Path certificate, Path key, Path authority) {
    /**
     * Reads the files.
     *
     * @throws ConfigException if one cannot be read, or is something else
     */
    SslContext context() {
        checkReadable(certificate);
        checkReadable(key);
        checkReadable(authority);
        try {
            return SslContextBuilder.forServer(certificate.toFile(), key.toFile())
                    .trustManager(authority.toFile())
                    .clientAuth(ClientAuth.REQUIRE)
                    .sslProvider(SslProvider.JDK)
                    .protocols("TLSv1.3")
                    .build();
        } catch (SSLException | IllegalArgumentException e) {
            throw new ConfigException(
                    "TLS with %s, %s and %s: %s (expected: PEM; the key unencrypted PKCS#8)"
                            .formatted(certificate, key, authority, e.getMessage()),
                    e);
        }
    }

    private static void checkReadable(Path file) {
        if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
            throw new ConfigException(
                    "TLS: %s is no file that can be read (expected: PEM, as 'lockstep certs' makes)"
                            .formatted(file));
        }
    }
}
