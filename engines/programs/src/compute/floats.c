// Floating-point kernels. Sums are taken over the bits of every result, so the last place counts;
// the compiler contracts a * b + c to fused instructions, which are thereby covered too.
#include <math.h>

#include "kernels.h"

enum { BODY_COUNT = 5, BODY_STEPS = 800, MANDELBROT_SIDE = 56, MANDELBROT_DEPTH = 60 };
enum { FUNCTION_CALLS = 1700 };

typedef struct { double position[3], velocity[3], mass; } Body;

static void pull(Body *left, Body *right, double time) {
    double distance[3], square = 1e-6;
    for (int i = 0; i < 3; i++) {
        distance[i] = left->position[i] - right->position[i];
        square += distance[i] * distance[i];
    }
    double force = time / (square * sqrt(square));
    for (int i = 0; i < 3; i++) {
        left->velocity[i] -= distance[i] * right->mass * force;
        right->velocity[i] += distance[i] * left->mass * force;
    }
}

uint64_t run_bodies(uint32_t unit) {
    Body bodies[BODY_COUNT];
    Random random = random_of(unit);
    for (int i = 0; i < BODY_COUNT; i++) {
        for (int k = 0; k < 3; k++) {
            bodies[i].position[k] = random_fraction(&random) * 10 - 5;
            bodies[i].velocity[k] = random_fraction(&random) - 0.5;
        }
        bodies[i].mass = random_fraction(&random) + 0.1;
    }
    uint64_t sum = CHECKSUM_START;
    for (int step = 0; step < BODY_STEPS; step++) {
        for (int i = 0; i < BODY_COUNT; i++)
            for (int j = i + 1; j < BODY_COUNT; j++)
                pull(&bodies[i], &bodies[j], 0.001);
        for (int i = 0; i < BODY_COUNT; i++)
            for (int k = 0; k < 3; k++)
                bodies[i].position[k] += bodies[i].velocity[k] * 0.001;
        sum = checksum_double(sum, bodies[step % BODY_COUNT].position[step % 3]);
    }
    return sum;
}

// In single precision.
uint64_t run_mandelbrot(uint32_t unit) {
    Random random = random_of(unit);
    float left = (float)random_fraction(&random) - 2;
    float bottom = (float)random_fraction(&random) - 1.5f;
    uint64_t sum = CHECKSUM_START;
    for (int row = 0; row < MANDELBROT_SIDE; row++)
        for (int column = 0; column < MANDELBROT_SIDE; column++) {
            float a = left + 2.0f * (float)column / MANDELBROT_SIDE;
            float b = bottom + 2.0f * (float)row / MANDELBROT_SIDE;
            float x = 0, y = 0;
            int depth = 0;
            for (; depth < MANDELBROT_DEPTH && x * x + y * y <= 4; depth++) {
                float next = x * x - y * y + a;
                y = 2 * x * y + b;
                x = next;
            }
            sum = checksum_double(checksum_word(sum, (uint64_t)depth), x);
        }
    return sum;
}

// The C library's functions, conversions in both directions, division and square root.
uint64_t run_functions(uint32_t unit) {
    Random random = random_of(unit);
    uint64_t sum = CHECKSUM_START;
    for (int i = 0; i < FUNCTION_CALLS; i++) {
        double x = random_fraction(&random) * 40 - 20, y = random_fraction(&random) + 0.25;
        sum = checksum_double(sum, sin(x) / y + sqrt(y));
        sum = checksum_double(sum, exp(y) - log(y) * x);
        sum = checksum_double(sum, pow(y, x) + floor(x));
        sum = checksum_double(sum, sqrtf((float)y) / (float)x);
        sum = checksum_word(sum, (uint64_t)(int64_t)(x * 1e6) + (uint32_t)(int32_t)x);
        sum = checksum_double(sum, (double)(int64_t)sum + (float)(uint32_t)sum);
    }
    return sum;
}
