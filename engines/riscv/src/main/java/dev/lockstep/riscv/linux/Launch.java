package dev.lockstep.riscv.linux;

import dev.lockstep.isa.elf.Sysroot;

import java.util.List;

/**
 * How a guest is started.
 *
 * @param arguments argv; the first is the program's path as the user typed it
 * @param environment NAME=value strings in the order in which the guest finds them
 * @param directory its first current directory; empty for that of the process that hosts it
 * @param sysroot where its absolute paths are looked up first
 */
public record Launch(
        List<String> arguments, List<String> environment, String directory, Sysroot sysroot) {
    public Launch {
        arguments = List.copyOf(arguments);
        environment = List.copyOf(environment);
    }
}
