# Traps: a signal to the shell itself, an ignored one, one that is reset, and the end.
trap 'echo "caught USR1, status $?"; caught=$((caught + 1))' USR1
trap 'echo "at the end: $caught caught"' EXIT
trap '' USR2
caught=0
kill -USR1 $$
kill -USR2 $$
echo "USR2 was ignored"
i=0
while [ $i -lt 3 ]; do
    i=$((i + 1))
    kill -USR1 $$
done
echo "$caught so far"
trap 'echo "TERM is handled, too"' TERM
kill -TERM $$
trap - USR1
trap
exit 3
