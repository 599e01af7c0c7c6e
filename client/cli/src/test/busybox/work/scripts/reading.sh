# Reads a table by redirection, writes and appends files through several descriptors.
total=0
while read -r name department salary years; do
    case $department in research) total=$((total + years)) ;; esac
done <table.txt
echo "research: $total years"
exec 3>out.txt 4<numbers.txt
while read -r n <&4; do echo "number $n" >&3; done
exec 3>&- 4<&-
echo "appended" >>out.txt
{ echo "both"; echo "lines"; } >grouped.txt
echo "to stderr" >&2
echo "into nothing" >/dev/null
set -C
echo "again" >out.txt || echo "refused: status $?"
echo "again" >|clobbered.txt
IFS=, read -r a b c d <table.csv
echo "$a/$b/$c/$d"
[ -s out.txt ] && [ ! -e missing.txt ] && [ -d tree ] && [ -L tree/link ] && echo "tests agree"
[ out.txt -nt table.txt ] && echo "newer"
read -r nothing </dev/null || echo "end of file is status $?"
