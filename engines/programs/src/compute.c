// compute [N]: a deterministic load of about N times ten million instructions (default 1).
// Runs N units of each kernel in turn and prints one checksum per kernel.
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "compute/kernels.h"

static const struct {
    const char *name;
    uint64_t (*run)(uint32_t unit);
} kernels[] = {
    {"matrix", run_matrix},
    {"sieve", run_sieve},
    {"crc32", run_crc32},
    {"sha256", run_sha256},
    {"bodies", run_bodies},
    {"mandelbrot", run_mandelbrot},
    {"functions", run_functions},
    {"strings", run_strings},
    {"sorting", run_sorting},
    {"hashing", run_hashing},
    {"recursion", run_recursion},
    {"bytecode", run_bytecode},
};

int main(int argc, char **argv) {
    char *end = "";
    unsigned long units = argc > 1 ? strtoul(argv[1], &end, 10) : 1;
    if (*end != '\0' || units == 0 || units > UINT32_MAX || argc > 2) {
        fprintf(stderr, "usage: compute [N], N from 1 to %" PRIu32 "\n", UINT32_MAX);
        return 2;
    }
    for (size_t i = 0; i < sizeof kernels / sizeof *kernels; i++) {
        uint64_t sum = CHECKSUM_START;
        for (uint32_t unit = 0; unit < units; unit++)
            sum = checksum_word(sum, kernels[i].run(unit));
        printf("%-10s %016" PRIx64 "\n", kernels[i].name, sum);
        fflush(stdout);
    }
    return 0;
}
