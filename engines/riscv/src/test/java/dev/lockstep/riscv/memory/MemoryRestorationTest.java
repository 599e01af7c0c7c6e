package dev.lockstep.riscv.memory;

import static dev.lockstep.riscv.memory.GuestMemory.PAGE_BYTES;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.google.protobuf.ByteString;

import dev.lockstep.proto.v1.MappedRange;
import dev.lockstep.proto.v1.PageContent;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;
import java.util.zip.CRC32C;

class MemoryRestorationTest {
    private static final long SIZE = 1 << 20;

    private final GuestMemory memory = new GuestMemory(SIZE);

    @AfterEach
    void close() {
        memory.close();
    }

    private static MappedRange range(long address, long length, int permissions) {
        return MappedRange.newBuilder()
                .setAddress(address)
                .setLengthBytes(length)
                .setPermissions(permissions)
                .build();
    }

    private static PageContent page(long address, byte[] data) {
        CRC32C sum = new CRC32C();
        sum.update(data);
        return PageContent.newBuilder()
                .setAddress(address)
                .setData(ByteString.copyFrom(data))
                .setCrc32C((int) sum.getValue())
                .build();
    }

    private static PageContent page(long address) {
        byte[] data = new byte[PAGE_BYTES];
        data[1] = 1;
        return page(address, data);
    }

    @Test
    void anotherMemoryBecomesWhatWasCaptured() {
        memory.map(0, 2 * PAGE_BYTES, Permissions.READ_WRITE);
        memory.storeByte(5, (byte) 1);
        memory.protect(0, PAGE_BYTES, Permissions.NONE);
        memory.map(8 * PAGE_BYTES, PAGE_BYTES, Permissions.ALL);
        memory.storeByte(9 * PAGE_BYTES - 1, (byte) 7);
        memory.protect(8 * PAGE_BYTES, PAGE_BYTES, Permissions.READ_EXECUTE);
        CapturedMemory captured = memory.capture();

        try (GuestMemory other = new GuestMemory(SIZE)) {
            MemoryRestoration restoration = other.restore(captured.mappings());
            for (int row = 0; row < captured.pages().count(); row++) {
                long address = captured.pages().address(row);
                restoration.add(page(address, captured.content(address)));
            }

            assertThat(other.digest()).isEqualTo(memory.digest());
            assertThat(other.permissions(0)).contains(Permissions.NONE);
            assertThat(other.permissions(PAGE_BYTES)).contains(Permissions.READ_WRITE);
            assertThat(other.permissions(8 * PAGE_BYTES)).contains(Permissions.READ_EXECUTE);
            assertThat(other.permissions(2 * PAGE_BYTES)).isEmpty();
            CapturedMemory again = other.capture();
            assertThat(again.mappings()).isEqualTo(captured.mappings());
            assertThat(again.pages().bytes(0, 2)).isEqualTo(captured.pages().bytes(0, 2));
        }
    }

    @Test
    void memoryThatHasSomethingIsNotRestoredInto() {
        memory.map(0, PAGE_BYTES, Permissions.READ);

        assertThatIllegalStateException().isThrownBy(() -> memory.restore(List.of()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0x1001   | 0x1000    | 1 | whole pages",
                "0x1000   | 0x1001    | 1 | whole pages",
                "0x1000   | 0         | 1 | at least one",
                "0x1000   | -0x1000   | 1 | at least one",
                "0xff000  | 0x2000    | 1 | memory below 0x100000",
                "0x100000 | 0x1000    | 1 | memory below 0x100000",
                "-0x1000  | 0x2000    | 1 | memory below 0x100000",
                "0        | 0x1000    | 1 | from 0x1000 on",
                "0x1000   | 0x1000    | 8 | permissions from 0 to 7, not 8",
                "0x1000   | 0x1000    | -1 | permissions from 0 to 7, not -1",
            })
    void mappingsThatCannotBeAreRefused(
            String address, String length, int permissions, String expected) {
        MappedRange first = range(0, PAGE_BYTES, 3);
        MappedRange second = range(Long.decode(address), Long.decode(length), permissions);

        assertThatExceptionOfType(RestoreException.class)
                .isThrownBy(() -> memory.restore(List.of(first, second)))
                .withMessageContaining("mapping at 0x")
                .withMessageContaining(expected);
        assertThat(memory.isFree(0, SIZE)).isTrue();
    }

    private void checkRefused(PageContent page, String expected) {
        MemoryRestoration restoration = memory.restore(List.of(range(0, 4 * PAGE_BYTES, 1)));
        restoration.add(page(PAGE_BYTES));

        assertThatExceptionOfType(RestoreException.class)
                .isThrownBy(() -> restoration.add(page))
                .withMessageContaining("page at 0x" + Long.toHexString(page.getAddress()))
                .withMessageContaining(expected);
        assertThat(memory.isFree(0, SIZE)).isTrue();
    }

    @Test
    void damagedPagesAreRefused() {
        PageContent good = page(2 * PAGE_BYTES);
        checkRefused(good.toBuilder().setCrc32C(good.getCrc32C() ^ 1).build(), "CRC32C 0x");
        checkRefused(page(2 * PAGE_BYTES, new byte[100]), "4096 bytes, not 100");
    }

    @Test
    void misplacedPagesAreRefused() {
        checkRefused(page(PAGE_BYTES), "from 0x2000 on");
        checkRefused(page(0), "from 0x2000 on");
        checkRefused(page(2 * PAGE_BYTES + 8), "a multiple of 4096");
        checkRefused(page(4 * PAGE_BYTES), "a mapped page");
        checkRefused(page(-PAGE_BYTES), "a mapped page");
    }
}
