package dev.lockstep.riscv.linux;

/** How one argument of a system call reaches the host's kernel. */
sealed interface Argument {
    /** A number that is passed on. */
    record Value() implements Argument {}

    /** The id of a process; the guest's own is that of its host. */
    record ProcessId() implements Argument {}

    /** A descriptor of the guest. */
    record Descriptor() implements Argument {}

    /** A descriptor at which relative paths start, or AT_FDCWD. */
    record Base() implements Argument {}

    /** Points to a path that starts at the {@link Base} before it if it is relative. */
    record PathName() implements Argument {}

    /** Points to a path that starts at the current directory if it is relative. */
    record LonePath() implements Argument {}

    /** Points to a string that is no path. */
    record Text() implements Argument {}

    /**
     * Points to what the kernel reads, or is null.
     *
     * @param size of it
     */
    record Input(Size size) implements Argument {}

    /**
     * Points to what the kernel fills, or is null: as many bytes as the result says.
     *
     * @param size room that it has
     */
    record Output(Size size) implements Argument {}

    /**
     * Points to what the kernel fills whole, or is null.
     *
     * @param bytes size of it
     */
    record Structure(int bytes) implements Argument {}

    /**
     * Points to what the kernel reads and changes, or is null.
     *
     * @param bytes size of it
     */
    record InOut(int bytes) implements Argument {}

    /** How long a piece of guest memory is. */
    @FunctionalInterface
    interface Size {
        long of(Call call);

        static Size bytes(int count) {
            return call -> count;
        }

        /** As long as argument {@code index} says. */
        static Size argument(int index) {
            return call -> call.argument(index);
        }
    }

    Argument VALUE = new Value();
    Argument PROCESS_ID = new ProcessId();
    Argument DESCRIPTOR = new Descriptor();
    Argument BASE = new Base();
    Argument PATH = new PathName();
    Argument LONE_PATH = new LonePath();
    Argument TEXT = new Text();

    static Argument input(int bytes) {
        return new Input(Size.bytes(bytes));
    }

    /** Points to input as long as argument {@code index} says. */
    static Argument inputOf(int index) {
        return new Input(Size.argument(index));
    }

    /** Points to room of the size that argument {@code index} says. */
    static Argument outputOf(int index) {
        return new Output(Size.argument(index));
    }
}
