# Strings: functions, regular expressions, splitting, substitution, ranges.
BEGIN { n = split("a:b:c:d", part, ":"); for (i = n; i > 0; i--) printf "%s ", part[i]; print n }
/harbour/ { print NR ": " toupper(substr($0, 5, 7)) " at " index($0, "harbour") }
match($0, /[0-9]+/) { print "first number at " RSTART ", " RLENGTH " long" }
/^apple$/, /^zebra$/ { print "range " $1 }
{ words += NF; characters += length($0); copy = $0; changed += gsub(/[aeiou]/, "<&>", copy) }
NR == 1 { print copy; sub(/quiet/, "\"&\"", copy); $2 = "HARBOUR"; print; print NF }
END { print words, characters, changed, sprintf("%03d|%s", NR, tolower("ABC")) }
