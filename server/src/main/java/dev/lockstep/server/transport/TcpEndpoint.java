package dev.lockstep.server.transport;

import dev.lockstep.server.run.ConfigException;

import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A port to listen at for engines.
 *
 * @param tls what to show and to trust; empty for no TLS, which is for this machine alone
 */
public record TcpEndpoint(InetSocketAddress address, Optional<TlsIdentity> tls) {
    private static final Pattern FORM =
            Pattern.compile("(\\[[0-9a-fA-F:.%]+\\]|[^/:\\[\\]]+):(\\d{1,5})");

    public TcpEndpoint {
        if (address.isUnresolved()) {
            throw new ConfigException(
                    "address %s: no such host (expected: a name or address of this machine)"
                            .formatted(address.getHostString()));
        }
        if (tls.isEmpty() && !address.getAddress().isLoopbackAddress()) {
            throw new ConfigException(
                    "address %s: other machines reach it, without TLS (expected: --tls-cert, --tls-key and --tls-ca, which 'lockstep certs' makes; or 127.0.0.1)"
                            .formatted(address));
        }
    }

    /**
     * Reads {@code HOST:PORT}; port 0 is any that is free.
     *
     * @throws ConfigException if it is something else
     */
    public static TcpEndpoint parse(String text, Optional<TlsIdentity> tls) {
        Matcher parts = FORM.matcher(text);
        if (!parts.matches() || Integer.parseInt(parts.group(2)) > 0xFFFF) {
            throw new ConfigException(
                    "address %s (expected: HOST:PORT, for example 0.0.0.0:7000)".formatted(text));
        }
        String host = parts.group(1).replaceAll("[\\[\\]]", "");
        return new TcpEndpoint(new InetSocketAddress(host, Integer.parseInt(parts.group(2))), tls);
    }
}
