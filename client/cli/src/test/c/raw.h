// System calls without a library between: the result, or the negated error number.
#ifndef RAW_H
#define RAW_H
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define RAW(...) raw_result(syscall(__VA_ARGS__))
static inline long raw_result(long result) { return result == -1 ? -errno : result; }

// An address where nothing is.
#define NOWHERE ((void *)8)
#endif
