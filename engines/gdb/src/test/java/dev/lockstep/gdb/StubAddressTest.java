package dev.lockstep.gdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;

class StubAddressTest {
    @ParameterizedTest
    @ValueSource(strings = {"/tmp/s", "s", "./localhost:1", "/tmp/s:1234", "a:b"})
    void whatIsNoHostAndPortIsAPath(String text) {
        assertThat(StubAddress.parse(text).socket()).isEqualTo(UnixDomainSocketAddress.of(text));
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1:1234, 127.0.0.1, 1234", ":3333, localhost, 3333", "'[::1]:9', ::1, 9"})
    void hostAndPortAreTcp(String text, String host, int port) {
        assertThat(StubAddress.parse(text).socket()).isEqualTo(new InetSocketAddress(host, port));
    }

    @Test
    void aPortThatCannotBeIsRefused() {
        assertThatThrownBy(() -> StubAddress.parse("localhost:99999"))
                .hasMessage("port: 99999 (expected: 0 to 65535)");
    }
}
