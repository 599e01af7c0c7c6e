#!/usr/bin/env bash
# Runs every case of expected.txt under qemu-riscv64, or on a bare machine of qemu-system-riscv64,
# and compares end and standard output.
# With --record it writes the expected output files instead; the ends stay written by hand.
set -euo pipefail
cd "$(dirname "$0")"
ulimit -c 0
mode=${1:-check}
actual=$(mktemp)
trap 'rm -f "$actual"' EXIT

# Prints how the program ended: a shell knows a signal only as 128 + its number.
run() { # program, arguments, stdin file
    local status=0
    # shellcheck disable=SC2086 # arguments are separated by spaces
    if [[ $1 == bare/* ]]; then
        qemu-system-riscv64 -M spike -m 128M -nographic -bios none -kernel "bin/$1" <"$3" >"$actual" || status=$?
    else
        env -i "$(command -v qemu-riscv64)" -R 0x7ffff000 "bin/$1" $2 <"$3" >"$actual" || status=$?
    fi
    echo "$status"
}

failures=0
report() {
    echo "FAILED $1: $2"
    failures=$((failures + 1))
}

while IFS='|' read -r program arguments input end output; do
    [[ $program == \#* || -z $program ]] && continue
    name="$program${arguments:+ $arguments}"
    [[ $input == - ]] && input=/dev/null
    if [[ $program == bare/echo ]]; then
        echo "not checked: $name (QEMU does not know the system calls of HTIF)"
        continue
    fi
    status=$({ run "$program" "$arguments" "$input"; } 2>/dev/null)
    case $end in
        "exited "*) expected=${end#exited } ;;
        "signaled "*) expected=$((128 + ${end#signaled })) ;;
        *) report "$name" "unknown end '$end' (expected: exited N or signaled N)"; continue ;;
    esac
    [[ $status == "$expected" ]] || report "$name" "status $status, expected $expected ($end)"
    if [[ $output == - ]]; then
        continue
    elif [[ $mode == --record ]]; then
        cp "$actual" "$output" && chmod 644 "$output"
    elif ! diff -u "$output" "$actual"; then
        report "$name" "standard output differs from $output"
    fi
done <expected.txt

((failures == 0)) && echo "all cases as expected"
