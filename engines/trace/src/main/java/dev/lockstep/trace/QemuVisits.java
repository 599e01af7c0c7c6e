package dev.lockstep.trace;

import dev.lockstep.trace.QemuVisit.Leaving;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The blocks in the log of qemu-riscv64, in the order in which it came to them.
 *
 * <pre>
 *   Trace 0: 0x7f3434000100 [0000000000000000/0000000000011144/00207600/00000200] _start
 *            the host's      cs_base          pc               flags    cflags
 *   0x0000000000011144:  022000ef          jal                     ra,34      (-d in_asm)
 *   --- SIGSEGV {si_signo=SIGSEGV, si_code=1, si_addr=NULL} ---              (-strace)
 *   15389 exit_group(0)                                                      (-strace)
 * </pre>
 */
final class QemuVisits {
    private static final String TRACE = "Trace ";
    private static final String SIGNAL = "--- SIG";
    private static final Pattern BLOCK =
            Pattern.compile(
                    "Trace (\\d+): 0x[0-9a-f]+"
                            + " \\[[0-9a-f]+/([0-9a-f]{16})/[0-9a-fx]+(?:/([0-9a-f]{8}))?\\].*");
    private static final Pattern EXIT = Pattern.compile("\\d+ exit(?:_group)?\\((-?\\d+)\\).*");
    private static final Pattern LISTED =
            Pattern.compile("0x([0-9a-f]{16}): +([0-9a-f]{4}|[0-9a-f]{8}) .*");
    private static final Pattern SIGNALLED = Pattern.compile("--- (SIG[A-Z0-9]+) .*");

    // cflags, since QEMU 6.
    private static final int NO_GOTO_TB = 0x200;
    private static final int COUNT_MASK = 0x1ff;

    /** Instructions that QEMU puts into a block at most. */
    private static final int MAX_INSTRUCTIONS = 512;

    private static final int STATUS_BITS = 0xff;

    private static final int SIGABRT = 6;

    /** By number, from 1. */
    private static final List<String> SIGNALS =
            List.of(
                    ("SIGHUP SIGINT SIGQUIT SIGILL SIGTRAP SIGABRT SIGBUS SIGFPE SIGKILL SIGUSR1"
                                    + " SIGSEGV SIGUSR2 SIGPIPE SIGALRM SIGTERM SIGSTKFLT SIGCHLD"
                                    + " SIGCONT SIGSTOP SIGTSTP SIGTTIN SIGTTOU SIGURG SIGXCPU"
                                    + " SIGXFSZ SIGVTALRM SIGPROF SIGWINCH SIGIO SIGPWR SIGSYS")
                            .split(" "));

    private final TraceText text;
    private final QemuCode code;
    private @Nullable Open open;
    private int signal;
    private @Nullable Integer exitStatus;

    /** A block of which is not known yet how it was left. */
    private record Open(long lineNumber, QemuBlock block) {}

    /**
     * Creates the reader.
     *
     * @param code tells what the guest's code is; takes what the log says of it
     */
    QemuVisits(TraceText text, QemuCode code) {
        this.text = text;
        this.code = code;
    }

    /**
     * Looks at the first block, and goes back before it.
     *
     * @throws dev.lockstep.riscv.command.EngineException if the log has no use
     */
    void check() {
        TraceText.Place start = text.place();
        while (text.advance()) {
            if (text.line().startsWith(TRACE)) {
                limit(block(text.line()));
                text.goTo(start);
                return;
            }
        }
        throw text.wrong("the log ends before its first block (expected: -d exec,nochain)");
    }

    /** Returns the next block; null at the end. */
    @Nullable QemuVisit next() {
        while (text.advance()) {
            String line = text.line();
            if (line.startsWith(TRACE)) {
                QemuVisit left = enter(block(line));
                if (left != null) {
                    return left;
                }
            } else {
                note(line);
            }
        }
        return leaveLast();
    }

    private @Nullable QemuVisit enter(Matcher entered) {
        long pc = Long.parseUnsignedLong(entered.group(2), 16);
        Open before = open;
        open = new Open(text.number(), blockAt(pc, limit(entered)));
        int status = signal;
        signal = 0;
        if (before == null) {
            return null;
        }
        Leaving leaving = status == 0 ? Leaving.GOES_ON : Leaving.HANDLED;
        return new QemuVisit(before.lineNumber(), before.block(), leaving, status, pc);
    }

    private QemuBlock blockAt(long pc, int limit) {
        QemuBlock block = code.blockAt(pc, limit);
        if (block == null) {
            throw text.wrong(
                    "a block at 0x%x, where the program has no code (expected: the program of this log; with -d in_asm too, if it loads or writes code)"
                            .formatted(pc));
        }
        return block;
    }

    private Matcher block(String line) {
        Matcher matcher = BLOCK.matcher(line);
        if (!matcher.matches()) {
            throw text.wrong(
                    "no block of qemu-riscv64 (expected: Trace 0: HOST [BASE/PC/FLAGS/CFLAGS])");
        }
        if (!matcher.group(1).equals("0")) {
            throw text.wrong("CPU " + matcher.group(1) + " (expected: one thread, 0)");
        }
        return matcher;
    }

    private int limit(Matcher block) {
        String flags = block.group(3);
        if (flags == null) {
            return MAX_INSTRUCTIONS;
        }
        int cflags = Integer.parseUnsignedInt(flags, 16);
        if ((cflags & NO_GOTO_TB) == 0) {
            throw text.wrong("blocks that QEMU chained have no line (expected: -d exec,nochain)");
        }
        int count = cflags & COUNT_MASK;
        return count == 0 ? MAX_INSTRUCTIONS : count;
    }

    private void note(String line) {
        if (line.startsWith("0x")) {
            Matcher listed = LISTED.matcher(line);
            if (listed.matches()) {
                code.list(
                        Long.parseUnsignedLong(listed.group(1), 16),
                        Integer.parseUnsignedInt(listed.group(2), 16));
            }
        } else if (line.startsWith(SIGNAL)) {
            Matcher signalled = SIGNALLED.matcher(line);
            signal = signalled.matches() ? number(signalled.group(1)) : 0;
        } else if (!line.isEmpty() && Character.isDigit(line.charAt(0))) {
            Matcher exit = EXIT.matcher(line);
            exitStatus = exit.matches() ? Integer.valueOf(exit.group(1)) : null;
        }
    }

    private int number(String name) {
        int number = name.equals("SIGIOT") ? SIGABRT : SIGNALS.indexOf(name) + 1;
        if (number == 0) {
            throw text.wrong(
                    "signal '%s' (expected: one of the 31 that have names)".formatted(name));
        }
        return number;
    }

    private @Nullable QemuVisit leaveLast() {
        Open last = open;
        open = null;
        if (last == null) {
            return null;
        }
        if (exitStatus != null) {
            int status = exitStatus & STATUS_BITS;
            return new QemuVisit(last.lineNumber(), last.block(), Leaving.EXITED, status, 0);
        }
        Leaving leaving = signal == 0 ? Leaving.UNTOLD : Leaving.SIGNALED;
        return new QemuVisit(last.lineNumber(), last.block(), leaving, signal, 0);
    }
}
