package dev.lockstep.riscv.linux;

import dev.lockstep.riscv.GuestEvents;
import dev.lockstep.riscv.GuestExit;
import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.Payload;
import dev.lockstep.riscv.linux.Vectors.Vector;
import dev.lockstep.riscv.memory.GuestMemory;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Tells what a process asks its kernel, and what becomes of it (docs/events.md). */
final class ProcessEvents {
    private static final int FIRST_ARGUMENT = 10;
    private static final int NUMBER = 17;
    private static final int ARGUMENTS = 6;

    private final GuestEvents events;
    private final Hart hart;
    private final AddressSpace space;
    private final ToldMemory told;
    private final MapEvents maps;
    private final Map<String, Signature> signatures;

    /** The call that is being served. */
    private String name = "";

    private Signature signature = Signature.UNKNOWN;
    private long[] arguments = {};
    private long heapEnd;

    ProcessEvents(GuestEvents events, Hart hart, GuestMemory memory, AddressSpace space) {
        this.events = events;
        this.hart = hart;
        this.space = space;
        told = new ToldMemory(memory);
        maps = new MapEvents(events, memory);
        signatures = events.wanted() ? Signature.readAll() : Map.of();
    }

    /** Tells what is mapped before the first instruction. */
    void begin() {
        if (events.wanted()) {
            maps.tellImage();
        }
    }

    /** Tells of a call that is about to be made; the hart has its arguments. */
    void calls(Optional<Syscall> row) {
        if (!events.wanted()) {
            return;
        }
        name = row.map(Syscall::name).orElseGet(() -> "syscall_" + hart.x[NUMBER]);
        signature = signatures.getOrDefault(name, Signature.UNKNOWN);
        arguments = Arrays.copyOfRange(hart.x, FIRST_ARGUMENT, FIRST_ARGUMENT + ARGUMENTS);
        heapEnd = space.heapEnd();
        events.emit("syscall.call", this::call);
    }

    /** Tells what became of that call, unless it has ended the guest. */
    void returns(long result) {
        if (!events.wanted()) {
            return;
        }
        if (!Errno.isError(result)) {
            maps.tellChange(name, arguments, result, heapEnd, space.heapEnd());
        }
        events.emit("syscall.return", () -> returned(result));
    }

    private Payload call() {
        Payload values = new Payload();
        Payload resolved = new Payload();
        for (int i = 0; i < signature.parameters().size(); i++) {
            Parameter parameter = signature.parameters().get(i);
            if (parameter instanceof Parameter.Value(String key)) {
                values.number(key, arguments[i]);
            } else {
                values.address(parameter.name(), arguments[i]);
                if (arguments[i] != 0) {
                    resolve(parameter, arguments[i], resolved);
                }
            }
        }
        return new Payload()
                .text("name", name)
                .object("args", values)
                .object("args_resolved", resolved);
    }

    private void resolve(Parameter parameter, long address, Payload to) {
        switch (parameter) {
            case Parameter.Text(String key) -> told.putString(to, key, address);
            case Parameter.Input(String key, String size) ->
                    told.putBytes(to, key, List.of(new Vector(address, amount(size))));
            case Parameter.Vectors(String key, String count) ->
                    told.putVectors(to, key, address, amount(count));
            case Parameter.Value _, Parameter.Pointer _ -> {}
        }
    }

    /** Returns a number, or the argument that has it. */
    private long amount(String size) {
        return Character.isDigit(size.charAt(0))
                ? Long.parseLong(size)
                : arguments[signature.indexOf(size)];
    }

    private Payload returned(long result) {
        Payload payload = new Payload().text("name", name);
        if (Errno.isError(result)) {
            return payload.number("return_value", result).text("error", ErrorNames.of(result));
        }
        return signature.returnsAddress()
                ? payload.address("return_value", result)
                : payload.number("return_value", result);
    }

    /**
     * Tells of a signal that is taken.
     *
     * @param pc address of the instruction at whose step it is
     * @param handler null if it ends the guest
     */
    void delivers(SignalInfo signal, long pc, @Nullable Long handler) {
        events.emit(
                "signal.deliver",
                () -> {
                    Payload payload =
                            new Payload()
                                    .number("signal", signal.signal())
                                    .number("code", signal.code())
                                    .address("pc", pc);
                    return handler == null
                            ? payload.absent("handler")
                            : payload.address("handler", handler);
                });
    }

    /** Tells how the guest has ended. */
    void ends(GuestExit exit) {
        events.emit("exit", () -> Payload.of(exit));
    }
}
