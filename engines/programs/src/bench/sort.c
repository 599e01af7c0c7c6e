// Sorting: quicksort with a comparison by pointer, heapsort, and insertion sort of short runs;
// branches that no predictor knows.
#include "bench.h"

enum { COUNT = 8192, SHORT = 12 };

typedef struct { uint32_t key, index; } Item;
typedef int (*Order)(const Item *, const Item *);

static Item items[COUNT];

static int upwards(const Item *a, const Item *b) {
    return (a->key > b->key) - (a->key < b->key);
}

static int by_low_bits(const Item *a, const Item *b) {
    uint32_t low = a->key & 0xffff, other = b->key & 0xffff;
    if (low != other)
        return (low > other) - (low < other);
    return (a->index > b->index) - (a->index < b->index);
}

static void swap(Item *a, Item *b) {
    Item kept = *a;
    *a = *b;
    *b = kept;
}

static void insert(Item *first, Item *end, Order order) {
    for (Item *next = first + 1; next < end; next++) {
        Item item = *next, *hole = next;
        for (; hole > first && order(&item, hole - 1) < 0; hole--)
            *hole = hole[-1];
        *hole = item;
    }
}

static Item median(const Item *a, const Item *b, const Item *c, Order order) {
    if (order(a, b) < 0)
        return order(b, c) < 0 ? *b : order(a, c) < 0 ? *c : *a;
    return order(a, c) < 0 ? *a : order(b, c) < 0 ? *c : *b;
}

static void quicksort(Item *first, Item *end, Order order) {
    while (end - first > SHORT) {
        Item pivot = median(first, first + (end - first) / 2, end - 1, order);
        Item *low = first, *high = end - 1;
        while (low <= high) {
            while (order(low, &pivot) < 0)
                low++;
            while (order(high, &pivot) > 0)
                high--;
            if (low <= high)
                swap(low++, high--);
        }
        quicksort(first, high + 1, order);
        first = low;
    }
    insert(first, end, order);
}

static void sift(size_t root, size_t count) {
    for (size_t child; (child = 2 * root + 1) < count; root = child) {
        if (child + 1 < count && items[child].key < items[child + 1].key)
            child++;
        if (items[root].key >= items[child].key)
            return;
        swap(&items[root], &items[child]);
    }
}

static void heapsort(void) {
    for (size_t root = COUNT / 2; root-- > 0;)
        sift(root, COUNT);
    for (size_t count = COUNT; count-- > 1;) {
        swap(&items[0], &items[count]);
        sift(0, count);
    }
}

static uint64_t checked(uint64_t sum) {
    for (int i = 0; i < COUNT; i += 7)
        sum = checksum_word(sum, (uint64_t)items[i].key << 32 | items[i].index);
    return sum;
}

static uint64_t sort(uint32_t unit) {
    Random random = random_of(unit);
    for (int i = 0; i < COUNT; i++)
        items[i] = (Item){(uint32_t)(random_next(&random) >> 32), (uint32_t)i};
    quicksort(items, items + COUNT, upwards);
    uint64_t sum = checked(CHECKSUM_START);
    quicksort(items, items + COUNT, by_low_bits);
    sum = checked(sum);
    heapsort();
    return checked(sum);
}

int main(int argc, char **argv) {
    return run_bench(argc, argv, "sort", sort);
}
