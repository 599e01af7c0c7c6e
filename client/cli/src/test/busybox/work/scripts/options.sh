# getopts, with clustered options, arguments, an unknown one and operands.
parse() {
    OPTIND=1
    while getopts ':ab:c' option; do
        case $option in
        a | c) echo "flag $option" ;;
        b) echo "b takes '$OPTARG'" ;;
        :) echo "-$OPTARG lacks its argument" ;;
        \?) echo "-$OPTARG is unknown" ;;
        esac
    done
    shift $((OPTIND - 1))
    echo "operands: $*"
}
parse -a -b value -c one two
parse -acb joined three
parse -x -b
parse -- -a
