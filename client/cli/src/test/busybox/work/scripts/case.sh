# case with patterns, alternatives, classes and quoting.
kind() {
    case $1 in
    [0-9]*[!0-9]*) echo "$1: begins with a digit" ;;
    [0-9]*) echo "$1: number" ;;
    *.c | *.h) echo "$1: source" ;;
    ?) echo "$1: one character" ;;
    \*) echo "never reached" ;;
    '') echo "nothing" ;;
    [[:upper:]]*) echo "$1: upper" ;;
    *) echo "$1: other" ;;
    esac
}
for word in 12 12a main.c x '' Upper lower '**'; do kind "$word"; done
