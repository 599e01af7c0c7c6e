package dev.lockstep.bench;

import dev.lockstep.isa.elf.Sysroot;
import dev.lockstep.riscv.elf.GuestProgram;

/** The guest programs, as seen from this module's folder, where Maven starts the benchmarks. */
final class Programs {
    private static final String FOLDER = "../programs/bin/";

    private Programs() {}

    /** Reads one, such as {@code bench/mixed}. */
    static GuestProgram read(String name) {
        return GuestProgram.read(FOLDER + name, Sysroot.NONE);
    }
}
