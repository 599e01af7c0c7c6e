package dev.lockstep.server.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;

/** Trees in memory, held against maps. */
class HashTreeTest {
    private static final long LAST_PAGE = (1L << 52) - 1;

    private final Map<Hash, byte[]> nodes = new HashMap<>();
    private int reads;

    @Test
    void theRootIsTheLowestNodeOverTheLastPage() {
        assertThat(level(Map.of())).isZero();
        assertThat(level(Map.of(15L, hash(1)))).isZero();
        assertThat(level(Map.of(16L, hash(1)))).isOne();
        assertThat(level(Map.of(0L, hash(1), 0x1000L, hash(1)))).isEqualTo(3);
        assertThat(level(Map.of(LAST_PAGE, hash(1)))).isEqualTo(Node.MAX_LEVEL);
    }

    @Test
    void equalPagesMakeEqualTreesAndOthersOthers() {
        NavigableMap<Long, Hash> pages = new TreeMap<>();
        Random random = new Random(1);
        randomPages(random, pages);
        Hash root = build(pages);
        assertThat(build(new TreeMap<>(pages))).isEqualTo(root);
        for (long page : pages.keySet()) {
            NavigableMap<Long, Hash> changed = new TreeMap<>(pages);
            changed.put(page, hash(-1));
            assertThat(build(changed)).isNotEqualTo(root);
            changed.remove(page);
            assertThat(build(changed)).isNotEqualTo(root);
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void aDiffFindsThePagesThatDifferAscending(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 50; round++) {
            NavigableMap<Long, Hash> left = new TreeMap<>();
            randomPages(random, left);
            NavigableMap<Long, Hash> right = new TreeMap<>(left);
            if (random.nextInt(4) == 0) {
                randomPages(random, right);
            }
            for (int i = random.nextInt(4); i > 0 && !left.isEmpty(); i--) {
                right.remove(left.ceilingKey(random.nextLong(left.lastKey() + 1)));
                right.put(random.nextLong(LAST_PAGE + 1), hash(random.nextLong()));
            }
            assertThat(diff(left, right)).isEqualTo(expected(left, right));
        }
    }

    @Test
    void allPagesDifferFromTheTreeOfNone() {
        NavigableMap<Long, Hash> pages = new TreeMap<>();
        randomPages(new Random(3), pages);
        TreeDiff diff = new TreeDiff(null, tree(build(pages)));
        NavigableMap<Long, Hash> found = new TreeMap<>();
        for (Optional<TreeDiff.Page> next = diff.next(); next.isPresent(); next = diff.next()) {
            assertThat(next.get().reference()).isNull();
            found.put(next.get().page(), Objects.requireNonNull(next.get().subject()));
        }
        assertThat(found).isEqualTo(pages);
    }

    @Test
    void whatIsEqualIsNotRead() {
        NavigableMap<Long, Hash> left = new TreeMap<>();
        for (long page = 0; page < 1 << 16; page++) {
            left.put(page, hash(page));
        }
        NavigableMap<Long, Hash> right = new TreeMap<>(left);
        right.put(0x1234L, hash(-1));
        Hash leftRoot = build(left);
        Hash rightRoot = build(right);

        reads = 0;
        assertThat(diff(tree(leftRoot), tree(leftRoot))).isEmpty();
        assertThat(reads).isZero();

        assertThat(diff(tree(leftRoot), tree(rightRoot))).hasSize(1);
        // Of either tree the root, whose level has to be found out, and one node of each level.
        assertThat(reads).isEqualTo(2 * (1 + 4));
    }

    private static NavigableMap<Long, String> expected(
            NavigableMap<Long, Hash> left, NavigableMap<Long, Hash> right) {
        NavigableMap<Long, String> expected = new TreeMap<>();
        NavigableMap<Long, Hash> all = new TreeMap<>(left);
        all.putAll(right);
        for (long page : all.keySet()) {
            if (!Objects.equals(left.get(page), right.get(page))) {
                expected.put(page, left.get(page) + " " + right.get(page));
            }
        }
        return expected;
    }

    private NavigableMap<Long, String> diff(
            NavigableMap<Long, Hash> left, NavigableMap<Long, Hash> right) {
        return diff(tree(build(left)), tree(build(right)));
    }

    private static NavigableMap<Long, String> diff(Tree left, Tree right) {
        TreeDiff diff = new TreeDiff(left, right);
        NavigableMap<Long, String> found = new TreeMap<>();
        for (Optional<TreeDiff.Page> next = diff.next(); next.isPresent(); next = diff.next()) {
            TreeDiff.Page page = next.get();
            assertThat(found.isEmpty() || found.lastKey() < page.page()).isTrue();
            found.put(page.page(), page.reference() + " " + page.subject());
        }
        return found;
    }

    /** Adds clusters of pages, here and there, low and high. */
    private static void randomPages(Random random, NavigableMap<Long, Hash> pages) {
        for (int cluster = random.nextInt(4); cluster > 0; cluster--) {
            long page = random.nextLong(LAST_PAGE + 1) >>> random.nextInt(52);
            for (int i = random.nextInt(40); i > 0 && page <= LAST_PAGE; i--) {
                pages.put(page, hash(random.nextInt(1000)));
                page += 1 + random.nextInt(3);
            }
        }
    }

    private int level(Map<Long, Hash> pages) {
        return tree(build(new TreeMap<>(pages))).top().level();
    }

    private Hash build(NavigableMap<Long, Hash> pages) {
        TreeBuilder builder =
                new TreeBuilder(node -> {
                    Hash hash = Hash.of(node.content());
                    nodes.put(hash, node.content());
                    return hash;
                });
        pages.forEach(builder::add);
        return builder.finish();
    }

    private Tree tree(Hash root) {
        return new Tree(
                "a tree",
                hash -> {
                    reads++;
                    return Objects.requireNonNull(nodes.get(hash));
                },
                root);
    }

    private static Hash hash(long number) {
        return new Hash(number, 1, 2, 3);
    }
}
