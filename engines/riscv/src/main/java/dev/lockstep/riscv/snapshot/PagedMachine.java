package dev.lockstep.riscv.snapshot;

/** A machine that snapshots are made of and resumed into. */
final class PagedMachine {
    private final int version;
    private final PagedMemory memory;
    private CoreState core;

    /**
     * @param version which rules it follows
     */
    PagedMachine(int version, PagedMemory memory, CoreState core) {
        this.version = version;
        this.memory = memory;
        this.core = core;
    }

    int version() {
        return version;
    }

    PagedMemory memory() {
        return memory;
    }

    CoreState core() {
        return core;
    }

    void setCore(CoreState core) {
        this.core = core;
    }
}
