# Changes directory, expands names, looks at files with test.
cd tree
echo *
echo .h* inner/* */*.md [a-b].?
cd inner/deep
echo "${PWD##*/work/}"
cd ../..
for f in a.c empty link dangling missing inner; do
    [ -f $f ] && echo "$f: file"
    [ -d $f ] && echo "$f: directory"
    [ -L $f ] && echo "$f: link"
    [ -e $f ] || echo "$f: not there"
    [ -s $f ] || echo "$f: empty or not there"
done
cd - >/dev/null
cd /nowhere || echo "cd: status $?"
umask 077
echo private >../../private.txt
umask
