package dev.lockstep.cli.profile;

import dev.lockstep.isa.Csr;
import dev.lockstep.isa.Encoding;
import dev.lockstep.isa.RegisterFile;
import dev.lockstep.protocol.Digest;
import dev.lockstep.server.run.Rule;
import dev.lockstep.server.yaml.YamlValue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads the conditions of a rule. */
final class Conditions {
    private static final int FCSR = Csr.FCSR.number();
    private static final int FLAG_BITS = 5;
    private static final String ALL = "all";

    private Conditions() {}

    /** A register under the name that it has in a file. */
    private record Place(int slot, int shift, int bits) {
        private long mask() {
            return bits == Long.SIZE ? -1 : (1L << bits) - 1;
        }
    }

    /** Reads {@code {a0: all, fflags: 0x1}}. */
    static List<Rule.Register> registers(YamlValue value) {
        Map<Integer, Long> bits = new LinkedHashMap<>();
        value.map("the bits that may differ, by register, as in {a0: 0xff, fflags: all}")
                .forEach((name, mask) -> add(name, mask, bits));
        if (bits.isEmpty()) {
            throw value.error("{} (expected: a register and its bits)");
        }
        return bits.entrySet().stream()
                .map(entry -> new Rule.Register(entry.getKey(), entry.getValue()))
                .toList();
    }

    private static void add(String name, YamlValue mask, Map<Integer, Long> bits) {
        Place place = place(name, mask);
        long chosen = mask.text().equals(ALL) ? place.mask() : mask.number();
        if (chosen == 0 || (chosen & ~place.mask()) != 0) {
            throw mask.error(
                    "%s (expected: %s, or bits within 0x%x)"
                            .formatted(mask.shown(), ALL, place.mask()));
        }
        long shifted = chosen << place.shift();
        Long before = bits.putIfAbsent(place.slot(), shifted);
        if (before != null) {
            if ((before & shifted) != 0) {
                throw mask.error(
                        "%s names bits that another name of this register names too (expected: once)"
                                .formatted(mask.shown()));
            }
            bits.put(place.slot(), before | shifted);
        }
    }

    private static Place place(String name, YamlValue mask) {
        return register(RegisterFile.X, Digest.X, name)
                .or(() -> register(RegisterFile.F, Digest.F, name))
                .orElseGet(() -> csr(name, mask));
    }

    private static Optional<Place> register(RegisterFile file, int first, String name) {
        try {
            return Optional.of(new Place(first + file.number(name), 0, Long.SIZE));
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // It may be in another file.
        }
    }

    private static Place csr(String name, YamlValue mask) {
        try {
            return csr(Csr.numberOf(name));
        } catch (IllegalArgumentException e) {
            throw mask.error(
                    "no register has this name (expected: a0, x10, fa0, f10, fflags, a CSR by name"
                            + " or number, 0x300)");
        }
    }

    private static Place csr(int number) {
        if (number == Csr.FFLAGS.number()) {
            return new Place(Digest.CSR + FCSR, 0, FLAG_BITS);
        }
        return number == Csr.FRM.number()
                ? new Place(Digest.CSR + FCSR, FLAG_BITS, 3)
                : new Place(Digest.CSR + number, 0, Long.SIZE);
    }

    /** Reads {@code {from: 0x1000, to: 0x2000}}, or a list of such. */
    static List<Rule.Span> spans(YamlValue value) {
        return value.list().stream().map(Conditions::span).toList();
    }

    private static Rule.Span span(YamlValue value) {
        Map<String, YamlValue> keys = value.map(List.of("from", "to"));
        YamlValue from = value.required(keys, "from");
        YamlValue to = value.required(keys, "to");
        if (Long.compareUnsigned(from.number(), to.number()) >= 0) {
            throw value.error(
                    "from %s to %s is empty (expected: 'to' is the first address behind)"
                            .formatted(from.shown(), to.shown()));
        }
        return new Rule.Span(from.number(), to.number());
    }

    /** Reads addresses of instructions, single ones too. */
    static List<Rule.Span> places(YamlValue value) {
        return value.list().stream()
                .map(it -> it.isMapping() ? span(it) : new Rule.Span(it.number(), it.number() + 1))
                .toList();
    }

    /** Reads {@code fdiv.d}, {@code {mask: 0x7f, match: 0x53}}, or a list of such. */
    static List<Rule.Encoding> instructions(YamlValue value) {
        return value.list().stream().flatMap(Conditions::instruction).toList();
    }

    private static Stream<Rule.Encoding> instruction(YamlValue value) {
        if (value.isMapping()) {
            return Stream.of(encoding(value));
        }
        List<Encoding> encodings = Encoding.of(value.text());
        if (encodings.isEmpty()) {
            throw value.error(
                    "%s is no mnemonic (expected: one of RV64GC, as in fdiv.d, or {mask: 0x..., match: 0x...})"
                            .formatted(value.shown()));
        }
        return encodings.stream().map(it -> new Rule.Encoding(it.mask(), it.match()));
    }

    private static Rule.Encoding encoding(YamlValue value) {
        Map<String, YamlValue> keys = value.map(List.of("mask", "match"));
        YamlValue mask = value.required(keys, "mask");
        YamlValue match = value.required(keys, "match");
        if (mask.word() == 0 || (match.word() & ~mask.word()) != 0) {
            throw value.error(
                    "mask %s, match %s (expected: bits in the mask, and no others in match)"
                            .formatted(mask.shown(), match.shown()));
        }
        return new Rule.Encoding(mask.word(), match.word());
    }
}
