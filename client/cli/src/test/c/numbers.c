// Numbers: floating point and its printing, 128-bit division, the heap.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

int main(void) {
    double *samples = malloc(1000 * sizeof *samples);
    for (int i = 0; i < 1000; i++)
        samples[i] = sin(i * 0.01) * exp(-i * 0.001) + (float)i / 3;
    double sum = 0;
    for (int i = 0; i < 1000; i++)
        sum += sqrt(fabs(samples[i]));
    printf("%.17g %a %g %g %g\n", sum, sum, 0.0 / (sum - sum), 1e300 * 1e300, -0.0);
    unsigned __int128 product = (unsigned __int128)0x123456789abcdefULL * 0xfedcba987654321ULL;
    printf("%llx %llu\n", (unsigned long long)(product >> 64), (unsigned long long)(product % 1000003));
    free(samples);
    return 0;
}
