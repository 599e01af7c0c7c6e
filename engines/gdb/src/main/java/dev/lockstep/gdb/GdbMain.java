package dev.lockstep.gdb;

import com.google.protobuf.ByteString;

import dev.lockstep.proto.v1.Hello;
import dev.lockstep.proto.v1.Strength;
import dev.lockstep.riscv.Executor;
import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.Recording;
import dev.lockstep.riscv.block.BlockReader;
import dev.lockstep.riscv.command.Abilities;
import dev.lockstep.riscv.command.EngineCommand;
import dev.lockstep.riscv.elf.GuestProgram;
import dev.lockstep.riscv.elf.GuestProgramException;
import dev.lockstep.riscv.memory.GuestMemory;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/** The command {@code lockstep engine gdb}, and {@code lockstep attach gdb:ADDRESS}. */
public final class GdbMain extends EngineCommand {
    /** How long a stub may take for an answer unless another time is asked for. */
    private static final int DEFAULT_TIMEOUT_S = 10;

    @Option(
            names = "--address",
            required = true,
            paramLabel = "ADDRESS",
            converter = Address.class,
            description =
                    "Where a stub listens whose emulator waits before PROGRAM's first instruction:"
                            + " the path of a Unix socket, or HOST:PORT.")
    private @Nullable StubAddress address;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = "" + DEFAULT_TIMEOUT_S,
            description =
                    "How long the stub may take for an answer; default: " + DEFAULT_TIMEOUT_S + ".")
    private int timeoutSeconds = DEFAULT_TIMEOUT_S;

    private @Nullable GdbStub stub;
    private @Nullable RemoteGuest guest;

    public static void main(String... args) {
        System.exit(run(new GdbMain(), args));
    }

    @Override
    protected String name() {
        return "gdb";
    }

    @Override
    protected void prepare(GuestProgram program, boolean isBare, GuestMemory memory, Hart hart)
            throws IOException {
        if (timeoutSeconds < 1) {
            throw new GuestProgramException(
                    "--timeout", timeoutSeconds + " seconds", "expected: 1 or more");
        }
        if (isBare) {
            throw new GuestProgramException(
                    "engine gdb",
                    "the guest would run on a machine without operating system",
                    "expected: a process of Linux, whose system calls can be answered here");
        }
        GdbStub connected =
                GdbStub.connect(
                        Objects.requireNonNull(address), Duration.ofSeconds(timeoutSeconds));
        stub = connected;
        // Nobody else ends a program that waits for its debugger; without one it would go on.
        Runtime.getRuntime().addShutdownHook(new Thread(connected::kill, "lockstep-kill"));
        if (!connected.registers().hasFloats()) {
            note(
                    "the stub does not tell all of f0 to f31 and fcsr: only the path is compared,"
                            + " and no registers");
        }
    }

    /** It can go back, by what it remembers, but cannot begin elsewhere than at the entry. */
    @Override
    protected Abilities abilities() {
        boolean knowsRegisters = Objects.requireNonNull(stub).registers().hasFloats();
        return new Abilities(
                Abilities.ALL.grains(),
                knowsRegisters
                        ? Abilities.ALL.strengths()
                        : List.of(Strength.STRENGTH_PC, Strength.STRENGTH_PATH),
                Abilities.ALL.inputModes(),
                true,
                true,
                true,
                false,
                true,
                knowsRegisters);
    }

    @Override
    protected Hello introduction(Hello usual) {
        return usual.toBuilder()
                .setImplementation(
                        usual.getImplementation()
                                + ", stub at "
                                + Objects.requireNonNull(address).text())
                // Two stubs are two engines, whatever speaks for them.
                .setBuildDigest(ByteString.EMPTY)
                .clearIsa()
                .build();
    }

    @Override
    protected Executor engine(
            GuestMemory memory, BlockReader reader, Hart hart, Recording recording) {
        if (guest == null) {
            guest = new RemoteGuest(Objects.requireNonNull(stub), memory, hart);
        }
        return new GdbExecutor(guest, reader, hart, recording);
    }

    @Override
    protected void finish() {
        if (stub != null) {
            stub.kill();
        }
    }

    /** Reads where a stub listens. */
    static final class Address implements ITypeConverter<StubAddress> {
        @Override
        public StubAddress convert(String text) {
            try {
                return StubAddress.parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException("--address: " + e.getMessage());
            }
        }
    }
}
