package dev.lockstep.gdb;

import dev.lockstep.gdb.RegisterMap.Register;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A stub, as calls: registers, memory, and having its program go on. What a stub does not know it
 * answers with an empty packet, and what it cannot do with E and a number.
 *
 * <p>Confined to the engine's thread but for {@link #kill}.
 */
final class GdbStub implements Closeable {
    private static final String OK = "OK";

    /** Characters of a document that describes registers at most. */
    private static final int MAX_DOCUMENT_CHARS = 1 << 20;

    /** What stubs take that do not say; GDB's own least. */
    private static final int LEAST_PACKET_CHARS = 400;

    /** More would only make a single answer slow. */
    private static final int MOST_PACKET_CHARS = 1 << 16;

    /** What of a packet is not memory: "M", an address, a length, and what surrounds them. */
    private static final int ENVELOPE_CHARS = 40;

    private static final Pattern PACKET_SIZE = Pattern.compile("PacketSize=([0-9a-fA-F]{1,7})");
    private static final Pattern THREAD = Pattern.compile("thread:([^;]+)");

    /** A breakpoint of 2 bytes fits wherever an instruction begins. */
    private static final String BREAKPOINT = "0,%x,2";

    /** Digits of one register: an answer to g has more, and an error fewer. */
    private static final int REGISTER_CHARS = 2 * Long.BYTES;

    private final StubConnection connection;
    private final String step;
    private final String resume;
    private final int packetChars;
    private final RegisterMap registers;

    /** What g gives, in bytes: of the registers behind it each is asked for by itself. */
    private final int generalBytes;

    private boolean writesSingly = true;

    private GdbStub(StubConnection connection) {
        this.connection = connection;
        String features = connection.ask("qSupported:multiprocess+;xmlRegisters=riscv");
        if (features.contains("QStartNoAckMode+") && ask("QStartNoAckMode").equals(OK)) {
            connection.stopAcknowledging();
        }
        packetChars = packetChars(features);
        String thread = thread();
        String actions = ask("vCont?");
        step = actions.contains(";s") ? "vCont;s" + thread : "s";
        resume = actions.contains(";c") ? "vCont;c" + thread : "c";
        registers = description(features);
        generalBytes = ask("g").length() / 2;
        removeUnreadable();
        if (!registers.hasIntegers()) {
            throw new StubException(
                    "the stub has not all of x0 to x31 and pc, 64 bits each (expected: an RV64"
                            + " target that waits at its first instruction)");
        }
    }

    /**
     * Connects to a stub whose program waits.
     *
     * @param timeout how long it may take for an answer
     * @throws IOException if it cannot be reached
     * @throws StubException if it is not what is needed
     */
    static GdbStub connect(StubAddress address, Duration timeout) throws IOException {
        StubConnection connection = StubConnection.open(address, timeout);
        try {
            return new GdbStub(connection);
        } catch (RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    private String ask(String command) {
        return connection.ask(command);
    }

    private static int packetChars(String features) {
        Matcher matcher = PACKET_SIZE.matcher(features);
        int told = matcher.find() ? Integer.parseInt(matcher.group(1), Hex.RADIX) : 0;
        return Math.clamp(told, LEAST_PACKET_CHARS, MOST_PACKET_CHARS);
    }

    /** Returns the thread that waits, as vCont takes it; nothing if the stub has no threads. */
    private String thread() {
        Matcher matcher = THREAD.matcher(ask("?"));
        return matcher.find() ? ":" + matcher.group(1) : "";
    }

    private RegisterMap description(String features) {
        if (!features.contains("qXfer:features:read+")) {
            return RegisterMap.standard();
        }
        return RegisterMap.of(TargetDescription.read(this::document));
    }

    private String document(String name) {
        StringBuilder text = new StringBuilder();
        while (true) {
            String part =
                    ask(
                            "qXfer:features:read:%s:%x,%x"
                                    .formatted(name, text.length(), packetChars - ENVELOPE_CHARS));
            if (!part.startsWith("l") && !part.startsWith("m")) {
                throw new StubException(
                        "the stub answered '%s' when asked for %s, which describes its registers"
                                .formatted(Hex.shortened(part), name));
            }
            text.append(part, 1, part.length());
            if (part.startsWith("l") || part.length() == 1) {
                return text.toString();
            }
            if (text.length() > MAX_DOCUMENT_CHARS) {
                throw new StubException(
                        "%s is longer than %d characters".formatted(name, MAX_DOCUMENT_CHARS));
            }
        }
    }

    private void removeUnreadable() {
        for (int slot = 0; slot < RegisterMap.SLOTS; slot++) {
            Register register = registers.find(slot);
            if (register != null && register.end() > generalBytes && read(register).isEmpty()) {
                registers.remove(slot);
            }
        }
    }

    /** Returns which registers the stub has. */
    RegisterMap registers() {
        return registers;
    }

    /** Reads x0 to x31 and pc, and what else comes with them, into their slots. */
    void readGeneral(long[] values) {
        String digits = ask("g");
        checkAnswer("g", digits, digits.length() >= REGISTER_CHARS);
        for (int slot = 0; slot < RegisterMap.SLOTS; slot++) {
            Register register = registers.find(slot);
            if (register != null) {
                if (2 * register.end() <= digits.length()) {
                    values[slot] = value(digits, register);
                } else if (slot < RegisterMap.FILE || slot == RegisterMap.PC) {
                    values[slot] = read(slot);
                }
            }
        }
    }

    /** Returns whether {@link #readGeneral} reads a register. */
    boolean isGeneral(int slot) {
        Register register = registers.find(slot);
        return register != null && register.end() <= generalBytes;
    }

    private static long value(String digits, Register register) {
        try {
            return Hex.littleEndian(digits.substring(2 * register.offset(), 2 * register.end()));
        } catch (NumberFormatException e) {
            throw unexpected("g", digits);
        }
    }

    /** Returns the value of a register. */
    long read(int slot) {
        Register register = registers.find(slot);
        return Optional.ofNullable(register)
                .flatMap(this::read)
                .orElseThrow(() -> new StubException("the stub has no register of slot " + slot));
    }

    private Optional<Long> read(Register register) {
        String digits = ask("p%x".formatted(register.number()));
        try {
            return digits.isEmpty() || digits.startsWith("E")
                    ? Optional.empty()
                    : Optional.of(Hex.littleEndian(digits));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** Writes a register. */
    void write(int slot, long value) {
        Register register = registers.find(slot);
        if (register == null) {
            return;
        }
        String digits = Hex.littleEndian(value, register.bytes());
        if (writesSingly) {
            String answer = ask("P%x=%s".formatted(register.number(), digits));
            writesSingly = !answer.isEmpty();
            checkAnswer("P", answer, answer.equals(OK) || answer.isEmpty());
        }
        if (!writesSingly) {
            writeAmongAll(register, digits);
        }
    }

    private void writeAmongAll(Register register, String digits) {
        String all = ask("g");
        if (2 * register.end() > all.length()) {
            throw new StubException(
                    "the stub writes no single register, nor is number %d among those of g"
                            .formatted(register.number()));
        }
        String changed =
                all.substring(0, 2 * register.offset())
                        + digits
                        + all.substring(2 * register.end());
        String answer = ask("G" + changed);
        checkAnswer("G", answer, answer.equals(OK));
    }

    /** Returns what memory holds; empty if part of it cannot be read. */
    Optional<byte[]> readMemory(long address, int length) {
        byte[] bytes = new byte[length];
        int limit = (packetChars - ENVELOPE_CHARS) / 2;
        for (int at = 0; at < length; ) {
            int part = Math.min(length - at, limit);
            String digits = ask("m%x,%x".formatted(address + at, part));
            // A stub may give less than it was asked for; the rest is asked for again.
            if (digits.isEmpty() || digits.length() % 2 != 0 || digits.length() > 2 * part) {
                return Optional.empty();
            }
            try {
                byte[] got = Hex.bytes(digits);
                System.arraycopy(got, 0, bytes, at, got.length);
                at += got.length;
            } catch (IllegalArgumentException e) {
                return Optional.empty();
            }
        }
        return Optional.of(bytes);
    }

    /** Writes memory; returns false if part of it cannot be written. */
    boolean writeMemory(long address, byte[] bytes) {
        int limit = (packetChars - ENVELOPE_CHARS) / 2;
        for (int at = 0; at < bytes.length; at += limit) {
            int end = Math.min(bytes.length, at + limit);
            String digits = Hex.digits(bytes, at, end);
            if (!ask("M%x,%x:%s".formatted(address + at, end - at, digits)).equals(OK)) {
                return false;
            }
        }
        return true;
    }

    /** Executes one instruction; a signal that the program waits with is dropped. */
    StopReply step() {
        return stop(step);
    }

    /** Has the program go on until something stops it. */
    StopReply resume() {
        return stop(resume);
    }

    private StopReply stop(String how) {
        String answer = ask(how);
        while (answer.startsWith("O") && !answer.equals(OK)) {
            answer = connection.next(); // What the emulator says, for a user of GDB.
        }
        return StopReply.parse(answer);
    }

    /** Sets a breakpoint; returns false if the stub cannot. */
    boolean setBreakpoint(long address) {
        return ask("Z" + BREAKPOINT.formatted(address)).equals(OK);
    }

    void clearBreakpoint(long address) {
        ask("z" + BREAKPOINT.formatted(address));
    }

    /** Nothing is asked for a while. */
    void settle() {
        connection.settle();
    }

    /** Ends the program, which would go on by itself otherwise. */
    void kill() {
        connection.farewell();
    }

    private static void checkAnswer(String command, String answer, boolean asExpected) {
        if (!asExpected) {
            throw unexpected(command, answer);
        }
    }

    private static StubException unexpected(String command, String answer) {
        return new StubException(
                "the stub answered '%s' to %s (expected: %s)"
                        .formatted(
                                Hex.shortened(answer),
                                command,
                                command.equals("g") ? "registers" : OK));
    }

    @Override
    public void close() throws IOException {
        connection.close();
    }
}
