# Floating point: formats, series, Newton's method, conversions.
function root(x,    g, i) { g = x / 2; for (i = 0; i < 24; i++) g = (g + x / g) / 2; return g }
function power(x, n) { return n == 0 ? 1 : n % 2 ? x * power(x, n - 1) : power(x * x, n / 2) }
BEGIN {
    for (term = 1; term > 1e-18; term /= ++k) e += term
    printf "%.15g %.15g %.15g\n", e, root(2), root(1e10)
    for (i = 1; i <= 20; i++) h += 1 / i
    printf "%.12f %e %g %G\n", h, h * 1e100, 1e-5, 1e-10
    print power(1.0001, 10000), power(2, 100), power(0.5, 1074), power(10, 400)
    print 1e6, 1e16, 0.1 + 0.2, 1 / 3, -0.0, 17 % 5, -17 % 5, 5.5 % 2.25
    print int(3.9), int(-3.9), "3x" + 4, "0x10" + 0, 1 == 1.0, "a" < "b", "10" < "9", 10 < 9
    printf "%d %i %5.1f|%-8s|%08.3f|%c%c|%x\n", 3.99, -3.99, 2.25, "left", 3.14159, 65, "z", 255
}
