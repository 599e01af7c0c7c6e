# Arithmetic: operators, bases, precedence, assignment, overflow.
echo $((7 / 2)) $((-7 / 2)) $((7 % 3)) $((-7 % 3))
echo $((1 << 40)) $((0xff & 0x0f)) $((0x10 | 1)) $((6 ^ 3)) $((~5))
echo $((2 + 3 * 4)) $(((2 + 3) * 4)) $((10 - 4 - 3)) $((2 ** 10))
echo $((5 > 3 && 2 < 1)) $((5 > 3 || 2 < 1)) $((!7)) $((3 ? 4 : 5))
x=5
echo $((x++)) $((++x)) $((x--)) $((x *= 3)) $x
echo $((010)) $((0x1F)) $((16#ff))
echo $((9223372036854775807 + 1))
echo $((-9223372036854775807 - 1))
a=1 b=1 n=0
while [ $n -lt 20 ]; do t=$((a + b)) a=$b b=$t n=$((n + 1)); done
echo "fibonacci $a"
