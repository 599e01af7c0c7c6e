// Bytes, text and pages for the freestanding programs. The copy loops are plain on purpose:
// they are guest code under test, not a library to be fast.
#include "rt.h"

void *memcpy(void *restrict to, const void *restrict from, size_t size) {
    char *target = to;
    const char *source = from;
    while (size-- > 0)
        *target++ = *source++;
    return to;
}

void *memmove(void *to, const void *from, size_t size) {
    char *target = to;
    const char *source = from;
    if (target <= source)
        return memcpy(to, from, size);
    while (size-- > 0)
        target[size] = source[size];
    return to;
}

void *memset(void *to, int value, size_t size) {
    char *target = to;
    while (size-- > 0)
        *target++ = (char)value;
    return to;
}

int memcmp(const void *left, const void *right, size_t size) {
    const unsigned char *a = left, *b = right;
    for (size_t i = 0; i < size; i++)
        if (a[i] != b[i])
            return a[i] - b[i];
    return 0;
}

size_t text_length(const char *text) {
    size_t length = 0;
    while (text[length] != '\0')
        length++;
    return length;
}

int text_equals(const char *left, const char *right) {
    size_t length = text_length(left);
    return length == text_length(right) && memcmp(left, right, length) == 0;
}

long parse_number(const char *text) {
    int negative = *text == '-';
    long value = 0;
    for (text += negative; *text >= '0' && *text <= '9'; text++)
        value = value * 10 + (*text - '0');
    return negative ? -value : value;
}

void *map_pages(size_t size, int protection) {
    long address =
        rt_syscall(SYS_mmap, 0, (long)size, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (address < 0)
        fail("mmap", address);
    return (void *)address;
}

void protect_pages(void *address, size_t size, int protection) {
    long error = SYSCALL3(SYS_mprotect, address, size, protection);
    if (error < 0)
        fail("mprotect", error);
}

void unmap_pages(void *address, size_t size) {
    long error = SYSCALL2(SYS_munmap, address, size);
    if (error < 0)
        fail("munmap", error);
}
