// A mix as in CoreMark, of which no part dominates: a linked list that is searched, reversed and
// sorted; products of small matrices; a state machine that reads numbers from text.
#include "bench.h"

enum { ROUNDS = 20, NODES = 256, SIDE = 20, TEXT_SIZE = 2048 };

typedef struct Node {
    struct Node *next;
    int16_t key;
    uint16_t payload;
} Node;

static Node nodes[NODES];
static int16_t left[SIDE][SIDE], right[SIDE][SIDE];
static int32_t product[SIDE][SIDE];
static char text[TEXT_SIZE + 1];

static Node *make_list(Random *random) {
    for (int i = 0; i < NODES; i++) {
        uint64_t bits = random_next(random);
        nodes[i] = (Node){i + 1 < NODES ? &nodes[i + 1] : 0, (int16_t)bits, (uint16_t)(bits >> 16)};
    }
    return nodes;
}

static const Node *find(const Node *list, int16_t key) {
    while (list != 0 && list->key != key)
        list = list->next;
    return list;
}

static Node *reverse(Node *list) {
    Node *reversed = 0;
    while (list != 0) {
        Node *next = list->next;
        list->next = reversed;
        reversed = list;
        list = next;
    }
    return reversed;
}

static int by_key(const Node *a, const Node *b) {
    return a->key - b->key;
}

static int by_payload(const Node *a, const Node *b) {
    return a->payload - b->payload;
}

typedef int (*Order)(const Node *, const Node *);

static Node *merge(Node *a, Node *b, Order order) {
    Node *merged = 0, **end = &merged;
    while (a != 0 && b != 0) {
        Node **smaller = order(a, b) <= 0 ? &a : &b;
        *end = *smaller;
        end = &(*end)->next;
        *smaller = (*smaller)->next;
    }
    *end = a != 0 ? a : b;
    return merged;
}

static Node *sort(Node *list, Order order) {
    if (list == 0 || list->next == 0)
        return list;
    Node *middle = list;
    for (const Node *end = list->next; end != 0 && end->next != 0; end = end->next->next)
        middle = middle->next;
    Node *second = middle->next;
    middle->next = 0;
    return merge(sort(list, order), sort(second, order), order);
}

static uint64_t use_list(Random *random, uint64_t sum) {
    Node *list = make_list(random);
    for (int i = 0; i < 16; i++) {
        const Node *found = find(list, nodes[random_next(random) % NODES].key);
        sum = checksum_word(sum, found->payload);
        list = reverse(list);
    }
    list = sort(list, by_key);
    sum = checksum_word(sum, (uint64_t)list->key);
    list = sort(list, by_payload);
    for (const Node *node = list; node != 0; node = node->next)
        sum += (uint64_t)node->key * node->payload;
    return sum;
}

static void multiply(void) {
    for (int i = 0; i < SIDE; i++)
        for (int j = 0; j < SIDE; j++) {
            int32_t cell = 0;
            for (int k = 0; k < SIDE; k++)
                cell += left[i][k] * right[k][j];
            product[i][j] = cell;
        }
}

static uint64_t use_matrix(Random *random, uint64_t sum) {
    for (int i = 0; i < SIDE; i++)
        for (int j = 0; j < SIDE; j++) {
            left[i][j] = (int16_t)random_next(random);
            right[i][j] = (int16_t)random_next(random);
        }
    for (int round = 0; round < 4; round++) {
        multiply();
        for (int i = 0; i < SIDE; i++)
            for (int j = 0; j < SIDE; j++) {
                left[i][j] = (int16_t)(product[i][j] >> 8 ^ product[j][i]);
                sum += (uint64_t)product[i][j];
            }
    }
    return checksum_word(sum, (uint64_t)product[1][2]);
}

typedef enum { START, SIGN, INTEGER, POINT, FRACTION, EXPONENT, POWER, INVALID, STATES } State;

static int is_digit(char c) {
    return c >= '0' && c <= '9';
}

static State step(State state, char c) {
    switch (state) {
        case START:
            return is_digit(c) ? INTEGER : c == '+' || c == '-' ? SIGN : c == '.' ? POINT : INVALID;
        case SIGN: return is_digit(c) ? INTEGER : c == '.' ? POINT : INVALID;
        case INTEGER:
            return is_digit(c) ? INTEGER : c == '.' ? FRACTION : c == 'e' ? EXPONENT : INVALID;
        case POINT: return is_digit(c) ? FRACTION : INVALID;
        case FRACTION: return is_digit(c) ? FRACTION : c == 'e' ? EXPONENT : INVALID;
        case EXPONENT: return is_digit(c) || c == '-' ? POWER : INVALID;
        case POWER: return is_digit(c) ? POWER : INVALID;
        default: return INVALID;
    }
}

static uint64_t use_states(Random *random, uint64_t sum) {
    static const char letters[] =
        "0123456789012345678901234567,,,,,,++--...eee1234567890123456789x";
    uint32_t ends[STATES] = {0}, visits[STATES] = {0};
    for (int i = 0; i < TEXT_SIZE; i++)
        text[i] = letters[random_next(random) >> 58];
    State state = START;
    for (const char *next = text; *next != '\0'; next++) {
        visits[state]++;
        if (*next != ',') {
            state = step(state, *next);
        } else {
            ends[state]++;
            state = START;
        }
    }
    for (int i = 0; i < STATES; i++)
        sum = checksum_word(sum, (uint64_t)ends[i] << 32 | visits[i]);
    return sum;
}

static uint64_t mix(uint32_t unit) {
    Random random = random_of(unit);
    uint64_t sum = CHECKSUM_START;
    for (int round = 0; round < ROUNDS; round++) {
        sum = use_list(&random, sum);
        sum = use_matrix(&random, sum);
        sum = use_states(&random, sum);
    }
    return sum;
}

int main(int argc, char **argv) {
    return run_bench(argc, argv, "mixed", mix);
}
