package dev.lockstep.recomp;

import dev.lockstep.riscv.memory.MemoryWindow;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/**
 * Emits accesses to guest memory: as calls that take every care, or as a check and plain accesses,
 * which HotSpot compiles best but which leave to the caller what to do where care is needed.
 */
final class MemoryAccess {
    private static final Map<AccessWidth, StaticCall> LOAD = calls("load");
    private static final Map<AccessWidth, StaticCall> STORE = calls("store");

    private MemoryAccess() {}

    private static Map<AccessWidth, StaticCall> calls(String verb) {
        Map<AccessWidth, StaticCall> calls = new EnumMap<>(AccessWidth.class);
        for (AccessWidth width : AccessWidth.values()) {
            calls.put(width, StaticCall.of(MemoryWindow.class, verb + width.javaName));
        }
        return calls;
    }

    private static StaticCall call(Map<AccessWidth, StaticCall> calls, int bytes) {
        return Objects.requireNonNull(calls.get(AccessWidth.of(bytes)));
    }

    /** Takes the address, pushes what is there, sign-extended. */
    static void load(CodeBuilder code, int width) {
        call(LOAD, width).emit(Field.WINDOW.push(code));
    }

    /** Takes address and value, pushes an int that is not 0 if the store reached watched code. */
    static void store(CodeBuilder code, int width) {
        call(STORE, width).emit(Field.WINDOW.push(code));
    }

    /**
     * Branches where an access of the group needs care; else all of them are plain.
     *
     * @param pushBase pushes the value that the addresses are relative to
     */
    static void check(AccessGroup group, Runnable pushBase, CodeBuilder code, Label careful) {
        pushAddress(pushBase, group.start(), code);
        code.loadConstant(MemoryWindow.OUTSIDE | (group.alignment() - 1))
                .land()
                .lconst_0()
                .lcmp()
                .ifne(careful);
        pushFlags(pushBase, group.start(), code);
        if (group.mayStraddle()) {
            pushFlags(pushBase, group.last(), code);
            code.iand();
        }
        if (group.stores()) {
            // What stores are fast in can be loaded from, too.
            code.ifge(careful);
        } else {
            code.loadConstant(MemoryWindow.LOADABLE).iand().ifeq(careful);
        }
    }

    private static void pushAddress(Runnable pushBase, long offset, CodeBuilder code) {
        pushBase.run();
        code.loadConstant(offset).ladd();
    }

    private static void pushFlags(Runnable pushBase, long offset, CodeBuilder code) {
        Field.FLAGS.push(code);
        pushAddress(pushBase, offset, code);
        code.l2i().loadConstant(MemoryWindow.PAGE_SHIFT).iushr().baload();
    }

    /** Pushes what is at the address in a local, sign-extended; it was checked. */
    static void loadPlainly(CodeBuilder code, int width, int addressSlot, long base) {
        pushHost(code, addressSlot, base);
        HostMemory.load(code, AccessWidth.of(width));
    }

    /** Stores the low bytes of a value; the address was checked. */
    static void storePlainly(
            CodeBuilder code, int width, int addressSlot, int valueSlot, long base) {
        pushHost(code, addressSlot, base);
        code.lload(valueSlot);
        HostMemory.store(code, AccessWidth.of(width));
    }

    /** Pushes what {@link HostMemory} takes: its receiver and the host's address. */
    private static void pushHost(CodeBuilder code, int addressSlot, long base) {
        Field.HOST.push(code).lload(addressSlot).loadConstant(base).ladd();
    }
}
