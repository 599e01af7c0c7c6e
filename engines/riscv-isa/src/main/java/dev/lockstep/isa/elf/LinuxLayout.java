package dev.lockstep.isa.elf;

/** Where a Linux guest has its program: as under {@code qemu-riscv64 -R SIZE} (7.2). */
public final class LinuxLayout {
    /** Size of guest memory, which starts at address 0, unless another is asked for. */
    public static final long MEMORY_BYTES = 0x7ffff000L;

    /** Room kept free behind the program for its heap, while program and stack are placed. */
    public static final long HEAP_RESERVE_BYTES = 32 << 20;

    private static final long PAGE_BYTES = 4096;

    private LinuxLayout() {}

    /**
     * Returns what is added to every address of the file: 0, unless the loader chooses the
     * addresses and the file does not. Then the program and its reserve end where memory does;
     * whether there is room is not checked.
     *
     * @param memoryBytes size of guest memory
     */
    public static long bias(ElfFile program, long memoryBytes) {
        long end = program.imageEnd() + HEAP_RESERVE_BYTES + PAGE_BYTES - 1 & -PAGE_BYTES;
        boolean chosen = program.imageStart() != 0 && end <= memoryBytes;
        return program.isPositionIndependent() && !chosen ? memoryBytes - end : 0;
    }
}
