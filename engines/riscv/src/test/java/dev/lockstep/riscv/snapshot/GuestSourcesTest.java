package dev.lockstep.riscv.snapshot;

import static dev.lockstep.riscv.memory.GuestMemory.PAGE_BYTES;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.protobuf.ByteString;

import dev.lockstep.isa.elf.Sysroot;
import dev.lockstep.proto.v1.Source;
import dev.lockstep.proto.v1.SourceRun;
import dev.lockstep.protocol.Protocol;
import dev.lockstep.riscv.StateException;
import dev.lockstep.riscv.elf.GuestProgram;
import dev.lockstep.riscv.elf.ProgramImage;
import dev.lockstep.riscv.memory.CaptureException;
import dev.lockstep.riscv.memory.CapturedMemory;
import dev.lockstep.riscv.memory.GuestMemory;
import dev.lockstep.riscv.memory.PageHash;
import dev.lockstep.riscv.memory.PageSource;
import dev.lockstep.riscv.memory.Permissions;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

class GuestSourcesTest {
    private static final long START = 0x10000;
    private static final int PAGES = 6;

    /** A file that can be changed. */
    private static final class ArraySource implements PageSource {
        private byte[] bytes;
        private long length;
        private int version;

        ArraySource(byte[] bytes) {
            this.bytes = bytes;
            length = bytes.length;
        }

        void change(byte[] other) {
            bytes = other;
            length = other.length;
            version++;
        }

        void grow(long lengthBytes) {
            length = lengthBytes;
            version++;
        }

        @Override
        public String name() {
            return "/a/file";
        }

        @Override
        public Object version() {
            return version;
        }

        @Override
        public long lengthBytes() {
            return length;
        }

        @Override
        public boolean read(long offset, byte[] target) {
            Arrays.fill(target, (byte) 0);
            int from = (int) Math.min(offset, bytes.length);
            int count = Math.min(target.length, bytes.length - from);
            System.arraycopy(bytes, from, target, 0, count);
            return true;
        }
    }

    private final GuestMemory memory = new GuestMemory(1 << 20);
    private final ArraySource program = new ArraySource(SeededBytes.of(1, 100));
    private final ArraySource file =
            new ArraySource(SeededBytes.of(2, (PAGES + 1) * PAGE_BYTES + 7));
    private final GuestSources sources = new GuestSources(program, memory);

    @AfterEach
    void close() {
        memory.close();
    }

    /** Maps pages that have what the file has from an offset on. */
    private void fill(long offset) {
        memory.map(START, PAGES * PAGE_BYTES, Permissions.READ_WRITE);
        byte[] content = new byte[PAGES * PAGE_BYTES];
        file.read(offset, content);
        memory.poke(START, content, 0, content.length);
        memory.fills().filled(START, content.length, file, offset);
    }

    private SourcedPages compare() {
        CapturedMemory captured = memory.capture();
        SourcedPages found = sources.capture().compare(captured.pages());
        captured.release();
        return found;
    }

    private static SourceRun run(long address, long pages, int source, long offset) {
        return SourceRun.newBuilder()
                .setAddress(address)
                .setLengthBytes(pages * PAGE_BYTES)
                .setSource(source)
                .setOffset(offset)
                .build();
    }

    @Test
    void pagesHaveTheSourceTheyWereFilledFrom() {
        fill(4096);

        assertThat(compare().runs()).containsExactly(run(START, PAGES, 1, 4096));
    }

    @Test
    void anyOffsetWillDo() {
        fill(77);

        assertThat(compare().runs()).containsExactly(run(START, PAGES, 1, 77));
    }

    @Test
    void aPageThatWasWrittenIsNotItsSources() {
        fill(0);
        memory.storeByte(START + 2 * PAGE_BYTES, (byte) 99);

        assertThat(compare().runs())
                .containsExactly(
                        run(START, 2, 1, 0),
                        run(START + 3 * PAGE_BYTES, PAGES - 3, 1, 3 * PAGE_BYTES));
    }

    @Test
    void aPageThatIsAsItWasIsItsSourcesAgain() {
        fill(0);
        byte first = memory.loadByte(START);
        memory.storeByte(START, (byte) (first + 1));
        assertThat(compare().runs()).doesNotContain(run(START, PAGES, 1, 0));

        memory.storeByte(START, first);
        assertThat(compare().runs()).containsExactly(run(START, PAGES, 1, 0));
    }

    @Test
    void ofPartsOfPagesNothingIsTold() {
        fill(0);
        memory.fills().filled(START + 1, PAGE_BYTES, file, 500);

        assertThat(compare().runs()).containsExactly(run(START, PAGES, 1, 0));
    }

    @Test
    void whatLiesBehindTheEndOfAFileIsNotOfIt() {
        fill(file.lengthBytes() - 2 * PAGE_BYTES);

        assertThat(compare().runs())
                .containsExactly(run(START, 2, 1, file.lengthBytes() - 2 * PAGE_BYTES));
    }

    @Test
    void aFileThatChangedHasOnlyThePagesThatAreStillEqual() {
        fill(0);
        byte[] changed = file.bytes.clone();
        changed[0]++;
        assertThat(compare().sources()).extracting(Source::getName).hasSize(2);

        file.change(changed);

        SourcedPages found = compare();
        assertThat(found.runs()).containsExactly(run(START + PAGE_BYTES, PAGES - 1, 1, PAGE_BYTES));
        assertThat(found.sources().get(1).getSha256().toByteArray())
                .isEqualTo(PageHash.sha256().digest(changed));
    }

    @Test
    void theProgramIsAlwaysASourceAndOthersOnlyIfPagesHaveIt() {
        fill(0);
        assertThat(compare().sources()).containsExactly(source(program), source(file));

        memory.zero(START, PAGES * PAGE_BYTES);
        assertThat(compare().sources()).containsExactly(source(program));
        assertThat(compare().runs()).isEmpty();
    }

    @Test
    void aSourceBeyondTheBoundIsLeftOutAndItsPagesAreThoseOfNobody() {
        fill(0);
        CapturedMemory captured = memory.capture();
        int needed = PAGES + 1 + (PAGES + 2);

        SourcedPages all = sources.capture().compare(captured.pages(), needed);
        SourcedPages few = sources.capture().compare(captured.pages(), needed - 1);

        assertThat(all.sources()).hasSize(2);
        assertThat(few.sources()).containsExactly(source(program));
        assertThat(few.runs()).isEmpty();
    }

    @Test
    void aStateWithoutRoomForItsProgramIsRefused() {
        fill(0);
        CapturedMemory captured = memory.capture();

        assertThatExceptionOfType(StateException.class)
                .isThrownBy(() -> sources.capture().compare(captured.pages(), PAGES))
                .withMessageContaining(
                        "/a/file of 100 bytes, has no room in a state beside 6 pages of memory");
        program.grow(1L << 31);
        assertThatExceptionOfType(StateException.class)
                .isThrownBy(() -> sources.capture().compare(captured.pages()))
                .withMessageContaining("(expected: a file of at most 1073741824 bytes");
    }

    @Test
    void allMemoryThatAGuestCanHaveIsWithinTheBound() {
        assertThat(GuestMemory.MAX_SIZE_BYTES / PAGE_BYTES)
                .isLessThanOrEqualTo(Protocol.MAX_STATE_PAGES);
    }

    private static Source source(ArraySource file) {
        return Source.newBuilder()
                .setName("/a/file")
                .setLengthBytes(file.bytes.length)
                .setSha256(ByteString.copyFrom(PageHash.sha256().digest(file.bytes)))
                .build();
    }

    @Test
    void contentsOfAllPagesOfASourceCanBeHad() {
        fill(0);
        SourcedPages found = compare();

        byte[] hashes = found.pageHashes(1);
        assertThat(hashes).hasSize(32 * (PAGES + 2));
        byte[] last = new byte[PAGE_BYTES];
        file.read((PAGES + 1) * PAGE_BYTES, last);
        byte[] lastHash = Arrays.copyOfRange(hashes, hashes.length - 32, hashes.length);
        assertThat(found.content(lastHash)).contains(last);
        assertThat(found.content(new byte[32])).isEmpty();

        file.change(new byte[1]);
        assertThatExceptionOfType(CaptureException.class)
                .isThrownBy(() -> found.content(lastHash))
                .withMessageContaining("/a/file has changed at offset 28672");
    }

    @Test
    void aLoadedProgramIsASource() throws Exception {
        Path path = Path.of("../programs/bin/hello").toRealPath();
        GuestProgram hello = GuestProgram.read(path.toString(), Sysroot.NONE);
        GuestSources ofHello = new GuestSources(hello, memory);
        new ProgramImage(hello).load(memory, 0);

        CapturedMemory captured = memory.capture();
        SourcedPages found = ofHello.capture().compare(captured.pages());

        byte[] whole = Files.readAllBytes(path);
        assertThat(found.sources())
                .containsExactly(
                        Source.newBuilder()
                                .setName(path.toString())
                                .setLengthBytes(whole.length)
                                .setSha256(ByteString.copyFrom(hello.sha256()))
                                .build());
        assertThat(found.runs()).isNotEmpty();
        for (SourceRun run : found.runs()) {
            byte[] there = new byte[(int) run.getLengthBytes()];
            memory.peek(run.getAddress(), there, 0, there.length);
            int offset = (int) run.getOffset();
            assertThat(there).isEqualTo(Arrays.copyOfRange(whole, offset, offset + there.length));
        }
    }

    @Test
    void aRestoredGuestKnowsThePagesOfItsProgram() {
        program.change(SeededBytes.of(3, 2 * PAGE_BYTES));
        memory.map(START, 2 * PAGE_BYTES, Permissions.READ_WRITE);
        memory.poke(START, program.bytes, 0, program.bytes.length);
        memory.fills().filled(START, program.bytes.length, program, 0);
        SourcedPages before = compare();

        GuestSources restored = new GuestSources(program, memory);
        restored.restore(before.sources(), before.runs());

        CapturedMemory captured = memory.capture();
        assertThat(restored.capture().compare(captured.pages()).runs())
                .isEqualTo(before.runs())
                .containsExactly(run(START, 2, 0, 0));
    }
}
