package dev.lockstep.riscv.linux;

import static dev.lockstep.riscv.linux.Syscall.local;

import dev.lockstep.riscv.Fields;
import dev.lockstep.riscv.Portable;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** prctl: what a process may set about itself. Nothing but the name has an effect. */
final class ControlCalls implements Portable {
    private static final int SET_DEATH_SIGNAL = 1;
    private static final int GET_DEATH_SIGNAL = 2;
    private static final int GET_DUMPABLE = 3;
    private static final int SET_DUMPABLE = 4;
    private static final int GET_KEEP_CAPABILITIES = 7;
    private static final int SET_KEEP_CAPABILITIES = 8;
    private static final int GET_TIMING = 13;
    private static final int SET_NAME = 15;
    private static final int GET_NAME = 16;
    private static final int SET_TIMER_SLACK = 29;
    private static final int GET_TIMER_SLACK = 30;
    private static final int SET_NO_NEW_PRIVILEGES = 38;
    private static final int GET_NO_NEW_PRIVILEGES = 39;

    private static final int NAME_BYTES = 16;
    private static final int DEFAULT_TIMER_SLACK_NS = 50_000;

    private byte[] name;
    private int deathSignal;
    private int dumpable = 1;
    private int keepsCapabilities;
    private int noNewPrivileges;

    ControlCalls(String programName) {
        name = field(programName.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] field(byte[] text) {
        byte[] field = Arrays.copyOf(text, NAME_BYTES);
        field[NAME_BYTES - 1] = 0;
        return field;
    }

    @Override
    public void exchange(Fields fields) {
        name = fields.data("name", name);
        if (name.length != NAME_BYTES || name[NAME_BYTES - 1] != 0) {
            throw new IllegalArgumentException("name: (expected: 16 bytes that end with a zero)");
        }
        deathSignal = fields.number("death_signal", deathSignal, 0, Signal.COUNT);
        dumpable = fields.number("dumpable", dumpable, 0, 1);
        keepsCapabilities = fields.number("keeps_capabilities", keepsCapabilities, 0, 1);
        noNewPrivileges = fields.number("no_new_privileges", noNewPrivileges, 0, 1);
    }

    List<Syscall> rows() {
        return List.of(local(167, "prctl", 5, this::control));
    }

    private long control(Call call) {
        long value = call.argument(1);
        return switch (call.intArgument(0)) {
            case GET_NAME -> call.write(value, name) ? 0 : Errno.EFAULT;
            case SET_NAME -> setName(call);
            case GET_DEATH_SIGNAL -> tell(call, deathSignal);
            case GET_DUMPABLE -> dumpable;
            case GET_KEEP_CAPABILITIES -> keepsCapabilities;
            case GET_TIMING -> 0;
            case SET_TIMER_SLACK -> 0;
            case GET_TIMER_SLACK -> DEFAULT_TIMER_SLACK_NS;
            case GET_NO_NEW_PRIVILEGES -> noNewPrivileges;
            case SET_DEATH_SIGNAL, SET_DUMPABLE, SET_KEEP_CAPABILITIES, SET_NO_NEW_PRIVILEGES ->
                    set(call.intArgument(0), value);
            default -> Errno.EINVAL;
        };
    }

    private long setName(Call call) {
        if (!call.isString(1)) {
            return Errno.EFAULT;
        }
        name = field(call.stringBytes(1));
        return 0;
    }

    private static long tell(Call call, int value) {
        byte[] bytes = Struct.ofBytes(Integer.BYTES).i32(value).bytes();
        return call.write(call.argument(1), bytes) ? 0 : Errno.EFAULT;
    }

    private long set(int what, long value) {
        long highest = what == SET_DEATH_SIGNAL ? Signal.COUNT : 1;
        boolean isSwitch = what != SET_NO_NEW_PRIVILEGES || value == 1;
        if (value < 0 || value > highest || !isSwitch) {
            return Errno.EINVAL;
        }
        switch (what) {
            case SET_DEATH_SIGNAL -> deathSignal = (int) value;
            case SET_DUMPABLE -> dumpable = (int) value;
            case SET_KEEP_CAPABILITIES -> keepsCapabilities = (int) value;
            default -> noNewPrivileges = 1;
        }
        return 0;
    }
}
