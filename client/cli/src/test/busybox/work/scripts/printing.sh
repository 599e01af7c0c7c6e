# printf and echo as builtins.
printf '%5d|%-5d|%05d|%+d|%x|%X|%o|%c\n' 42 42 42 42 255 255 8 xyz
printf '%s %s\n' one two three
printf '%10.3f|%e|%g|%g\n' 3.14159265 12345.678 0.0001 1e20
printf '%b\n' 'a\tb\101\n'
printf '%q %%\n' "it's" 2>/dev/null || printf 'no %%q\n'
echo -n 'no newline'; echo; echo -e 'a\tb\\c'
printf '%d\n' 0x1f 010 "'A"
