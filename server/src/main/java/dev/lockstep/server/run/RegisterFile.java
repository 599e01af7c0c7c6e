package dev.lockstep.server.run;

import dev.lockstep.proto.v1.Hello;
import dev.lockstep.protocol.Protocol;

import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Registers in the order in which their values are packed: all of an engine, or some of them. */
record RegisterFile(List<Register> registers) {
    static final RegisterFile NONE = new RegisterFile(List.of());

    private static final Pattern NAME = Pattern.compile("[!-~]{1,64}");

    /** A register: equal ones are compared. */
    record Register(String name, int bits) {
        /** Returns how many bytes its value takes. */
        int bytes() {
            return (bits + Byte.SIZE - 1) / Byte.SIZE;
        }

        @Override
        public String toString() {
            return "%s (%d %s)".formatted(name, bits, bits == 1 ? "bit" : "bits");
        }
    }

    RegisterFile {
        registers = List.copyOf(registers);
    }

    /** Returns what an engine that was checked says it has. */
    static RegisterFile of(Hello hello) {
        return new RegisterFile(
                hello.getRegistersList().stream()
                        .map(it -> new Register(it.getName(), it.getBitCount()))
                        .toList());
    }

    /** Checks what an engine says it has, before anything is made of it. */
    static void check(Hello hello) throws ProtocolException {
        if (hello.getRegistersCount() > Protocol.MAX_REGISTERS) {
            throw ProtocolException.badFrame(
                    "Hello.registers: %d (expected: at most %d)"
                            .formatted(hello.getRegistersCount(), Protocol.MAX_REGISTERS));
        }
        Set<String> names = new HashSet<>();
        for (Register register : of(hello).registers) {
            check(register);
            if (!names.add(register.name)) {
                throw ProtocolException.badFrame(
                        "Hello.registers: %s twice (expected: every name once)"
                                .formatted(register.name));
            }
        }
        int bytes = of(hello).rowBytes();
        if (bytes > Protocol.MAX_REGISTER_ROW_BYTES) {
            throw ProtocolException.badFrame(
                    "Hello.registers: %d bytes in all (expected: at most %d)"
                            .formatted(bytes, Protocol.MAX_REGISTER_ROW_BYTES));
        }
    }

    private static void check(Register register) throws ProtocolException {
        if (!NAME.matcher(register.name).matches()) {
            throw ProtocolException.badFrame(
                    "Hello.registers: name \"%s\" (expected: 1 to 64 printable characters of ASCII without spaces)"
                            .formatted(Excerpt.ofName(register.name)));
        }
        if (register.bits < 1 || register.bits > Protocol.MAX_REGISTER_BITS) {
            throw ProtocolException.badFrame(
                    "Hello.registers: %s of %d bits (expected: 1 to %d)"
                            .formatted(register.name, register.bits, Protocol.MAX_REGISTER_BITS));
        }
    }

    boolean isEmpty() {
        return registers.isEmpty();
    }

    /** Returns how many bytes the values of all of them take. */
    int rowBytes() {
        return registers.stream().mapToInt(Register::bytes).sum();
    }

    /** Returns those that {@code other} has too. */
    RegisterFile common(RegisterFile other) {
        Set<Register> kept = new LinkedHashSet<>(registers);
        kept.retainAll(new HashSet<>(other.registers));
        return new RegisterFile(List.copyOf(kept));
    }

    /** Returns those that {@code other} does not have. */
    RegisterFile without(RegisterFile other) {
        Set<Register> kept = new LinkedHashSet<>(registers);
        kept.removeAll(new HashSet<>(other.registers));
        return new RegisterFile(List.copyOf(kept));
    }
}
