// Kernels over data structures: sorting through callbacks, and a chained hash table on the heap.
#include <stdlib.h>

#include "kernels.h"

enum { SORT_COUNT = 800, BUCKET_COUNT = 1024, INSERTION_COUNT = 2500 };

typedef struct { uint32_t key; double weight; } Item;

static int by_key(const void *left, const void *right) {
    const Item *a = left, *b = right;
    return (a->key > b->key) - (a->key < b->key);
}

static int by_weight_downwards(const void *left, const void *right) {
    const Item *a = left, *b = right;
    return (a->weight < b->weight) - (a->weight > b->weight);
}

uint64_t run_sorting(uint32_t unit) {
    static Item items[SORT_COUNT];
    int (*const orders[])(const void *, const void *) = {by_key, by_weight_downwards};
    Random random = random_of(unit);
    for (int i = 0; i < SORT_COUNT; i++)
        items[i] = (Item){(uint32_t)(random_next(&random) >> 40), random_fraction(&random)};
    uint64_t sum = CHECKSUM_START;
    for (int order = 0; order < 2; order++) {
        qsort(items, SORT_COUNT, sizeof *items, orders[order]);
        for (int i = 0; i < SORT_COUNT; i++)
            sum = checksum_double(checksum_word(sum, items[i].key), items[i].weight);
    }
    Item wanted = items[unit % SORT_COUNT];
    qsort(items, SORT_COUNT, sizeof *items, by_key);
    const Item *found = bsearch(&wanted, items, SORT_COUNT, sizeof *items, by_key);
    return checksum_word(sum, (uint64_t)(found - items));
}

typedef struct Entry {
    struct Entry *next;
    uint64_t key, count;
    size_t padding_size;
    unsigned char padding[];
} Entry;

static Entry *buckets[BUCKET_COUNT];

static Entry **find(uint64_t key) {
    Entry **link = &buckets[key * 0x9e3779b97f4a7c15u >> 54];
    while (*link != NULL && (*link)->key != key)
        link = &(*link)->next;
    return link;
}

// Entries differ in size, so that the allocator has to split and join its chunks.
static void insert(uint64_t key, size_t padding_size) {
    Entry **link = find(key);
    if (*link == NULL) {
        Entry *entry = calloc(1, sizeof *entry + padding_size);
        if (entry == NULL)
            abort();
        entry->key = key;
        entry->padding_size = padding_size;
        *link = entry;
    }
    (*link)->count++;
}

static uint64_t remove_key(uint64_t key, uint64_t sum) {
    Entry **link = find(key), *entry = *link;
    if (entry == NULL)
        return checksum_word(sum, key);
    *link = entry->next;
    sum = checksum_word(checksum_word(sum, entry->count), entry->padding_size);
    free(entry);
    return sum;
}

uint64_t run_hashing(uint32_t unit) {
    Random random = random_of(unit);
    uint64_t sum = CHECKSUM_START;
    for (int i = 0; i < INSERTION_COUNT; i++) {
        uint64_t bits = random_next(&random);
        insert(bits >> 52, bits & 127);
        if ((bits & 0x700) == 0)
            sum = remove_key(bits >> 40 & 0xfff, sum);
    }
    for (uint64_t key = 0; key < 0x1000; key++)
        sum = remove_key(key, sum);
    return sum;
}
