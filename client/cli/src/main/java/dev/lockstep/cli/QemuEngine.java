package dev.lockstep.cli;

import dev.lockstep.server.run.ConfigException;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Starts qemu-riscv64 as an engine: with a plugin, and around the guest what others have. */
final class QemuEngine {
    private static final String EXECUTABLE = "qemu-riscv64";

    /** Another QEMU than the one in PATH, as an option of the engine. */
    private static final String QEMU_OPTION = "--qemu";

    private static final Path PLUGIN_SOURCE = Path.of("engines/qemu-plugin");

    private static final Path OUR_PLUGIN = Path.of("target/liblockstep-native.so");

    /** Whether our plugin tells registers, where QEMU shows it some. */
    private static final String REGISTERS_OPTION = "--registers";

    /** Where QEMU's own plugin is, as an option of the engine and as a variable. */
    private static final String PLUGIN_OPTION = "--plugin";

    private static final String PLUGIN_VARIABLE = "LOCKSTEP_QEMU_PLUGIN";

    private QemuEngine() {}

    /**
     * Returns the command of a seat.
     *
     * @param options the words of the engine: of QEMU's own, but for the first of all
     * @throws ConfigException if there is no plugin
     */
    static List<String> command(
            Seat seat, List<String> options, RunPlan plan, Path socket, String run) {
        List<String> ofQemu = new ArrayList<>(options);
        String executable =
                take(seat, QEMU_OPTION, ofQemu).map(QemuEngine::fromHere).orElse(EXECUTABLE);
        boolean registers = ofQemu.remove(REGISTERS_OPTION);
        String plugin =
                seat.engine().kind() == EngineArgument.Kind.QEMU
                        ? ourPlugin(seat, socket, run, registers)
                        : ownPlugin(seat, take(seat, PLUGIN_OPTION, ofQemu), socket);
        List<String> command = new ArrayList<>(List.of(executable));
        command.addAll(ofQemu);
        command.addAll(plan.guest().wordsOfQemu());
        command.addAll(List.of("-plugin", plugin));
        command.addAll(program(plan));
        command.addAll(plan.arguments());
        return command;
    }

    /**
     * Returns the program, wherever QEMU is to start; of one that is not there QEMU says nothing.
     */
    private static List<String> program(RunPlan plan) {
        String program = plan.program();
        if (!Files.isReadable(Path.of(program))) {
            throw new ConfigException(
                    "program '%s' cannot be read (expected: an ELF file)".formatted(program));
        }
        if (plan.guest().directory().isEmpty() || Path.of(program).isAbsolute()) {
            return List.of(program);
        }
        String file = Path.of(program).toAbsolutePath().toString();
        return List.of("-0", plan.guest().name(program), file);
    }

    /**
     * Returns our plugin.
     *
     * @param what needs it
     * @throws ConfigException if it was not built
     */
    static Path builtPlugin(String what) {
        Path source = Launcher.path().toAbsolutePath().resolveSibling(PLUGIN_SOURCE);
        Path plugin = source.resolve(OUR_PLUGIN);
        if (!Files.isRegularFile(plugin)) {
            throw new ConfigException(
                    "%s: %s is not there; build it: make -C %s".formatted(what, plugin, source));
        }
        return plugin;
    }

    private static String ourPlugin(Seat seat, Path socket, String run, boolean registers) {
        Path plugin = builtPlugin("engine \"%s\"".formatted(seat.name()));
        return words(
                seat,
                List.of(
                        plugin.toString(),
                        "socket=" + socket,
                        "run=" + run,
                        "role=" + seat.role().text(),
                        "name=" + seat.name(),
                        "registers=" + (registers ? "on" : "off")));
    }

    private static String ownPlugin(Seat seat, Optional<String> option, Path socket) {
        String file = option.orElse(System.getenv().getOrDefault(PLUGIN_VARIABLE, ""));
        Path plugin = Path.of(file).toAbsolutePath();
        if (file.isEmpty() || !Files.isRegularFile(plugin)) {
            throw new ConfigException(
                    "engine \"%s\": no lockstep plugin of QEMU at '%s' (expected: its file, liblockstep.so, as \"qemu-lockstep %s FILE\" or in %s; docs/qemu.md says where to get it)"
                            .formatted(seat.name(), file, PLUGIN_OPTION, PLUGIN_VARIABLE));
        }
        return words(seat, List.of(plugin.toString(), "sockpath=" + socket));
    }

    /**
     * Returns the same executable for a process that starts elsewhere; a mere name is looked up.
     */
    private static String fromHere(String executable) {
        return executable.indexOf('/') < 0
                ? executable
                : Path.of(executable).toAbsolutePath().toString();
    }

    /** Takes an option of ours and its value out of those of an engine, if it stands there. */
    private static Optional<String> take(Seat seat, String option, List<String> options) {
        int at = options.indexOf(option);
        if (at < 0) {
            return Optional.empty();
        }
        if (at + 1 == options.size()) {
            throw new ConfigException(
                    "engine \"%s\": %s without a value (expected: %s FILE)"
                            .formatted(seat.name(), option, option));
        }
        options.remove(at);
        return Optional.of(options.remove(at));
    }

    private static String words(Seat seat, List<String> words) {
        for (String word : words) {
            if (word.indexOf(',') >= 0) {
                throw new ConfigException(
                        "engine \"%s\": '%s' has a comma, at which QEMU cuts the options of a plugin"
                                .formatted(seat.name(), word));
            }
        }
        return String.join(",", words);
    }
}
