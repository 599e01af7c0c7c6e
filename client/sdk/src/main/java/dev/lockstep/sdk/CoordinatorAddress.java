package dev.lockstep.sdk;

import jdk.net.ExtendedSocketOptions;

import org.jspecify.annotations.Nullable;
import org.newsclub.net.unix.AFUNIXSocketAddress;
import org.newsclub.net.unix.AFUNIXSocketChannel;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;

/** Where a coordinator is found: at a Unix socket, or at a port, with TLS unless it is near. */
public final class CoordinatorAddress {
    private static final Pattern PORT =
            Pattern.compile("(?:(tls|tcp)://)?(\\[[0-9a-fA-F:.%]+\\]|[^/:\\[\\]]+):(\\d{1,5})");

    /**
     * When the kernel asks a silent peer whether it is there; then how often, and how many times.
     */
    private static final int KEEPALIVE_IDLE_S = 10;

    private static final int KEEPALIVE_INTERVAL_S = 5;
    private static final int KEEPALIVE_PROBES = 4;

    private final String text;
    private final @Nullable Path path;
    private final @Nullable InetSocketAddress port;
    private final @Nullable SSLContext tls;

    private CoordinatorAddress(
            String text,
            @Nullable Path path,
            @Nullable InetSocketAddress port,
            @Nullable SSLContext tls) {
        this.text = text;
        this.path = path;
        this.port = port;
        this.tls = tls;
    }

    /** Returns the address of a Unix socket. */
    public static CoordinatorAddress of(Path socket) {
        return new CoordinatorAddress(socket.toString(), socket, null, null);
    }

    /**
     * Reads an address: {@code tls://HOST:PORT}, {@code tcp://HOST:PORT} without TLS, {@code
     * HOST:PORT} with TLS if there are files for it, or else the path of a Unix socket.
     *
     * @param files what to show and to trust; null for nothing
     * @throws IOException if the files cannot be used, are missing for {@code tls}, or a host that
     *     is not this one is to be spoken to without TLS
     */
    public static CoordinatorAddress parse(String text, @Nullable TlsFiles files)
            throws IOException {
        Matcher parts = PORT.matcher(text);
        if (!parts.matches()) {
            if (text.contains("://")) {
                throw new IOException(
                        "address %s (expected: tls://HOST:PORT, tcp://HOST:PORT or the path of a socket)"
                                .formatted(text));
            }
            return of(Path.of(text));
        }
        InetSocketAddress port = port(text, parts.group(2), Integer.parseInt(parts.group(3)));
        String scheme = parts.group(1);
        boolean encrypted = scheme == null ? files != null : scheme.equals("tls");
        if (!encrypted) {
            checkNear(text, port);
            return new CoordinatorAddress(text, null, port, null);
        }
        if (files == null) {
            throw new IOException(
                    "address %s: without certificates (expected: --tls-cert, --tls-key and --tls-ca, or LOCKSTEP_TLS_CERT, _KEY and _CA)"
                            .formatted(text));
        }
        return new CoordinatorAddress(text, null, port, files.context());
    }

    private static InetSocketAddress port(String text, String host, int port) throws IOException {
        if (port < 1 || port > 0xFFFF) {
            throw new IOException(
                    "address %s: port %d (expected: 1 to 65535)".formatted(text, port));
        }
        return InetSocketAddress.createUnresolved(host.replaceAll("[\\[\\]]", ""), port);
    }

    private static void checkNear(String text, InetSocketAddress port) throws IOException {
        InetSocketAddress resolved = resolve(port);
        if (!resolved.getAddress().isLoopbackAddress()) {
            throw new IOException(
                    "address %s: another machine, without TLS (expected: --tls-cert, --tls-key and --tls-ca, which 'lockstep certs' makes; or this machine)"
                            .formatted(text));
        }
    }

    private static InetSocketAddress resolve(InetSocketAddress port) throws IOException {
        InetSocketAddress resolved = new InetSocketAddress(port.getHostString(), port.getPort());
        if (resolved.isUnresolved()) {
            throw new IOException("unknown host " + port.getHostString());
        }
        return resolved;
    }

    /** Returns whether a machine may lie between, that can vanish without a word. */
    boolean isRemote() {
        return port != null;
    }

    /**
     * Connects.
     *
     * @throws IOException if nobody listens there, or one side does not trust the other
     */
    Wire connect(long timeoutMs) throws IOException {
        try {
            return path != null ? connect(path) : connect(resolve(port()), timeoutMs);
        } catch (SSLException e) {
            throw new IOException(
                    "the coordinator at %s and this engine do not trust each other: %s"
                            .formatted(text, e.getMessage()),
                    e);
        } catch (IOException e) {
            throw new IOException(
                    "cannot connect to the coordinator at %s: %s".formatted(text, e.getMessage()),
                    e);
        }
    }

    private InetSocketAddress port() {
        if (port == null) {
            throw new IllegalStateException("no port: " + text);
        }
        return port;
    }

    private static Wire connect(Path path) throws IOException {
        AFUNIXSocketChannel channel = AFUNIXSocketChannel.open();
        try {
            channel.connect(AFUNIXSocketAddress.of(path));
            channel.configureBlocking(false);
            return new Wire.Plain(channel);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private Wire connect(InetSocketAddress address, long timeoutMs) throws IOException {
        SocketChannel channel = SocketChannel.open();
        try {
            setOptions(channel);
            channel.socket().connect(address, Math.toIntExact(timeoutMs));
            channel.configureBlocking(false);
            return tls == null
                    ? new Wire.Plain(channel)
                    : TlsWire.shakeHands(channel, engine(tls), timeoutMs);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private static void setOptions(SocketChannel channel) throws IOException {
        Map<SocketOption<Integer>, Integer> pace =
                Map.of(
                        ExtendedSocketOptions.TCP_KEEPIDLE, KEEPALIVE_IDLE_S,
                        ExtendedSocketOptions.TCP_KEEPINTERVAL, KEEPALIVE_INTERVAL_S,
                        ExtendedSocketOptions.TCP_KEEPCOUNT, KEEPALIVE_PROBES);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
        for (Map.Entry<SocketOption<Integer>, Integer> option : pace.entrySet()) {
            if (channel.supportedOptions().contains(option.getKey())) {
                channel.setOption(option.getKey(), option.getValue());
            }
        }
    }

    private SSLEngine engine(SSLContext context) {
        SSLEngine engine = context.createSSLEngine(port().getHostString(), port().getPort());
        engine.setUseClientMode(true);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setProtocols(new String[] {"TLSv1.3"});
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        engine.setSSLParameters(parameters);
        return engine;
    }

    @Override
    public String toString() {
        return text;
    }
}
