package dev.lockstep.isa.elf;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class LinuxLayoutTest {
    private static final int POSITION_INDEPENDENT = 3;

    @Test
    void aProgramWithAddressesOfItsOwnIsLoadedThere() {
        assertThat(bias(new ElfImage().parse())).isZero();
        assertThat(bias(positionIndependent().parse())).isZero();
    }

    @Test
    void anyOtherEndsWithItsHeapsReserveWhereMemoryEnds() {
        ElfFile elf = positionIndependent().withLong(ElfImage.SEGMENT_ADDRESS_OFFSET, 0).parse();
        assertThat(bias(elf)).isEqualTo(0x7ffff000L - (32 << 20) - 0x1000);
    }

    @Test
    void soDoesOneWhoseAddressesAreOutsideMemory() {
        ElfFile elf =
                positionIndependent()
                        .withLong(ElfImage.SEGMENT_ADDRESS_OFFSET, LinuxLayout.MEMORY_BYTES)
                        .parse();
        assertThat(elf.imageEnd() + bias(elf))
                .isLessThan(LinuxLayout.MEMORY_BYTES - LinuxLayout.HEAP_RESERVE_BYTES);
    }

    @Test
    void inALargerMemoryItIsAsFarFromTheEnd() {
        ElfFile elf = positionIndependent().withLong(ElfImage.SEGMENT_ADDRESS_OFFSET, 0).parse();
        assertThat(LinuxLayout.bias(elf, 3L << 30)).isEqualTo((3L << 30) - (32 << 20) - 0x1000);
    }

    private static long bias(ElfFile elf) {
        return LinuxLayout.bias(elf, LinuxLayout.MEMORY_BYTES);
    }

    private static ElfImage positionIndependent() {
        return new ElfImage().withShort(ElfImage.TYPE_OFFSET, POSITION_INDEPENDENT);
    }
}
