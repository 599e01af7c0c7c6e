package dev.lockstep.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

class CoordinatorAddressTest {
    @TempDir Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"/run/engine.sock", "engine.sock", "./host:7000"})
    void whatIsNoHostAndPortIsAPath(String text) throws IOException {
        assertThat(CoordinatorAddress.parse(text, null).isRemote()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1:7000", "tcp://localhost:7000", "tcp://[::1]:7000"})
    void thisMachineMayBeSpokenToWithoutTls(String text) throws IOException {
        assertThat(CoordinatorAddress.parse(text, null).isRemote()).isTrue();
    }

    @Test
    void anotherMachineMayNot() {
        assertThatThrownBy(() -> CoordinatorAddress.parse("tcp://192.0.2.7:7000", null))
                .hasMessageContaining("another machine, without TLS")
                .hasMessageContaining("lockstep certs");
    }

    @Test
    void tlsNeedsFiles() {
        assertThatThrownBy(() -> CoordinatorAddress.parse("tls://localhost:7000", null))
                .hasMessageContaining("without certificates")
                .hasMessageContaining("--tls-cert");
    }

    @Test
    void aPortIsANumberThatFits() {
        assertThatThrownBy(() -> CoordinatorAddress.parse("localhost:70000", null))
                .hasMessageContaining("port 70000 (expected: 1 to 65535)");
    }

    @Test
    void anUnknownSchemeIsAMistake() {
        assertThatThrownBy(() -> CoordinatorAddress.parse("http://localhost:7000", null))
                .hasMessageContaining("http://localhost:7000 (expected: tls://HOST:PORT");
    }

    @Test
    void theEnvironmentNamesTheFilesThatAreNotGiven() throws IOException {
        TlsFiles files =
                TlsFiles.choose(
                        Path.of("own.pem"),
                        null,
                        null,
                        Map.of(
                                "LOCKSTEP_TLS_CERT",
                                "c",
                                "LOCKSTEP_TLS_KEY",
                                "k",
                                "LOCKSTEP_TLS_CA",
                                "a"));
        assertThat(files).isEqualTo(new TlsFiles(Path.of("own.pem"), Path.of("k"), Path.of("a")));
        assertThat(TlsFiles.choose(null, null, null, Map.of())).isNull();
    }

    @Test
    void someOfTheFilesAreNotEnough() {
        assertThatThrownBy(() -> TlsFiles.choose(Path.of("c"), null, null, Map.of()))
                .hasMessageContaining("certificate c, key none, authority none");
    }

    @Test
    void aKeyThatIsNoneIsNamedWithWhatIsExpected() throws IOException {
        Path file = Files.writeString(directory.resolve("x.pem"), "nothing");
        TlsFiles files = new TlsFiles(file, file, file);
        assertThatThrownBy(() -> CoordinatorAddress.parse("tls://localhost:7000", files))
                .hasMessageContaining(file.toString());
    }
}
