// Formatted output of the freestanding programs: one line buffer in front of standard output.
// The buffer empties at every newline, so whatever was printed is out before a program faults.
#include <stdarg.h>

#include "rt.h"

enum { STDOUT = 1, STDERR = 2, LINE_CAPACITY = 256, NUMBER_CAPACITY = 24 };

static char line[LINE_CAPACITY];
static size_t line_length;
static const char *program_name;

void rt_set_name(const char *name) {
    program_name = name;
}

void rt_flush(void) {
    SYSCALL3(SYS_write, STDOUT, line, line_length);
    line_length = 0;
}

static void put(char c) {
    line[line_length++] = c;
    if (c == '\n' || line_length == LINE_CAPACITY)
        rt_flush();
}

static void put_text(const char *text, size_t width) {
    size_t length = text_length(text);
    for (size_t i = 0; i < length; i++)
        put(text[i]);
    for (size_t i = length; i < width; i++)
        put(' ');
}

static void put_hex(uint64_t value) {
    for (int shift = 60; shift >= 0; shift -= 4)
        put("0123456789abcdef"[value >> shift & 15]);
}

// Returns the start of the digits, which end at the end of the buffer.
static char *format_decimal(long value, char buffer[NUMBER_CAPACITY]) {
    char *digit = buffer + NUMBER_CAPACITY - 1;
    unsigned long rest = value < 0 ? -(unsigned long)value : (unsigned long)value;
    *digit = '\0';
    do
        *--digit = (char)('0' + rest % 10);
    while ((rest /= 10) != 0);
    if (value < 0)
        *--digit = '-';
    return digit;
}

static size_t parse_width(const char **format) {
    size_t width = 0;
    if (**format != '-')
        return 0;
    for (++*format; **format >= '0' && **format <= '9'; ++*format)
        width = width * 10 + (size_t)(**format - '0');
    return width;
}

void print(const char *format, ...) {
    char number[NUMBER_CAPACITY];
    va_list arguments;
    va_start(arguments, format);
    for (; *format != '\0'; format++) {
        if (*format != '%') {
            put(*format);
            continue;
        }
        format++;
        size_t width = parse_width(&format);
        switch (*format) {
            case 's': put_text(va_arg(arguments, const char *), width); break;
            case 'd': put_text(format_decimal(va_arg(arguments, long), number), width); break;
            case 'x': put_hex(va_arg(arguments, uint64_t)); break;
            case 'c': put((char)va_arg(arguments, int)); break;
            default: put(*format); break;
        }
    }
    va_end(arguments);
}

static void complain(const char *text) {
    SYSCALL3(SYS_write, STDERR, text, text_length(text));
}

_Noreturn void fail(const char *what, long error) {
    char number[NUMBER_CAPACITY];
    complain(program_name);
    complain(": ");
    complain(what);
    complain(": error ");
    complain(format_decimal(-error, number));
    complain("\n");
    rt_exit(1);
}
