package dev.lockstep.recomp;

import java.util.HashSet;
import java.util.Set;

/**
 * What regions have learned of loads and stores before which they were often given up. At first the
 * other members of its {@link AccessGroup} may be to blame, so each is checked by itself; one that
 * is to blame alone becomes a call, which takes every care. Immutable.
 *
 * @param apart addresses of instructions whose group is taken apart
 * @param called addresses of instructions that are calls
 */
record Care(Set<Long> apart, Set<Long> called) {
    static final Care NONE = new Care(Set.of(), Set.of());

    Care {
        apart = Set.copyOf(apart);
        called = Set.copyOf(called);
    }

    /** Returns what is known after an instruction has given up its regions too often, again. */
    Care after(long pc) {
        return apart.contains(pc)
                ? new Care(apart, with(called, pc))
                : new Care(with(apart, pc), called);
    }

    private static Set<Long> with(Set<Long> set, long pc) {
        Set<Long> more = new HashSet<>(set);
        more.add(pc);
        return more;
    }
}
