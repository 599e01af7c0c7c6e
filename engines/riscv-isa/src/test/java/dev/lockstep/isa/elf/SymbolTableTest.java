package dev.lockstep.isa.elf;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Optional;

final class SymbolTableTest {

    private static final long BASE = ElfImage.BASE;

    private final SymbolTable symbols = new ElfImage().parse().readSymbols();

    private Optional<String> nameOf(long address) {
        return symbols.find(address).map(SymbolTable.Location::text);
    }

    @Test
    void findsTheSymbolAtAnAddress() {
        assertThat(nameOf(BASE)).contains("_start");
        assertThat(nameOf(BASE + 4)).contains("_start+0x4");
    }

    @Test
    void findsALabelBeforeTheFunctionAroundIt() {
        assertThat(nameOf(BASE + 12)).contains("loop+0x4");
    }

    @Test
    void lastsALabelUntilTheEndOfItsSection() {
        assertThat(nameOf(BASE + ElfImage.CODE_SIZE - 1)).contains("end+0xf");
        assertThat(nameOf(BASE + ElfImage.CODE_SIZE)).isEmpty();
    }

    @Test
    void findsNothingBeforeTheFirstSymbol() {
        assertThat(nameOf(BASE - 1)).isEmpty();
        assertThat(nameOf(0)).isEmpty();
        assertThat(nameOf(-1)).isEmpty();
    }

    @Test
    void endsASymbolAtItsSize() {
        var table = new SymbolTable(List.of(new Symbol("f", BASE, 4)));
        assertThat(table.find(BASE + 3)).isPresent();
        assertThat(table.find(BASE + 4)).isEmpty();
    }

    @Test
    void leavesOutTheNamesOfTools() {
        assertThat(symbols.find("$x")).isEmpty();
        assertThat(symbols.size()).isEqualTo(3);
    }

    @Test
    void findsSymbolsByName() {
        assertThat(symbols.find("_start"))
                .contains(new Symbol("_start", BASE, ElfImage.START_SIZE));
        assertThat(symbols.find("stop")).isEmpty();
    }
}
