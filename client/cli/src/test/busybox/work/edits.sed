# Addresses, hold space, branches, translation, groups.
1s/harbour/[&]/
2{h;d}
3G
/Numbers/{
    s/\([0-9]*\), \([0-9]*\)/\2 \1/
    y/abc/ABC/
}
/^$/,/folds/s/the/THE/g
:again
s/\(e\)\(e*\)\1/\2!/
t again
/apple/{N;s/\n/+/}
$!{/zebra/d}
$a\
the end
