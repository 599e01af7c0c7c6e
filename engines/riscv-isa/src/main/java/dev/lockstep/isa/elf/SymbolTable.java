package dev.lockstep.isa.elf;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The symbols of a program, by address and by name. */
public final class SymbolTable {

    /** No symbols. */
    public static final SymbolTable EMPTY = new SymbolTable(List.of());

    private final TreeMap<Long, Symbol> byAddress = new TreeMap<>(Long::compareUnsigned);
    private final Map<String, Symbol> byName = new HashMap<>();

    /**
     * Creates a table of these symbols; of several at one address, or with one name, the first is
     * found.
     */
    SymbolTable(List<Symbol> symbols) {
        for (Symbol symbol : symbols) {
            byAddress.putIfAbsent(symbol.address(), symbol);
            byName.putIfAbsent(symbol.name(), symbol);
        }
    }

    /** A place in a program: {@code offset} bytes into the symbol. */
    public record Location(Symbol symbol, long offset) {

        /** Returns {@code main}, or {@code main+0x1c}. */
        public String text() {
            return offset == 0 ? symbol.name() : symbol.name() + "+0x" + Long.toHexString(offset);
        }
    }

    /** Returns where {@code address} is: in the symbol that starts last before it, if at all. */
    public Optional<Location> find(long address) {
        return Optional.ofNullable(byAddress.floorEntry(address))
                .map(Map.Entry::getValue)
                .filter(symbol -> symbol.covers(address))
                .map(symbol -> new Location(symbol, address - symbol.address()));
    }

    /** Returns the symbol with this name. */
    public Optional<Symbol> find(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    public int size() {
        return byName.size();
    }
}
