package dev.lockstep.server.control;

import com.google.protobuf.ByteString;

import dev.lockstep.proto.v1.CreateRunRequest;
import dev.lockstep.proto.v1.DivergencePolicy;
import dev.lockstep.proto.v1.EnginePlace;
import dev.lockstep.proto.v1.RuleProfile;
import dev.lockstep.proto.v1.RunConfig;
import dev.lockstep.server.capture.StoredOrigin;
import dev.lockstep.server.run.EngineSpec;
import dev.lockstep.server.run.Grain;
import dev.lockstep.server.run.Limits;
import dev.lockstep.server.run.Policy;
import dev.lockstep.server.run.Profile;
import dev.lockstep.server.run.Role;
import dev.lockstep.server.run.RunDefaults;
import dev.lockstep.server.run.RunSpec;
import dev.lockstep.server.run.Strength;
import dev.lockstep.server.run.Window;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Reads requests. What cannot be is an IllegalArgumentException that begins with the name of the
 * field.
 */
final class Requests {
    /** Longer times are no limit to anybody. */
    private static final Duration MAX_TIME = Duration.ofDays(365);

    private static final int MAX_TEXT_CHARACTERS = 4096;

    /**
     * Of a profile or rule, or for people: longer ones are unknown, and not repeated to who asks.
     */
    static final int MAX_NAME_CHARACTERS = 256;

    private Requests() {}

    /**
     * Returns the run that is asked for.
     *
     * @param origin where it begins; null for its guest's entry
     */
    static RunSpec spec(
            CreateRunRequest request, RunDefaults defaults, @Nullable StoredOrigin origin) {
        RunConfig config = request.getConfig();
        String command = text("config.command", config.getCommand(), MAX_TEXT_CHARACTERS);
        RunSpec.Builder spec =
                defaults.builder(
                        runName("name", request.getName()), places(config, defaults), command);
        grain(config).ifPresent(spec::grain);
        strength(config).ifPresent(spec::strength);
        Profile profile = profile(config);
        spec.profile(profile);
        spec.policy(policy(config, profile.policy(defaults.policy())));
        spec.window(window(config));
        spec.limits(limits(config));
        if (origin != null) {
            // What began so, and agrees with it, was started so: its snapshots can be begun from,
            // too.
            spec.origin(origin).launch(origin.snapshot().getLaunch());
        }
        spec.events(config.getEvents() || defaults.events());
        if (config.hasWindowSteps()) {
            spec.windowSteps(
                    field(
                            "config.window_steps",
                            () -> RunSpec.checkedWindowSteps(config.getWindowSteps())));
        }
        if (config.hasConnectTimeout()) {
            spec.connectTimeout(time("config.connect_timeout", config.getConnectTimeout()));
        }
        if (config.hasIdleTimeout()) {
            spec.idleTimeout(time("config.idle_timeout", config.getIdleTimeout()));
        }
        return field("config", spec::build);
    }

    /** Returns the name of a run. */
    static String runName(String field, String name) {
        return field(field, () -> RunSpec.checkedName(name));
    }

    /** Returns a page's size: what is asked for, or the default. */
    static int pageSize(int asked, int byDefault, int most) {
        if (asked < 0 || asked > most) {
            throw new IllegalArgumentException(
                    "page_size: %d (expected: 0 to %d)".formatted(asked, most));
        }
        return asked == 0 ? byDefault : asked;
    }

    /** Returns how many entries come before a page. */
    static int pageStart(String token) {
        if (token.isEmpty()) {
            return 0;
        }
        if (!token.matches("[1-9][0-9]{0,8}")) {
            throw new IllegalArgumentException(
                    "page_token: \"%s\" (expected: next_page_token of the page before)"
                            .formatted(token));
        }
        return Integer.parseInt(token);
    }

    /** Returns what the client calls one of two sides, or else its role. */
    static String sideName(String role, String name) {
        text(role + "_name", name, MAX_NAME_CHARACTERS);
        return name.isEmpty() ? role : name;
    }

    /**
     * Returns the profile that a request names, brings along as YAML, or else the default.
     *
     * @param shipped returns the one of a name
     * @param read reads the one of a file with a name and content
     */
    static <T> T chosenProfile(
            String name,
            ByteString yaml,
            String byDefault,
            Function<String, T> shipped,
            BiFunction<String, byte[], T> read) {
        text("options.profile", name, MAX_NAME_CHARACTERS);
        if (yaml.isEmpty()) {
            return shipped.apply(name.isEmpty() ? byDefault : name);
        }
        if (!name.isEmpty()) {
            throw new IllegalArgumentException(
                    "options.profile: \"%s\" (expected: none beside profile_yaml)".formatted(name));
        }
        return read.apply("options.profile_yaml", yaml.toByteArray());
    }

    /** Returns a text for people. */
    static String text(String field, String text, int mostCharacters) {
        if (text.length() > mostCharacters) {
            throw new IllegalArgumentException(
                    "%s: %d characters (expected: at most %d)"
                            .formatted(field, text.length(), mostCharacters));
        }
        return text;
    }

    private static List<EngineSpec> places(RunConfig config, RunDefaults defaults) {
        return config.getPlacesCount() == 0
                ? defaults.openPlaces()
                : config.getPlacesList().stream().map(Requests::place).toList();
    }

    private static EngineSpec place(EnginePlace place) {
        Role role =
                Role.of(place.getRole())
                        .orElseThrow(() ->
                                new IllegalArgumentException(
                                        "config.places.role: %s (expected: ROLE_REFERENCE or ROLE_SUBJECT)"
                                                .formatted(place.getRole())));
        return field("config.places.name", () -> new EngineSpec(place.getName(), role));
    }

    private static Optional<Grain> grain(RunConfig config) {
        return choice(
                "config.grain",
                config.getGrain(),
                config.getGrainValue(),
                Grain.of(config.getGrain()));
    }

    private static Optional<Strength> strength(RunConfig config) {
        return choice(
                "config.strength",
                config.getStrength(),
                config.getStrengthValue(),
                Strength.of(config.getStrength()));
    }

    /** Returns what was chosen; empty for the zero of the enum, which leaves it to the default. */
    private static <T> Optional<T> choice(
            String field, Enum<?> wire, int number, Optional<T> chosen) {
        if (chosen.isEmpty() && number != 0) {
            throw new IllegalArgumentException(
                    "%s: %s, number %d (expected: a value of its type)"
                            .formatted(field, wire, number));
        }
        return chosen;
    }

    private static Profile profile(RunConfig config) {
        Profile base = base(config.getProfile());
        if (!config.hasRuleProfile()) {
            return base;
        }
        if (base.isQemu()) {
            throw new IllegalArgumentException(
                    "config.rule_profile: with profile \"qemu\" (expected: with \"default\")");
        }
        RuleProfile rules = config.getRuleProfile();
        return field(
                "config.rule_profile",
                () ->
                        Profile.ofRules(
                                rules.getName(),
                                rules.getSha256(),
                                rules.getRulesList().stream().map(Rules::rule).toList()));
    }

    private static Profile base(String name) {
        List<String> names = Profile.builtIn().stream().map(Profile::name).toList();
        return name.isEmpty()
                ? Profile.DEFAULT
                : Profile.builtIn().stream()
                        .filter(profile -> profile.name().equals(name))
                        .findFirst()
                        .orElseThrow(() ->
                                new IllegalArgumentException(
                                        "config.profile: \"%s\" (expected: one of %s)"
                                                .formatted(name, names)));
    }

    private static Policy policy(RunConfig config, Policy defaults) {
        Policy.OnDivergence onDivergence =
                choice(
                                "config.on_divergence",
                                config.getOnDivergence(),
                                config.getOnDivergenceValue(),
                                onDivergence(config.getOnDivergence()))
                        .orElse(defaults.onDivergence());
        long most =
                config.hasMaxDivergenceCount()
                        ? config.getMaxDivergenceCount()
                        : defaults.maxDivergences();
        return field(
                "config.max_divergence_count",
                () -> new Policy(onDivergence, Math.clamp(most, 0, Integer.MAX_VALUE)));
    }

    private static Optional<Policy.OnDivergence> onDivergence(DivergencePolicy wire) {
        return switch (wire) {
            case DIVERGENCE_POLICY_STOP -> Optional.of(Policy.OnDivergence.STOP);
            case DIVERGENCE_POLICY_TRACK -> Optional.of(Policy.OnDivergence.TRACK);
            case DIVERGENCE_POLICY_RESYNC -> Optional.of(Policy.OnDivergence.RESYNC);
            case DIVERGENCE_POLICY_UNSPECIFIED, UNRECOGNIZED -> Optional.empty();
        };
    }

    private static Window window(RunConfig config) {
        Long fromPc = config.hasFromPc() ? config.getFromPc() : null;
        Long untilStep = config.hasUntilStep() ? config.getUntilStep() : null;
        if (config.getFromStep() < 0) {
            throw new IllegalArgumentException(
                    "config.from_step: %d (expected: >= 0)".formatted(config.getFromStep()));
        }
        return field(
                "config.until_step", () -> new Window(fromPc, config.getFromStep(), untilStep));
    }

    private static Limits limits(RunConfig config) {
        Long steps = config.hasStepLimit() ? config.getStepLimit() : null;
        @Nullable Duration time =
                config.hasTimeLimit() ? time("config.time_limit", config.getTimeLimit()) : null;
        return field("config.step_limit", () -> new Limits(steps, time));
    }

    private static Duration time(String field, com.google.protobuf.Duration wire) {
        boolean sane =
                wire.getSeconds() >= 0
                        && wire.getSeconds() <= MAX_TIME.toSeconds()
                        && wire.getNanos() >= 0
                        && wire.getSeconds() + wire.getNanos() > 0;
        if (!sane) {
            throw new IllegalArgumentException(
                    "%s: %d s and %d ns (expected: more than 0, at most %d days)"
                            .formatted(
                                    field, wire.getSeconds(), wire.getNanos(), MAX_TIME.toDays()));
        }
        return Duration.ofSeconds(wire.getSeconds(), wire.getNanos());
    }

    /** Returns a value; what is wrong with it begins with the name of its field. */
    static <T> T field(String field, Supplier<T> value) {
        try {
            return value.get();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(field + ": " + e.getMessage(), e);
        }
    }
}
