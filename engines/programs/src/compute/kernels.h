// The kernels of compute. Each runs one unit of about a million instructions; the unit's index
// seeds its data, so that no two units are alike, and the result is a checksum of all it computed.
#ifndef KERNELS_H
#define KERNELS_H

#include <stdint.h>

#include "../checksum.h"
#include "../random.h"

uint64_t run_matrix(uint32_t unit);
uint64_t run_sieve(uint32_t unit);
uint64_t run_crc32(uint32_t unit);
uint64_t run_sha256(uint32_t unit);
uint64_t run_bodies(uint32_t unit);
uint64_t run_mandelbrot(uint32_t unit);
uint64_t run_functions(uint32_t unit);
uint64_t run_strings(uint32_t unit);
uint64_t run_sorting(uint32_t unit);
uint64_t run_hashing(uint32_t unit);
uint64_t run_recursion(uint32_t unit);
uint64_t run_bytecode(uint32_t unit);

#endif
