package dev.lockstep.cli;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.util.List;
import java.util.function.Consumer;

/**
 * Hands Ctrl-C and its relatives to the command instead of letting them end the JVM, so that a run
 * still ends with a verdict and the verdict's exit code; a shutdown hook could not choose the code.
 *
 * <p>{@code sun.misc.Signal} is supported (module jdk.unsupported) but javac warns of it without a
 * way to suppress the warning; hence the reflection.
 */
final class TerminationSignals {
    private static final List<String> NAMES = List.of("INT", "TERM", "HUP");

    private TerminationSignals() {}

    /**
     * Calls {@code action} with the signal's name, as in {@code SIGINT}, each time one arrives. A
     * signal that was ignored at start stays ignored.
     */
    static void handle(Consumer<String> action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Method handle = signal.getMethod("handle", signal, handler);
            for (String name : NAMES) {
                Runnable named = () -> action.accept("SIG" + name);
                handle.invoke(
                        null,
                        signal.getConstructor(String.class).newInstance(name),
                        asHandler(named, signal, handler));
            }
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this JVM has no sun.misc.Signal", e);
        }
    }

    private static Object asHandler(Runnable action, Class<?> signal, Class<?> handler)
            throws ReflectiveOperationException {
        MethodHandle run =
                MethodHandles.lookup()
                        .findVirtual(Runnable.class, "run", MethodType.methodType(void.class))
                        .bindTo(action);
        return MethodHandleProxies.asInterfaceInstance(
                handler, MethodHandles.dropArguments(run, 0, signal));
    }
}
