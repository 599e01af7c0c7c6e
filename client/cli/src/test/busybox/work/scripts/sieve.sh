# Primes up to a limit, by variables whose names are computed.
limit=60 n=2 found=
while [ $n -le $limit ]; do
    eval "struck=\$struck_$n"
    if [ -z "$struck" ]; then
        found="$found $n" m=$((n * n))
        while [ $m -le $limit ]; do eval "struck_$m=1"; m=$((m + n)); done
    fi
    n=$((n + 1))
done
echo "primes:$found"
