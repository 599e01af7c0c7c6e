package dev.lockstep.riscv.linux;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The system calls a guest can make, by number. docs/syscalls.md lists the same rows. */
final class SyscallTable {
    private final Map<Long, Syscall> rows = new HashMap<>();

    @SafeVarargs
    SyscallTable(List<Syscall>... families) {
        for (List<Syscall> family : families) {
            family.forEach(this::add);
        }
    }

    private void add(Syscall row) {
        if (rows.put((long) row.number(), row) != null) {
            throw new IllegalStateException("two rows for system call " + row.number());
        }
    }

    Optional<Syscall> find(long number) {
        return Optional.ofNullable(rows.get(number));
    }

    /** Returns all rows by ascending number. */
    Collection<Syscall> rows() {
        return new TreeMap<>(rows).values();
    }
}
