# Loops of every kind, with break and continue over levels.
for word in one two three; do echo "$word ${#word}"; done
i=0
while [ $i -lt 5 ]; do
    i=$((i + 1))
    [ $i -eq 2 ] && continue
    echo "while $i"
done
until [ $i -le 2 ]; do i=$((i - 1)); done
echo "until $i"
for a in 1 2 3; do
    for b in 1 2 3; do
        [ $((a * b)) -eq 4 ] && break 2
        echo "$a x $b = $((a * b))"
    done
done
sum=0 n=0
while [ $n -lt 30 ]; do n=$((n + 1)) sum=$((sum + n * n)); done
echo "sum $sum"
