package dev.lockstep.recomp;

import dev.lockstep.protocol.Digest;
import dev.lockstep.riscv.GuestTrap;
import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.memory.GuestMemory;
import dev.lockstep.riscv.memory.MemoryWindow;
import dev.lockstep.sdk.RecordBatch;

import java.lang.constant.ClassDesc;

/** Names of what compiled classes hold and use. */
final class Names {
    static final ClassDesc HART_TYPE = describe(Hart.class);
    static final ClassDesc MEMORY_TYPE = describe(GuestMemory.class);
    static final ClassDesc RECORDS_TYPE = describe(RecordBatch.class);
    static final ClassDesc WINDOW_TYPE = describe(MemoryWindow.class);
    static final ClassDesc GUEST_TYPE = describe(Guest.class);
    static final ClassDesc BINDING_TYPE = describe(Binding.class);
    static final ClassDesc TRAPS_TYPE = describe(TrapSites.class);
    static final ClassDesc CALL_TYPE = describe(CallSite.class);
    static final ClassDesc REGION_TYPE = describe(Region.class);
    static final ClassDesc CODE_TYPE = describe(CompiledCode.class);
    static final ClassDesc TRAP_TYPE = describe(GuestTrap.class);
    static final ClassDesc DIGEST_TYPE = describe(Digest.class);
    static final ClassDesc FORMAT_TYPE = describe(Format.class);
    static final ClassDesc REGISTER_FILE = describe(long[].class);

    /** The class being made; a hidden class, whose real name the JVM makes up. */
    static final ClassDesc THIS_TYPE = ClassDesc.of(CompiledCode.class.getPackageName(), "Code");

    private Names() {}

    private static ClassDesc describe(Class<?> type) {
        return type.describeConstable().orElseThrow();
    }
}
