package dev.lockstep.cli.code;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.isa.elf.ElfFile;
import dev.lockstep.isa.elf.LinuxLayout;
import dev.lockstep.isa.elf.Sysroot;
import dev.lockstep.server.run.ConfigException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

final class GuestCodeTest {
    private static final Path HELLO = Path.of("../../engines/programs/bin/hello");

    @TempDir private Path temporary;

    @Test
    void theEntryHasANameAndABlock() throws IOException {
        GuestCode code = GuestCode.read(HELLO.toString(), Sysroot.NONE, LinuxLayout.MEMORY_BYTES);
        long entry = elf().entry();
        assertThat(code.symbol(entry)).contains("_start");
        assertThat(code.block(entry))
                .isNotEmpty()
                .first()
                .asString()
                .startsWith("0x" + Long.toHexString(entry) + "  ");
    }

    @Test
    void elsewhereThereIsNothing() {
        GuestCode code = GuestCode.read(HELLO.toString(), Sysroot.NONE, LinuxLayout.MEMORY_BYTES);
        assertThat(code.symbol(-1)).isEmpty();
        assertThat(code.block(8)).isEmpty();
        assertThat(GuestCode.NONE.block(0x10000)).isEmpty();
    }

    @Test
    void aProgramWhoseAddressesTheLoaderChoosesIsKnownWhereTheLoaderPutsIt() {
        GuestCode code = GuestCode.read(HELLO + "-pie", Sysroot.NONE, LinuxLayout.MEMORY_BYTES);
        ElfFile pie = ElfFile.open(HELLO + "-pie");
        long entry = pie.entry() + LinuxLayout.bias(pie, LinuxLayout.MEMORY_BYTES);
        assertThat(code.symbol(entry)).contains("_start");
        assertThat(code.block(entry)).first().asString().startsWith(GuestCode.hex(entry) + "  ");
        assertThat(code.block(pie.entry())).isEmpty();
    }

    @Test
    void whatIsNoProgramHasNoCode() throws IOException {
        String text = Files.writeString(temporary.resolve("text"), "text").toString();
        assertThatThrownBy(() -> GuestCode.read(text, Sysroot.NONE, LinuxLayout.MEMORY_BYTES))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("an ELF executable");
        assertThat(GuestCode.readIfPossible(text, LinuxLayout.MEMORY_BYTES))
                .isSameAs(GuestCode.NONE);
    }

    private static ElfFile elf() throws IOException {
        return ElfFile.parse("hello", ByteBuffer.wrap(Files.readAllBytes(HELLO)));
    }
}
