package dev.lockstep.isa;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

class EncodingTest {
    private static final int COMPRESSED = 1 << 16;

    private static boolean contains(List<Encoding> encodings, int raw) {
        return encodings.stream().anyMatch(it -> (raw & it.mask()) == it.match());
    }

    private static Map<Op, List<Encoding>> all() {
        Map<Op, List<Encoding>> all = new EnumMap<>(Op.class);
        Arrays.stream(Op.values())
                .filter(op -> op != Op.ILLEGAL)
                .forEach(op -> all.put(op, Encoding.of(op.mnemonic())));
        return all;
    }

    @Test
    void everyCompressedInstructionIsThatOfItsBaseMnemonicAndNoOther() {
        Map<Op, List<Encoding>> all = all();
        for (int raw = 0; raw < COMPRESSED; raw++) {
            if (Decoder.length(raw) == Short.BYTES) {
                check(all, raw);
            }
        }
    }

    @Test
    void everyOtherInstructionIsThatOfItsMnemonicAndNoOther() {
        long seed = 7;
        Random random = new Random(seed);
        Map<Op, List<Encoding>> all = all();
        for (int i = 0; i < 20_000; i++) {
            int raw = random.nextInt() | 0b11;
            if (Decoder.decode(raw).op() != Op.ILLEGAL) {
                check(all, raw);
            }
        }
    }

    private static void check(Map<Op, List<Encoding>> all, int raw) {
        Op op = Decoder.decode(raw).op();
        if (op != Op.ILLEGAL) {
            assertThat(
                            all.entrySet().stream()
                                    .filter(entry -> contains(entry.getValue(), raw))
                                    .map(Map.Entry::getKey))
                    .as("0x%x", raw)
                    .containsExactly(op);
        }
    }

    @Test
    void aCompressedMnemonicIsThatFormAlone() {
        List<Encoding> add = Encoding.of("c.add");
        assertThat(contains(add, 0x952e)).isTrue(); // c.add a0,a1
        assertThat(contains(add, 0x9502)).isFalse(); // c.jalr a0
        assertThat(contains(add, 0x00b50533)).isFalse(); // add a0,a0,a1
        assertThat(contains(Encoding.of("add"), 0x952e)).isTrue();
    }

    @Test
    void anOrderingNamesSomeOfTheAtomics() {
        int relaxed = 0x00b5252f; // amoadd.w a0,a1,(a0)
        int acquire = relaxed | 1 << 26;
        assertThat(contains(Encoding.of("amoadd.w"), relaxed)).isTrue();
        assertThat(contains(Encoding.of("amoadd.w"), acquire)).isTrue();
        assertThat(contains(Encoding.of("amoadd.w.aq"), relaxed)).isFalse();
        assertThat(contains(Encoding.of("amoadd.w.aq"), acquire)).isTrue();
    }

    @Test
    void whatIsNoMnemonicHasNoEncoding() {
        assertThat(Encoding.of("mov")).isEmpty();
        assertThat(Encoding.of("")).isEmpty();
    }
}
