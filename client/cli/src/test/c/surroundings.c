/* Prints the environment; then, if there is any input, the current directory and the input. */
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

int main(int argc, char **argv, char **environment) {
    char buffer[PATH_MAX];
    while (*environment) puts(*environment++);
    long length = read(0, buffer, sizeof buffer);
    if (length > 0) {
        char directory[PATH_MAX];
        printf("in %s\n%.*s", getcwd(directory, sizeof directory), (int)length, buffer);
    }
    return 0;
}
