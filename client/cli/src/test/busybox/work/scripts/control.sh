# set -e, eval, conditional lists, groups, readonly, and a sourced library.
set -e
false || echo "or saves it"
if false; then echo no; else echo "else"; fi
! false && echo "negated"
eval 'x=1; y=$((x + 1))'
echo "$x $y"
readonly constant=5
unset x
echo "${x-unset}"
command echo "by command"
type cd >/dev/null
. scripts/library.sh
greet library
true && { false && echo never || echo "last"; }
false
echo "not reached"
