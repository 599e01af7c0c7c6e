# What needs a second process is refused.
echo "before"
echo piped | cat
echo "status $?"
