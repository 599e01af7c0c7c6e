# Functions: recursion, locals, status, positional parameters.
factorial() {
    local n=$1
    if [ "$n" -le 1 ]; then result=1; return; fi
    factorial $((n - 1))
    result=$((result * n))
}
factorial 15
echo "15! = $result"
hanoi() {
    [ "$1" -eq 0 ] && return
    hanoi $(($1 - 1)) "$2" "$4" "$3"
    moves=$((moves + 1))
    hanoi $(($1 - 1)) "$4" "$3" "$2"
}
moves=0
hanoi 4 left right middle
echo "$moves moves"
fails() { return 7; }
fails
echo "status $?"
fails || echo "fell through with $?"
arguments() { echo "$# arguments, first $1, last $3, all: $*"; shift 2; echo "shifted: $@"; }
arguments 'a b' c d
set -- x y z
for p; do printf '<%s>' "$p"; done
echo
