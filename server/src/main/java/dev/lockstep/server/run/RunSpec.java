package dev.lockstep.server.run;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;

/**
 * What a run is to be.
 *
 * @param name unique among the runs in progress, 1 to 64 characters of {@code [A-Za-z0-9._-]}
 * @param engines one reference and at least one subject, at most {@link #MAX_ENGINES}; names unique
 * @param strength what is wished; the engines may lower it to what all of them can do
 * @param windowSteps steps of a window, which ends at the first block end at or after them; in
 *     other grains the distance at which checkpoints are thought of
 * @param checkpointWindows every so many windows memory is compared, and an engine that can go back
 *     keeps its state; 0 for never
 * @param verbose whether the profile is to tell of every divergence, if it tells of any
 * @param inputs where they come from
 * @param events whether the engines are to tell events, for those that can
 * @param origin the state that the engines begin from; null for their guest's entry
 * @param connectTimeout how long after its creation the run waits for all engines to say Hello
 * @param idleTimeout how long an engine that owes a frame may be silent
 * @param command the command line, for people who list runs
 * @param launch how its program was started, for whoever starts it again: of the creator's own,
 *     empty if it does not say
 */
public record RunSpec(
        String name,
        List<EngineSpec> engines,
        Grain grain,
        Strength strength,
        Profile profile,
        Policy policy,
        Window window,
        Limits limits,
        long windowSteps,
        long checkpointWindows,
        boolean verbose,
        Inputs inputs,
        boolean events,
        @Nullable Origin origin,
        Duration connectTimeout,
        Duration idleTimeout,
        String command,
        String launch) {
    public static final int MAX_ENGINES = 64;
    public static final long DEFAULT_WINDOW_STEPS = 1 << 20;
    public static final long MIN_WINDOW_STEPS = 1 << 10;

    /** The steps of a window and of the block that ends it fit into their column. */
    public static final long MAX_WINDOW_STEPS = 1L << 31;

    public static final long DEFAULT_CHECKPOINT_WINDOWS = 16;
    public static final Duration DEFAULT_CONNECT_TIMEOUT = Duration.ofSeconds(30);
    public static final Duration DEFAULT_IDLE_TIMEOUT = Duration.ofSeconds(60);

    public RunSpec {
        EngineSpec.checkName("run name", name);
        engines = List.copyOf(engines);
        checkRoles(engines);
        checkNamesUnique(engines);
        checkPositive("connectTimeout", connectTimeout);
        checkPositive("idleTimeout", idleTimeout);
        checkWindows(windowSteps, checkpointWindows);
        checkReachable(window, limits);
        checkBeginning(grain, window);
        checkStrength(grain, strength);
        checkOrigin(origin, window, limits);
        if (profile.isQemu()) {
            checkPlugin(grain, engines);
        }
    }

    /** Returns {@code name} if a run may be called so. */
    public static String checkedName(String name) {
        EngineSpec.checkName("run name", name);
        return name;
    }

    /** Returns {@code steps} if a window may have so many. */
    public static long checkedWindowSteps(long steps) {
        if (steps < MIN_WINDOW_STEPS || steps > MAX_WINDOW_STEPS) {
            throw new IllegalArgumentException(
                    "%d steps in a window (expected: %d to %d)"
                            .formatted(steps, MIN_WINDOW_STEPS, MAX_WINDOW_STEPS));
        }
        return steps;
    }

    /** Returns a run in which everything not given has its default. */
    public static RunSpec of(String name, List<EngineSpec> engines, String command) {
        return builder(name, engines, command).build();
    }

    /**
     * Starts the description of a run: block grain, full strength, default profile and timeouts,
     * stopping at the first divergence, everything compared, no limits.
     */
    public static Builder builder(String name, List<EngineSpec> engines, String command) {
        return new Builder(name, engines, command);
    }

    /** Returns whether the inputs are those of an earlier run. */
    boolean isReplay() {
        return inputs.recorded() != null;
    }

    /** Returns the step at or after which the engines are to stop, null for their guests' ends. */
    @Nullable Long stepLimit() {
        Long until = window.untilStep();
        Long most = limits.maxSteps();
        return until == null || (most != null && most < until) ? most : until;
    }

    private static void checkOrigin(@Nullable Origin origin, Window window, Limits limits) {
        if (origin == null) {
            return;
        }
        for (Long end : Arrays.asList(window.untilStep(), limits.maxSteps())) {
            if (end != null && end <= origin.step()) {
                throw new IllegalArgumentException(
                        "step %d is to be the last (expected: > %d, where %s is)"
                                .formatted(end, origin.step(), origin.title()));
            }
        }
    }

    private static void checkReachable(Window window, Limits limits) {
        Long most = limits.maxSteps();
        if (most != null && most <= window.fromStep()) {
            throw new IllegalArgumentException(
                    "maxSteps: %d (expected: > %d, where the window begins)"
                            .formatted(most, window.fromStep()));
        }
    }

    private static void checkBeginning(Grain grain, Window window) {
        if (grain == Grain.WINDOW && (window.fromPc() != null || window.fromStep() != 0)) {
            throw new IllegalArgumentException(
                    "grain: window, compared from the middle of a run (expected: block or strict;"
                            + " windows are counted from its start)");
        }
        if (grain == Grain.WINDOW && window.singly()) {
            throw new IllegalArgumentException(
                    "grain: window, with every instruction by itself (expected: block or strict)");
        }
    }

    private static void checkStrength(Grain grain, Strength strength) {
        if (grain == Grain.WINDOW && strength == Strength.REGISTERS) {
            throw new IllegalArgumentException(
                    "grain: window, of registers (expected: block or strict; registers are told"
                            + " with every block)");
        }
    }

    private static void checkWindows(long steps, long checkpoints) {
        checkedWindowSteps(steps);
        if (checkpoints < 0) {
            throw new IllegalArgumentException(
                    "checkpointWindows: " + checkpoints + " (expected: >= 0)");
        }
    }

    private static void checkPlugin(Grain grain, List<EngineSpec> engines) {
        if (engines.size() != 2) {
            throw new IllegalArgumentException(
                    "engines: %d under profile qemu (expected: 2, one for each end of its socket)"
                            .formatted(engines.size()));
        }
        if (grain == Grain.WINDOW) {
            throw new IllegalArgumentException(
                    "grain: window under profile qemu (expected: strict or block, as it compares"
                            + " every block)");
        }
    }

    private static void checkRoles(List<EngineSpec> engines) {
        long references = engines.stream().filter(e -> e.role() == Role.REFERENCE).count();
        if (references != 1 || engines.size() < 2) {
            throw new IllegalArgumentException(
                    "engines: " + engines + " (expected: one reference and at least one subject)");
        }
        if (engines.size() > MAX_ENGINES) {
            throw new IllegalArgumentException(
                    "engines: %d (expected: at most %d)".formatted(engines.size(), MAX_ENGINES));
        }
    }

    private static void checkNamesUnique(List<EngineSpec> engines) {
        var names = new HashSet<String>();
        for (EngineSpec engine : engines) {
            if (!engine.isOpen() && !names.add(engine.name())) {
                throw new IllegalArgumentException(
                        "engine name: \""
                                + engine.name()
                                + "\" appears twice (expected: every engine has its own name)");
            }
        }
    }

    private static void checkPositive(String name, Duration value) {
        if (!value.isPositive()) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: > 0)");
        }
    }

    /** Collects what differs from the defaults. */
    public static final class Builder {
        private final String name;
        private final List<EngineSpec> engines;
        private final String command;
        private Grain grain = Grain.BLOCK;
        private Strength strength = Strength.FULL;
        private Profile profile = Profile.DEFAULT;
        private Policy policy = Policy.STOP;
        private Window window = Window.ALL;
        private Limits limits = Limits.NONE;
        private long windowSteps = DEFAULT_WINDOW_STEPS;
        private long checkpointWindows = DEFAULT_CHECKPOINT_WINDOWS;
        private boolean verbose;
        private Inputs inputs = Inputs.OF_THE_WORLD;
        private boolean events;
        private @Nullable Origin origin;
        private String launch = "";
        private Duration connectTimeout = DEFAULT_CONNECT_TIMEOUT;
        private Duration idleTimeout = DEFAULT_IDLE_TIMEOUT;

        private Builder(String name, List<EngineSpec> engines, String command) {
            this.name = name;
            this.engines = engines;
            this.command = command;
        }

        public Builder grain(Grain value) {
            grain = value;
            return this;
        }

        public Builder strength(Strength value) {
            strength = value;
            return this;
        }

        public Builder profile(Profile value) {
            profile = value;
            return this;
        }

        public Builder policy(Policy value) {
            policy = value;
            return this;
        }

        public Builder window(Window value) {
            window = value;
            return this;
        }

        public Builder limits(Limits value) {
            limits = value;
            return this;
        }

        public Builder windowSteps(long value) {
            windowSteps = value;
            return this;
        }

        public Builder checkpointWindows(long value) {
            checkpointWindows = value;
            return this;
        }

        public Builder verbose(boolean value) {
            verbose = value;
            return this;
        }

        public Builder inputs(Inputs value) {
            inputs = value;
            return this;
        }

        public Builder events(boolean value) {
            events = value;
            return this;
        }

        public Builder origin(@Nullable Origin value) {
            origin = value;
            return this;
        }

        public Builder launch(String value) {
            launch = value;
            return this;
        }

        public Builder connectTimeout(Duration value) {
            connectTimeout = value;
            return this;
        }

        public Builder idleTimeout(Duration value) {
            idleTimeout = value;
            return this;
        }

        /**
         * Returns the description.
         *
         * @throws IllegalArgumentException if its parts do not go together
         */
        public RunSpec build() {
            return new RunSpec(
                    name,
                    engines,
                    grain,
                    strength,
                    profile,
                    policy,
                    window,
                    limits,
                    windowSteps,
                    checkpointWindows,
                    verbose,
                    inputs,
                    events,
                    origin,
                    connectTimeout,
                    idleTimeout,
                    command,
                    launch);
        }
    }
}
