# Here-documents: expanded, quoted, with tabs stripped, read by builtins.
name=world
while read -r line; do echo "[$line]"; done <<END
hello $name
1 + 1 = $((1 + 1))
a \$ sign
END
while read -r line; do echo "[$line]"; done <<'END'
hello $name `not run`
END
while read -r line; do echo "[$line]"; done <<-END
	stripped
		twice
	END
read -r first rest <<END
first second third
END
echo "$first|$rest"
