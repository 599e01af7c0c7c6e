package dev.lockstep.conformance;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Optional;

/** The opinion of qemu-riscv64, which keeps its files in a directory. */
record QemuOpinion(Path directory) implements Opinion {
    @Override
    public Outcome on(CaseProgram program) throws IOException, InterruptedException {
        ByteBuffer output = program.forQemu().run(directory);
        int expected = program.records().capacity();
        if (output.remaining() == expected) {
            return new Outcome("qemu", Outcome.AS_EXPECTED, output, Optional.empty());
        }
        String end = "%d bytes written of %d".formatted(output.remaining(), expected);
        ByteBuffer nothing = ByteBuffer.allocate(expected).order(ByteOrder.LITTLE_ENDIAN);
        return new Outcome("qemu", end, nothing, Optional.empty());
    }
}
