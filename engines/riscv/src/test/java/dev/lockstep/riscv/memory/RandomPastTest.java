package dev.lockstep.riscv.memory;

import static org.assertj.core.api.Assertions.assertThat;

import com.dynatrace.hash4j.hashing.Hashing;

import dev.lockstep.protocol.Digest;
import dev.lockstep.riscv.GuestTrap;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Memory that goes back, against copies of all of it. A failure names its seed; {@code
 * -Dlockstep.seed=N} repeats it.
 */
final class RandomPastTest {
    private static final int PAGE = GuestMemory.PAGE_BYTES;
    private static final int PAGES = 24;
    private static final int ACTIONS = 2000;
    private static final List<Permissions> PERMISSIONS =
            List.of(
                    Permissions.NONE,
                    Permissions.READ,
                    Permissions.READ_WRITE,
                    Permissions.READ_EXECUTE,
                    Permissions.ALL);

    private static final class Page {
        private final Optional<Permissions> permissions;
        private final byte[] content = new byte[PAGE];

        Page(GuestMemory memory, int number) {
            long address = (long) number * PAGE;
            permissions = memory.permissions(address);
            if (permissions.isPresent()) {
                memory.peek(address, content, 0, PAGE);
            }
        }

        boolean isEqual(Page other) {
            return permissions.equals(other.permissions) && hasContentOf(other);
        }

        boolean hasContentOf(Page other) {
            return Arrays.equals(content, other.content);
        }

        long term(int number) {
            return Arrays.equals(content, new byte[PAGE])
                    ? 0
                    : Digest.mix(Hashing.xxh3_64().hashBytesToLong(content))
                            * Digest.constant((long) number * PAGE, 0);
        }
    }

    /** What was captured, against copies. */
    private static final class Captures {
        private Optional<CapturedMemory> held = Optional.empty();
        private List<Page> then = List.of();

        /** Captures, looks at what was captured, or gives it up, looked at or not. */
        void act(GuestMemory memory, Random random) {
            if (held.isEmpty()) {
                then = IntStream.range(0, PAGES).mapToObj(n -> new Page(memory, n)).toList();
                held = Optional.of(memory.capture());
            } else if (random.nextBoolean()) {
                check(held.get());
            } else {
                held.get().release();
                held = Optional.empty();
            }
        }

        private void check(CapturedMemory captured) {
            PageHash hash = new PageHash();
            int row = 0;
            for (int number = 0; number < PAGES; number++) {
                Page page = then.get(number);
                assertThat(captured.content((long) number * PAGE)).isEqualTo(page.content);
                if (!PageHash.isZero(page.content)) {
                    assertThat(captured.pages().address(row)).isEqualTo((long) number * PAGE);
                    assertThat(captured.pages().hash(row)).isEqualTo(hash.of(page.content));
                    row++;
                }
            }
            assertThat(captured.pages().count()).isEqualTo(row);
        }
    }

    /** One guest and what it was. */
    private static final class Trial {
        private final Random random;
        private final GuestMemory memory;
        private final MemoryWindow window;
        private final TreeMap<Long, List<Page>> past = new TreeMap<>();
        private final Map<Integer, Page> watched = new TreeMap<>();
        private final Captures captures = new Captures();

        Trial(Random random, GuestMemory memory) {
            this.random = random;
            this.memory = memory;
            window = memory.window();
            memory.addCodeListener((address, length) -> {
                assertThat(length).isEqualTo(PAGE);
                watched.remove((int) (address / PAGE));
            });
        }

        void act() {
            switch (random.nextInt(24)) {
                case 0 -> memory.map(page(), PAGE, permissions());
                case 1 -> memory.map(0, (long) PAGES * PAGE / 2, Permissions.READ_WRITE);
                case 2 -> memory.unmap(page(), PAGE);
                case 3 -> memory.reserve(page(), PAGE);
                case 4 -> protect();
                case 5 -> poke();
                case 6 -> memory.write(address(), new byte[] {1, 2, 3}, 0, 3);
                case 7 -> memory.zero(address(), random.nextInt(PAGE));
                case 8, 9 -> watch();
                case 10 -> {
                    if (random.nextInt(20) == 0) {
                        memory.forgetCode();
                        assertThat(watched).isEmpty();
                    }
                }
                case 11 -> past.put(memory.mark(), pages());
                case 13 -> goBack();
                case 14 -> forget();
                case 12, 15 -> checkDigest();
                case 16 -> checkChanges();
                case 17 -> captures.act(memory, random);
                default -> store();
            }
        }

        private long page() {
            return (long) random.nextInt(PAGES) * PAGE;
        }

        private long address() {
            return page() + random.nextInt(PAGE);
        }

        private Permissions permissions() {
            return PERMISSIONS.get(random.nextInt(PERMISSIONS.size()));
        }

        private void protect() {
            long page = page();
            if (memory.isMapped(page, PAGE)) {
                memory.protect(page, PAGE, permissions());
            }
        }

        private void poke() {
            long address = address();
            if (memory.isMapped(address, 3)) {
                memory.poke(address, new byte[] {(byte) random.nextInt(3), 2, 3}, 0, 3);
            }
        }

        private void watch() {
            long page = page();
            if (memory.isMapped(page, PAGE)) {
                memory.watchCode(page, PAGE);
                int number = (int) (page / PAGE);
                watched.put(number, new Page(memory, number));
            }
        }

        private void store() {
            // Few addresses and values, so that some pages come to be what they were.
            long address = page() + random.nextInt(3) * 2000L;
            long value = random.nextInt(3);
            try {
                switch (random.nextInt(4)) {
                    case 0 -> memory.storeLong(address, value);
                    case 1 -> memory.storeByte(address, (byte) value);
                    case 2 -> MemoryWindow.storeInt(address, value, window);
                    default -> MemoryWindow.storeLong(address, value, window);
                }
            } catch (GuestTrap e) {
                assertThat(memory.writableBytes(address, Long.BYTES)).isLessThan(Long.BYTES);
            }
        }

        private List<Page> pages() {
            List<Page> pages = new ArrayList<>();
            for (int number = 0; number < PAGES; number++) {
                pages.add(new Page(memory, number));
            }
            return pages;
        }

        private void goBack() {
            past.keySet().removeIf(mark -> !memory.isReachable(mark));
            if (!past.isEmpty()) {
                List<Map.Entry<Long, List<Page>>> marks = List.copyOf(past.entrySet());
                Map.Entry<Long, List<Page>> entry = marks.get(random.nextInt(marks.size()));
                long mark = entry.getKey();
                memory.goBackTo(mark);
                List<Page> then = entry.getValue();
                List<Page> now = pages();
                for (int number = 0; number < PAGES; number++) {
                    assertThat(now.get(number).isEqual(then.get(number)))
                            .as("page %d at mark %d", number, mark)
                            .isTrue();
                }
                assertThat(past.tailMap(mark, false).keySet()).noneMatch(memory::isReachable);
                assertThat(memory.isReachable(mark)).isTrue();
            }
        }

        private void forget() {
            if (past.size() > 5 || random.nextInt(10) == 0) {
                long mark = past.isEmpty() ? 0 : past.lastKey() + random.nextInt(2);
                memory.forgetBefore(mark);
                assertThat(past.headMap(mark).keySet()).noneMatch(memory::isReachable);
            }
        }

        private void checkDigest() {
            List<Page> pages = pages();
            long sum = 0;
            for (int number = 0; number < PAGES; number++) {
                sum += pages.get(number).term(number);
            }
            assertThat(memory.digest()).isEqualTo(sum);
        }

        private void checkChanges() {
            past.keySet().removeIf(mark -> !memory.isReachable(mark));
            past.forEach((mark, then) -> {
                List<Page> now = pages();
                List<Long> expected = new ArrayList<>();
                for (int number = 0; number < PAGES; number++) {
                    if (!now.get(number).hasContentOf(then.get(number))) {
                        expected.add((long) number * PAGE);
                    }
                }
                List<Long> told = new ArrayList<>();
                memory.forEachChangedPage(mark, told::add);
                assertThat(told).as("mark %d", mark).isEqualTo(expected);
            });
        }

        /** Who derived something from a page has been told, or it is what it was. */
        void checkWatched() {
            watched.forEach((number, page) ->
                    assertThat(new Page(memory, number).isEqual(page))
                            .as("watched page %d", number)
                            .isTrue());
        }
    }

    static LongStream seeds() {
        Long given = Long.getLong("lockstep.seed");
        return given == null
                ? LongStream.concat(LongStream.range(0, 10), LongStream.of(System.nanoTime()))
                : LongStream.of(given);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void everyMarkInReachIsWhatItWas(long seed) {
        Random random = new Random(seed);
        // Some trials have to do with less than they would need.
        long bound = random.nextBoolean() ? GuestMemory.JOURNAL_BYTES : 40L * PAGE;
        try (GuestMemory memory =
                new GuestMemory((PAGES + 1) * PAGE, bound, GuestMemory.CAPTURE_BYTES)) {
            Trial trial = new Trial(random, memory);
            for (int i = 0; i < ACTIONS; i++) {
                trial.act();
                trial.checkWatched();
            }
            trial.goBack();
        }
    }
}
