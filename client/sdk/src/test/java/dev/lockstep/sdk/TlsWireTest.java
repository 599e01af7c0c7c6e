package dev.lockstep.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.concurrent.CompletableFuture;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/** What holds of the end of a connection through TLS. */
final class TlsWireTest {
    private static final char[] PASSWORD = "changeit".toCharArray();
    private static final long TIMEOUT_MS = 20_000;

    @TempDir private Path home;

    private SSLContext trust;

    @BeforeEach
    void makeCertificate() throws Exception {
        Path file = home.resolve("key.p12");
        Process keytool =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "keytool")
                                        .toString(),
                                "-genkeypair",
                                "-keyalg",
                                "EC",
                                "-dname",
                                "CN=localhost",
                                "-storepass",
                                new String(PASSWORD),
                                "-keystore",
                                file.toString())
                        .redirectErrorStream(true)
                        .start();
        String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(keytool.waitFor()).as(said).isZero();
        trust = context(file);
    }

    private static SSLContext context(Path file) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream content = Files.newInputStream(file)) {
            store.load(content, PASSWORD);
        }
        KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(store, PASSWORD);
        TrustManagerFactory trusted = TrustManagerFactory.getInstance("PKIX");
        trusted.init(store);
        SSLContext context = SSLContext.getInstance("TLSv1.3");
        context.init(keys.getKeyManagers(), trusted.getTrustManagers(), null);
        return context;
    }

    @Test
    @Timeout(60)
    void closesInPeaceWhereThePeerHasResetTheConnection() throws Exception {
        try (SSLServerSocket door = openDoor()) {
            CompletableFuture<SSLSocket> accepted = accept(door);
            TlsWire wire = connect(door);
            reset(accepted.get());
            awaitBreak(wire);

            assertThatCode(wire::close).doesNotThrowAnyException();
            assertThat(wire.socket().isOpen()).isFalse();
        }
    }

    private SSLServerSocket openDoor() throws IOException {
        return (SSLServerSocket)
                trust.getServerSocketFactory()
                        .createServerSocket(0, 1, InetAddress.getLoopbackAddress());
    }

    /** Shakes hands at the other end. */
    private static CompletableFuture<SSLSocket> accept(SSLServerSocket door) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                SSLSocket socket = (SSLSocket) door.accept();
                socket.startHandshake();
                return socket;
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private TlsWire connect(SSLServerSocket door) throws IOException {
        SocketChannel socket = SocketChannel.open(door.getLocalSocketAddress());
        socket.configureBlocking(false);
        SSLEngine engine = trust.createSSLEngine();
        engine.setUseClientMode(true);
        return TlsWire.shakeHands(socket, engine, TIMEOUT_MS);
    }

    /** Closes without a word: what is written from now on is answered by a reset. */
    private static void reset(SSLSocket peer) throws IOException {
        peer.setSoLinger(true, 0);
        peer.close();
    }

    /** Writes until the reset is noticed. */
    private static void awaitBreak(TlsWire wire) throws InterruptedException {
        try {
            while (true) {
                wire.write(ByteBuffer.wrap(new byte[1]));
                Thread.sleep(1);
            }
        } catch (IOException e) {
            assertThat(wire.socket().isOpen()).isTrue();
        }
    }
}
