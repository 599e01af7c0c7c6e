// ebreak [compressed]: executes a breakpoint with no debugger attached; ends by SIGTRAP.
#include "rt/rt.h"

int main(int argc, char **argv) {
    print("executing ebreak\n");
    if (argc > 1 && text_equals(argv[1], "compressed"))
        __asm__ volatile("c.ebreak");
    __asm__ volatile(".option push\n.option norvc\nebreak\n.option pop");
    print("still alive\n");
    return 1;
}
