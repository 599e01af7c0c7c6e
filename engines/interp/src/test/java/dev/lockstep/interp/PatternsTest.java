package dev.lockstep.interp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.interp.Patterns.Tile;
import dev.lockstep.isa.Assembler;
import dev.lockstep.isa.Decoder;
import dev.lockstep.isa.Op;
import dev.lockstep.riscv.block.GuestBlock;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

final class PatternsTest {
    @Test
    void fewPatternsAreTakenRatherThanTheLongestFirst() {
        var patterns = new Patterns(List.of("ADD", "SUB", "ADD ADD", "ADD SUB SUB", "ADD ADD SUB"));
        assertThat(numbers(patterns, row(Op.ADD, 1, 2, 3), row(Op.ADD, 4, 5, 6)))
                .containsExactly(2);
        assertThat(
                        numbers(
                                patterns,
                                row(Op.ADD, 1, 2, 3),
                                row(Op.ADD, 4, 5, 6),
                                row(Op.SUB, 7, 8, 9),
                                row(Op.SUB, 10, 11, 12)))
                .containsExactly(0, 3);
    }

    @Test
    void operandsThatAreResultsAreKnown() {
        var patterns = new Patterns(List.of("ADD", "ADD ADD", "ADD ADD/a0", "ADD ADD/a0b0"));
        assertThat(numbers(patterns, row(Op.ADD, 1, 2, 3), row(Op.ADD, 4, 1, 6)))
                .containsExactly(2);
        assertThat(numbers(patterns, row(Op.ADD, 1, 2, 3), row(Op.ADD, 4, 1, 1)))
                .containsExactly(3);
        assertThat(numbers(patterns, row(Op.ADD, 1, 2, 3), row(Op.ADD, 4, 6, 1)))
                .containsExactly(1);
        assertThat(numbers(patterns, row(Op.ADD, 0, 2, 3), row(Op.ADD, 4, 0, 6)))
                .containsExactly(1);
    }

    private static Row row(Op op, int rd, int rs1, int rs2) {
        var instruction = Decoder.decode(Assembler.encode(op, rd, rs1, rs2, 0, 0, 0));
        var block = new GuestBlock(0, List.of(instruction), 4, GuestBlock.NO_FAULT);
        return new Row(block, instruction, 0, 0);
    }

    private static List<Integer> numbers(Patterns patterns, Row... rows) {
        Tile[] tiles = patterns.cover(List.of(rows));
        var numbers = new ArrayList<Integer>();
        for (int at = 0; at < rows.length; at += tiles[at].length()) {
            numbers.add(tiles[at].number());
        }
        return numbers;
    }
}
