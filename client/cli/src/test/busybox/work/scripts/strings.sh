# Parameter expansion: prefixes, suffixes, replacement, defaults, lengths, substrings.
path=/usr/local/share/archive.tar.gz
echo "${path##*/} ${path#*/} ${path%.*} ${path%%.*} ${#path}"
echo "${path/local/home} ${path//a/A} ${path:5:5} ${path: -6}"
echo "${unset-default} ${unset:=assigned} $unset ${path:+present} ${nothing:+absent}."
empty=
echo "${empty-not used}|${empty:-used}"
text='two  blanks   and	tab'
set -- $text
echo "$# words: $1,$2,$3,$4"
IFS=:
set -- a:b::c
for field in $1; do printf '(%s)' "$field"; done
echo
unset IFS
reversed= rest=lockstep
while [ -n "$rest" ]; do reversed=${rest%"${rest#?}"}$reversed rest=${rest#?}; done
echo "$reversed"
echo "${missing?the message of a parameter that is not set}"
