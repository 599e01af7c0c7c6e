package dev.lockstep.dii;

import dev.lockstep.riscv.command.EngineException;

import java.net.InetSocketAddress;

/** Where an implementation listens. */
record DiiAddress(String host, int port) {
    private static final int MAX_PORT = 65_535;

    /**
     * Parses {@code HOST:PORT}; a host of IPv6 stands in square brackets.
     *
     * @throws EngineException if it is none
     */
    static DiiAddress parse(String text) {
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? "" : text.substring(0, colon).replaceAll("^\\[(.*)]$", "$1");
        String digits = text.substring(colon + 1);
        boolean isPort =
                !digits.isEmpty()
                        && digits.length() <= 5
                        && digits.chars().allMatch(Character::isDigit);
        int port = isPort ? Integer.parseInt(digits) : 0;
        if (host.isEmpty() || port == 0 || port > MAX_PORT) {
            throw new EngineException(
                    "address '%s' (expected: HOST:PORT, such as localhost:5000)".formatted(text));
        }
        return new DiiAddress(host, port);
    }

    InetSocketAddress resolve() {
        return new InetSocketAddress(host, port);
    }

    @Override
    public String toString() {
        return host + ":" + port;
    }
}
