// The motion of five bodies in doubles, with a square root and a division for every pair. A unit is
// about two million instructions: emulators are slow at these.
#include "bench.h"

enum { COUNT = 5, STEPS = 5000 };

typedef struct { double position[3], velocity[3], mass; } Body;

static const double DAYS = 365.24, SUN = 39.47841760435743;

static const Body planets[COUNT] = {
    {{0, 0, 0}, {0, 0, 0}, 1},
    {{4.84143144246472090, -1.16032004402742839, -0.103622044471123109},
     {0.00166007664274403694, 0.00769901118419740425, -0.0000690460016972063023},
     0.000954791938424326609},
    {{8.34336671824457987, 4.12479856412430479, -0.403523417114321381},
     {-0.00276742510726411110, 0.00499852801234917238, 0.0000230417297573763929},
     0.000285885980666130812},
    {{12.8943695621391310, -15.1111514016986312, -0.223307578892655734},
     {0.00296460137564761618, 0.00237847173959480950, -0.0000296589568540237556},
     0.0000436624404335156298},
    {{15.3796971148509165, -25.9193146099879641, 0.179258772950371181},
     {0.00268067772490389322, 0.00162824170038242295, -0.0000951592254519715870},
     0.0000515138902046611451},
};

static Body bodies[COUNT];

static void start(uint32_t unit) {
    double momentum[3] = {0, 0, 0};
    for (int i = 0; i < COUNT; i++) {
        bodies[i] = planets[i];
        bodies[i].position[0] += (double)unit / 1024;
        bodies[i].mass *= SUN;
        for (int k = 0; k < 3; k++) {
            bodies[i].velocity[k] *= DAYS;
            momentum[k] += bodies[i].velocity[k] * bodies[i].mass;
        }
    }
    for (int k = 0; k < 3; k++)
        bodies[0].velocity[k] = -momentum[k] / SUN;
}

static void attract(Body *a, Body *b, double time) {
    double x = a->position[0] - b->position[0];
    double y = a->position[1] - b->position[1];
    double z = a->position[2] - b->position[2];
    double square = x * x + y * y + z * z;
    double strength = time / (square * __builtin_sqrt(square));
    double pull_a = b->mass * strength, pull_b = a->mass * strength;
    a->velocity[0] -= x * pull_a;
    a->velocity[1] -= y * pull_a;
    a->velocity[2] -= z * pull_a;
    b->velocity[0] += x * pull_b;
    b->velocity[1] += y * pull_b;
    b->velocity[2] += z * pull_b;
}

static void advance(double time) {
    for (int i = 0; i < COUNT; i++)
        for (int j = i + 1; j < COUNT; j++)
            attract(&bodies[i], &bodies[j], time);
    for (int i = 0; i < COUNT; i++)
        for (int k = 0; k < 3; k++)
            bodies[i].position[k] += time * bodies[i].velocity[k];
}

static uint64_t move(uint32_t unit) {
    start(unit);
    for (int step = 0; step < STEPS; step++)
        advance(0.01);
    uint64_t sum = CHECKSUM_START;
    for (int i = 0; i < COUNT; i++)
        for (int k = 0; k < 3; k++) {
            sum = checksum_double(sum, bodies[i].position[k]);
            sum = checksum_double(sum, bodies[i].velocity[k]);
        }
    return sum;
}

int main(int argc, char **argv) {
    return run_bench(argc, argv, "nbody", move);
}
