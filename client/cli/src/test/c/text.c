// Text: arguments, formatting, sorting, standard input.
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int by_letters(const void *left, const void *right) {
    return strcmp(*(char *const *)left, *(char *const *)right);
}

int main(int argc, char **argv) {
    char *words[] = {"pear", "apple", "fig", "cherry", "banana"};
    size_t count = sizeof words / sizeof *words;
    qsort(words, count, sizeof *words, by_letters);
    for (size_t i = 0; i < count; i++)
        printf("%-8s|%3zu|%c\n", words[i], strlen(words[i]), toupper(words[i][0]));
    for (int i = 1; i < argc; i++)
        printf("argument %d: '%s'\n", i, argv[i]);
    char line[64];
    puts(fgets(line, sizeof line, stdin) ? line : "no input");
    return 0;
}
