package dev.lockstep.recomp;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Predicate;

/**
 * All translations of one kind in use, by address. Bounded: beyond its capacity those added first
 * are dropped. A class is unloaded by the next garbage collection when all of its translations have
 * been dropped; they were added together, so they go together.
 */
final class CodeCache<T extends Translation> {
    private static final int RECENT_COUNT = 1 << 12;

    private final int capacity;
    private final SequencedMap<Long, T> translations = new LinkedHashMap<>();
    private final Map<Long, List<T>> pages = new HashMap<>();

    /** Direct-mapped, for indirect jumps that do not go where they went last. */
    private final @Nullable Translation[] recent = new @Nullable Translation[RECENT_COUNT];

    private long invalidated;
    private long evicted;

    /**
     * @param capacity at least as many as are ever added at once
     */
    CodeCache(int capacity) {
        this.capacity = capacity;
    }

    @SuppressWarnings("unchecked") // Only what came out of the map is ever put there.
    @Nullable T find(long pc) {
        int slot = (int) (pc >>> 1) & (RECENT_COUNT - 1);
        Translation candidate = recent[slot];
        if (candidate != null && candidate.isFor(pc)) {
            return (T) candidate;
        }
        T found = translations.get(pc);
        if (found != null) {
            recent[slot] = found;
        }
        return found;
    }

    boolean contains(long pc) {
        return translations.containsKey(pc);
    }

    /** Adds the translations of one class; none is there yet for any of their addresses. */
    void add(List<? extends T> group) {
        group.forEach(this::put);
        while (translations.size() > capacity) {
            evicted++;
            remove(translations.firstEntry().getValue());
        }
    }

    private void put(T translation) {
        translations.put(translation.pc, translation);
        for (long page : translation.pages()) {
            pages.computeIfAbsent(page, number -> new ArrayList<>()).add(translation);
        }
    }

    /** Returns the translations of code on the page at an address. */
    List<T> onPage(long address) {
        return pages.getOrDefault(Translation.page(address), List.of());
    }

    /** Drops the translations of code on any page that the range touches. */
    void invalidate(long address, long length) {
        long first = Translation.page(address);
        long last = Translation.page(address + length - 1);
        Set<T> concerned = new HashSet<>();
        pages.forEach((page, members) -> {
            if (page >= first && page <= last) {
                concerned.addAll(members);
            }
        });
        invalidated += concerned.size();
        concerned.forEach(this::remove);
    }

    private void remove(T translation) {
        translations.remove(translation.pc);
        for (long page : translation.pages()) {
            List<T> members = pages.get(page);
            if (members != null && members.remove(translation) && members.isEmpty()) {
                pages.remove(page);
            }
        }
        translation.drop();
    }

    /** Returns all translations, those that are dropped first in front. */
    List<T> all() {
        return List.copyOf(translations.values());
    }

    /**
     * Makes these the translations in use, in this order, dropped in the meantime or not.
     *
     * @param others which of those for other addresses stay, behind them
     */
    void restore(List<T> kept, Predicate<T> others) {
        List<T> present = all();
        translations.clear();
        pages.clear();
        kept.forEach(Translation::revive);
        kept.forEach(this::put);
        present.stream()
                .filter(translation -> !contains(translation.place()) && others.test(translation))
                .forEach(this::put);
        Set<T> inUse = Collections.newSetFromMap(new IdentityHashMap<>());
        inUse.addAll(translations.values());
        present.stream()
                .filter(translation -> !inUse.contains(translation))
                .forEach(Translation::drop);
    }

    int size() {
        return translations.size();
    }

    long invalidated() {
        return invalidated;
    }

    long evicted() {
        return evicted;
    }
}
