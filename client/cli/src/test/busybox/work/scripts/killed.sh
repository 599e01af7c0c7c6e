# A signal without a trap ends the shell.
echo before
kill -TERM $$
echo after
