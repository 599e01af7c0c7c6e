package dev.lockstep.gdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/** Stubs of all kinds, good and bad, at the other end of a socket. */
@Timeout(30)
class GdbStubIT {
    private static final Duration PATIENCE = Duration.ofMillis(500);
    private static final int PC = RegisterMap.PC;

    @TempDir private Path directory;

    private Path socket() {
        return directory.resolve("s");
    }

    private GdbStub connect() throws IOException {
        return GdbStub.connect(StubAddress.parse(socket().toString()), PATIENCE);
    }

    /** Answers as the least stub does, but for what has another answer. */
    private FakeStub listen(UnaryOperator<String> answers) throws IOException {
        return FakeStub.listen(
                socket(),
                command -> {
                    String answer = answers.apply(command);
                    return answer.isEmpty() ? FakeStub.leastAnswer(command) : answer;
                });
    }

    @Test
    void theLeastStubIsStepped() throws IOException {
        try (FakeStub fake = listen(command -> command.equals("s") ? FakeStub.packet("S05") : "");
                GdbStub stub = connect()) {
            assertThat(stub.step()).isEqualTo(new StopReply.Stopped(StopReply.SIGTRAP));
            assertThat(stub.registers().hasFloats()).isFalse();
            assertThat(fake.heard()).contains("vCont?", "s").doesNotContain("QStartNoAckMode");
        }
    }

    @Test
    void whatTheStubOffersIsTaken() throws IOException {
        try (FakeStub fake =
                        listen(command ->
                                switch (command.split("[:?;]", 2)[0]) {
                                    case "qSupported" ->
                                            FakeStub.packet("PacketSize=1000;QStartNoAckMode+");
                                    case "QStartNoAckMode" -> FakeStub.packet("OK");
                                    case "" -> FakeStub.packet("T05thread:p01.7;");
                                    case "vCont" ->
                                            FakeStub.packet(
                                                    command.equals("vCont?")
                                                            ? "vCont;c;C;s;S"
                                                            : "T05thread:p01.7;");
                                    default -> "";
                                });
                GdbStub stub = connect()) {
            stub.step();
            stub.resume();
            assertThat(fake.heard()).contains("vCont;s:p01.7", "vCont;c:p01.7");
        }
    }

    @Test
    void aStubThatWritesNoSingleRegisterGetsAll() throws IOException {
        try (FakeStub fake =
                        listen(command -> command.startsWith("G") ? FakeStub.packet("OK") : "");
                GdbStub stub = connect()) {
            stub.write(PC, 0x1234);
            assertThat(fake.heard().getLast())
                    .isEqualTo("G" + "0".repeat(2 * 32 * 8) + "3412000000000000");
        }
    }

    @Test
    void outputOfTheEmulatorComesBeforeTheStop() throws IOException {
        try (FakeStub fake =
                        listen(command ->
                                command.equals("s")
                                        ? FakeStub.packet("O6869") + FakeStub.packet("S05")
                                        : "");
                GdbStub stub = connect()) {
            assertThat(stub.step()).isEqualTo(new StopReply.Stopped(StopReply.SIGTRAP));
            assertThat(fake.heard()).contains("s");
        }
    }

    @Test
    void damagedPacketsComeAgain() throws IOException {
        AtomicInteger damage = new AtomicInteger(2);
        try (FakeStub fake =
                        listen(command ->
                                command.equals("s")
                                        ? damage.getAndDecrement() > 0
                                                ? "-"
                                                : FakeStub.packet("S05")
                                        : "");
                GdbStub stub = connect()) {
            assertThat(stub.step()).isEqualTo(new StopReply.Stopped(StopReply.SIGTRAP));
            assertThat(fake.heard().stream().filter("s"::equals)).hasSize(3);
        }
    }

    @Test
    void aLineThatDamagesEverythingIsGivenUp() throws IOException {
        try (FakeStub fake = listen(command -> command.equals("s") ? "+$S05#00".repeat(9) : "");
                GdbStub stub = connect()) {
            assertThatThrownBy(stub::step)
                    .isInstanceOf(StubException.class)
                    .hasMessageContaining("packets arrive damaged");
            assertThat(fake.heard()).contains("s");
        }
    }

    @Test
    void aStubThatDiesInMidStepIsSaidToBeGone() throws IOException {
        try (FakeStub fake = listen(command -> command.equals("s") ? FakeStub.HANG_UP : "");
                GdbStub stub = connect()) {
            assertThatThrownBy(stub::step)
                    .isInstanceOf(StubException.class)
                    .hasMessageContaining(socket() + ": it has closed the connection");
            assertThat(fake.heard()).endsWith("s");
        }
    }

    @Test
    void aStubThatNeverAnswersIsWaitedForAsLongAsWasSaid() throws IOException {
        try (FakeStub fake = listen(command -> command.equals("s") ? "+" : "");
                GdbStub stub = connect()) {
            assertThatThrownBy(stub::step)
                    .isInstanceOf(StubException.class)
                    .hasMessageContaining("no answer within 500 ms");
            assertThat(fake.heard()).contains("s");
        }
    }

    @Test
    void errorsAreToldAsTheStubSaysThem() throws IOException {
        try (FakeStub fake =
                        listen(command ->
                                command.matches("[sPMm].*") ? FakeStub.packet("E01") : "");
                GdbStub stub = connect()) {
            assertThatThrownBy(stub::step).hasMessageContaining("'E01' to a step");
            assertThatThrownBy(() -> stub.write(PC, 0)).hasMessageContaining("'E01' to P");
            assertThat(stub.readMemory(0x1000, 4)).isEmpty();
            assertThat(stub.writeMemory(0x1000, new byte[4])).isFalse();
            assertThat(fake.heard()).contains("m1000,4", "M1000,4:00000000");
        }
    }

    @Test
    void aPeerWithoutRegistersIsNoTarget() throws IOException {
        try (FakeStub fake = FakeStub.listen(socket(), command -> FakeStub.packet(""))) {
            assertThatThrownBy(this::connect)
                    .isInstanceOf(StubException.class)
                    .hasMessageContaining("has not all of x0 to x31 and pc");
            assertThat(fake.heard()).contains("g");
        }
    }

    @Test
    void whereNobodyListensIsSaidSo() {
        assertThatThrownBy(this::connect)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no stub can be reached");
    }
}
