package dev.lockstep.server.diff.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.server.run.ConfigException;
import dev.lockstep.server.run.Profile;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What cannot be meant by a profile is refused, with the place where it stands. */
class ProfileMistakesTest {
    private static final String HEAD = "event_profile: p\n";

    /** Rules that are right but for what follows, on line 2. */
    private static final String RENAMING = "name: r, reason: why, kind: k, fields: {f: always}";

    private static final String ABSORBER = "name: a, reason: why";
    private static final String IDENTITY = "name: i, uses: {kind: k, field: f}";

    static Stream<String[]> files() {
        return Stream.of(
                mistake("", ": is empty (expected: a profile)"),
                mistake("# nothing", ": is empty (expected: a profile)"),
                mistake("- a", ":1: the file: a list (expected: keys of event_profile, descr"),
                mistake("a", ":1: the file: 'a' (expected: keys of event_profile, descr"),
                mistake("local: k", ":1: the file: no 'event_profile' (expected: one)"),
                mistake("event_profile: []", ":1: event_profile: a list (expected: a single value"),
                mistake("event_profile: a b", ":1: event_profile: 'a b' (expected: a name of 1 to"),
                mistake("event_profile: " + "p".repeat(65), ":1: event_profile: 'ppppp"),
                mistake(HEAD + "descriptions: d", ":2: the file: unknown key 'descriptions' (expe"),
                mistake(HEAD + "description: [d]", ":2: description: a list (expected: a single"),
                mistake(HEAD + "names_first: yes", ":2: names_first: 'yes' (expected: true or fal"),
                mistake(HEAD + "whole_fields: 1", ":2: whole_fields: '1' (expected: true or false"),
                mistake(HEAD + "local: &x k", ":2: anchor &x (expected: plain values, written out"),
                mistake(HEAD + "local: *x", ":2: alias *x (expected: plain values, written out)"),
                mistake(HEAD + "local: !!str k", ":2: tag tag:yaml.org,2002:str (expected: plain"),
                mistake(HEAD + "local: [[[[[[[[k]]]]]]]]", ":2: more than 8 levels (expected: pla"),
                mistake(HEAD + "local: k\nlocal: l", ":3: the file: key 'local' appears twice"),
                mistake(HEAD + "local: [k", ":2: is no YAML: "),
                mistake(HEAD + "\tlocal: k", ":2: is no YAML: "),
                mistake(HEAD + "---\nevent_profile: q", "is no YAML: "),
                mistake("[".repeat(1 << 19), ":1: more than 8 levels"));
    }

    private static String[] mistake(String text, String message) {
        return new String[] {text, message};
    }

    @ParameterizedTest
    @MethodSource("files")
    void aFileThatIsNoProfileIsRefused(String text, String message) {
        assertThatThrownBy(() -> Verdicts.profile(text))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("test.yaml")
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    threads: automatic                  | threads: 'automatic' (expected: keys of pair
                    threads: {pairs: automatic}         | threads: unknown key 'pairs' (expected: one
                    threads: {pair: random}             | pair: 'random' (expected: automatic or same_
                    threads: {pair: {first: k}}         | pair: no 'field' (expected: one)
                    threads: {pair: {field: f}}         | pair: no 'first' (expected: one)
                    threads: {pair: {first: '', field: f}} | first: a kind of 0 characters (expected: 1
                    threads: {unpaired: yes}            | unpaired: 'yes' (expected: different or allo
                    threads: {trailing: ignored}        | trailing: 'ignored' (expected: different or
                    threads: {order: none}              | order: 'none' (expected: strict or lenient)
                    local: []                           | local: [] (expected: an entry)
                    local: ['']                         | local: a kind of 0 characters (expected: 1 t
                    local: {k: 1}                       | local: a mapping (expected: a single value)
                    ignore: k                           | ignore: 'k' (expected: keys of kind, fields)
                    ignore: {kind: k}                   | ignore: no 'fields' (expected: one)
                    ignore: {fields: f}                 | ignore: no 'kind' (expected: one)
                    ignore: {kind: k, fields: []}       | fields: [] (expected: an entry)
                    ignore: {kind: k, fields: a..b}     | fields: field 'a..b' (expected: up to 16 nam
                    ignore: {kind: k, fields: .a}       | fields: field '.a' (expected: up to 16 names
                    ignore: {kind: k, fields: ''}       | fields: field '' (expected: up to 16 names w
                    priorities: {kind: k}               | priorities: no fields (expected: fields, or
                    priorities: {fields: f}             | priorities: no 'kind' (expected: one)
                    """)
    void sectionsThatCannotBeMeantAreRefused(String section, String message) {
        assertRefused(section, message);
    }

    private static void assertRefused(String section, String message) {
        assertThatThrownBy(() -> Verdicts.profile(HEAD + section))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("test.yaml:2: " + message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    reason: y, kind: k, fields: {f: always}, as: '{n}'        | rename: no 'name' (expect
                    name: r, kind: k, fields: {f: always}, as: '{n}'          | rename: no 'reason' (expe
                    name: r, reason: y, fields: {f: always}, as: '{n}'        | rename: no 'kind' (expect
                    name: r, reason: y, kind: k, as: '{n}'                    | rename: no 'fields' (expe
                    name: r/s, reason: y, kind: k, fields: {f: text}, as: '{n}' | name: 'r/s' (expected:
                    name: r, reason: ' ', kind: k, fields: {f: text}, as: '{n}' | reason: '' (expected: w
                    name: r, reason: y, kind: k, fields: {}, as: '{n}'        | rename: no fields (expect
                    name: r, reason: y, kind: k, fields: f, as: '{n}'         | fields: 'f' (expected: fi
                    name: r, reason: y, kind: k, fields: {f: never}, as: '{n}' | f: 'never' (expected: on
                    """)
    void aRenamingThatLacksSomethingIsRefused(String rule, String message) {
        assertRefused("rename: {" + rule + "}", message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    as: x                                  | rename: label 'x' (expected: one with {n}, th
                    as: '{n}{name}'                        | rename: rule r: as '{n}{name}' (expected: {n}
                    as: '{n}', budget: -1                  | budget: '-1' (expected: a number of 64 bits
                    as: '{n}', budget: few                 | budget: 'few' (expected: a number of 64 bits
                    as: '{n}', where: x                    | where: 'x' (expected: fields and their texts
                    as: '{n}', where: {f: []}              | f: [] (expected: an entry)
                    as: '{n}', except: {from: 1}           | except: no 'to' (expected: one)
                    as: '{n}', except: {from: 2, to: 1}    | except: 2 to 1 is empty (expected: the small
                    as: '{n}', except: {from: a, to: b}    | from: 'a' (expected: a number of 64 bits
                    as: '{n}', except: [[1]]               | except: a list (expected: a single value)
                    as: '{n}', exception: 1                | rename: unknown key 'exception' (expected: o
                    """)
    void aRenamingThatCannotBeMeantIsRefused(String rest, String message) {
        assertRefused("rename: {" + RENAMING + ", " + rest + "}", message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    side: either                              | absorb: no 'extra' (expected: one)
                    extra: k, reason: again                   | absorb: key 'reason' appears twice (expe
                    extra: k, side: both                      | side: 'both' (expected: one of reference,
                    extra: k, times: 3                        | absorb: unknown key 'times' (expected: on
                    extra: k, identity: i                     | absorb: identity i is unknown (expected:
                    extra: k, budget: 0x1g                    | budget: '0x1g' (expected: a number of 64
                    fold: {kind: k}                           | absorb: no 'before' (expected: one)
                    fold: [], before: {kind: k}               | fold: [] (expected: an entry)
                    fold: k, before: {kind: k}                | fold: 'k' (expected: keys of kind, where)
                    fold: {kind: k}, before: k                | before: 'k' (expected: keys of kind, wher
                    fold: {kind: k}, before: {kind: k}, at_most: 0    | absorb: 1 events 0 times (expecte
                    fold: {kind: k}, before: {kind: k}, at_most: 4097 | absorb: 1 events 4097 times (expe
                    fold: {kind: k}, before: {kind: k}, at_most: 0x100000000 | at_most: '0x100000000' (ex
                    fold: {kind: k}, before: {kind: k}, contiguous: 1 | contiguous: '1' (expected: true o
                    fold: {kind: k}, before: {kind: k}, extra: k      | absorb: unknown key 'extra' (expe
                    fold: {kind: k, where: f}, before: {kind: k}      | where: 'f' (expected: fields and
                    """)
    void anAbsorberThatCannotBeMeantIsRefused(String rest, String message) {
        assertRefused("absorb: {" + ABSORBER + ", " + rest + "}", message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    x: 1                                   | identities: unknown key 'x' (expected: one of
                    several_threads: no                    | several_threads: 'no' (expected: true or fals
                    several_threads: false                 | identities: no id is one (expected: several_t
                    recipe: {kind: k, field: f}            | recipe: no 'fnv1a64' (expected: one)
                    recipe: {kind: k, fnv1a64: {u32: 1}}   | recipe: no 'field' (expected: one)
                    recipe: {kind: k, field: f, sha1: 1}   | recipe: unknown key 'sha1' (expected: one of
                    recipe: {kind: k, field: f, fnv1a64: {u32: 1, u64: 2}} | fnv1a64: a mapping (expected
                    recipe: {kind: k, field: f, fnv1a64: {u16: 1}}         | fnv1a64: unknown key 'u16' (
                    recipe: {kind: k, field: f, fnv1a64: {u64: {dec: f}}}  | u64: unknown key 'dec' (expe
                    several_threads: true                  | identities: i never counts, since no absorber
                    """)
    void anIdentityThatCannotBeMeantIsRefused(String rest, String message) {
        assertRefused("identities: {" + IDENTITY + ", " + rest + "}", message);
    }

    static Stream<String[]> contradictions() {
        String absorbed = "absorb: {name: a, reason: y, extra: j, identity: i}\n";
        return Stream.of(
                mistake("local: [k, k]", ":2: local: k never counts, since k before it covers it"),
                mistake("counted: ['k.*', k.a]", ":2: counted: k.a never counts, since k.* befor"),
                mistake(
                        "local: k\nignore: {kind: k, fields: f}",
                        ":3: ignore: ignore fields of k: never counts, since events of kind k are"
                                + " local, so not compared (expected: one or the other)"),
                mistake(
                        "ignore: {kind: k, fields: [f, f]}",
                        ":2: ignore: a field of k appears twice (expected: once)"),
                mistake(
                        "ignore:\n- {kind: '*', fields: a}\n- {kind: k, fields: a.b}",
                        ":3: ignore: a.b of k never counts, since that field is ignored already"),
                mistake(
                        "local: 'k*'\npriorities: {kind: k, fields: f}",
                        ":3: priorities: priority of k: never counts, since events of kind k* are"),
                mistake(
                        "ignore: {kind: k, fields: f}\npriorities: {kind: k, members: f}",
                        ":3: priorities: f of k never counts, since that field is ignored already"),
                mistake(
                        "priorities: {kind: k, fields: [f, f]}",
                        ":2: priorities: f of k appears twice (expected: once)"),
                mistake(
                        "local: k\nrename: {" + RENAMING + ", as: '{n}'}",
                        ":3: rename: rule r: never counts, since events of kind k are local"),
                mistake(
                        "ignore: {kind: k, fields: f}\nrename: {" + RENAMING + ", as: '{n}'}",
                        ":3: rename: f of k never counts, since that field is ignored already"),
                mistake(
                        "rename:\n- {%s, as: 'a{n}'}\n- {%s, as: 'b{n}'}"
                                .formatted(RENAMING, RENAMING.replace("name: r", "name: s")),
                        ":3: rename: rule s never counts, since rule r before it renames the same"),
                mistake(
                        "rename: {%s, as: '{n}'}\nabsorb: {name: r, reason: y, extra: j}"
                                .formatted(RENAMING),
                        ":3: absorb: two rules are called r (expected: a name of its own for"
                                + " each)"),
                mistake(
                        "identities:\n- {%1$s, several_threads: true}\n- {%1$s, several_threads: true}\n%2$s"
                                .formatted(IDENTITY.replace("kind: k", "kind: j"), absorbed),
                        ":3: identities: two are called i (expected: one)"),
                mistake(
                        "identities: {%s, several_threads: true}\n%s".formatted(IDENTITY, absorbed),
                        ":3: absorb: rule a never counts, since no id of class i stands in events"
                                + " of kind j (expected: a use there)"),
                mistake(
                        "local: k\nabsorb: {name: a, reason: y, extra: k}",
                        ":3: absorb: rule a: never counts, since events of kind k are local"),
                mistake(
                        "local: k\n"
                            + "absorb: {name: a, reason: y, fold: {kind: k}, before: {kind: j}}",
                        ":3: absorb: rule a: never counts, since events of kind k are local"),
                mistake(
                        "local: k\n"
                            + "absorb: {name: a, reason: y, fold: {kind: j}, before: {kind: k}}",
                        ":3: absorb: rule a: never counts, since events of kind k are local"),
                mistake(
                        """
                        absorb:
                        - {name: a, reason: y, extra: 'k*'}
                        - {name: b, reason: y, extra: k.a, where: {f: x}, side: subject}
                        """,
                        ":3: absorb: rule b never counts, since rule a before it absorbs the"
                                + " same"));
    }

    @ParameterizedTest
    @MethodSource("contradictions")
    void rulesThatContradictEachOtherOrCanNeverCountAreRefused(String rules, String message) {
        assertThatThrownBy(() -> Verdicts.profile(HEAD + rules))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("test.yaml" + message);
    }

    @Test
    void rulesThatLookAlikeAndDifferAreTaken() {
        EventProfile profile =
                Verdicts.profile(
                        """
                        event_profile: p
                        local: [k.a, 'k.*']
                        ignore: [{kind: j, fields: a.b}, {kind: j, fields: [a.c, '*.b']}]
                        absorb:
                          - {name: a, reason: y, extra: j, side: subject}
                          - {name: b, reason: y, extra: j, side: reference}
                          - {name: c, reason: y, extra: j, where: {f: [x, y]}}
                        """);
        assertThat(profile.namedRules()).extracting(NamedRule::name).containsExactly("a", "b", "c");
    }

    @Test
    void rulesHaveABound() {
        StringBuilder rules = new StringBuilder(HEAD + "ignore:\n");
        for (int i = 0; i <= EventProfile.MAX_RULES; i++) {
            rules.append("- {kind: k%d, fields: f}\n".formatted(i));
        }
        assertThatThrownBy(() -> Verdicts.profile(rules.toString()))
                .isInstanceOf(ConfigException.class)
                .hasMessage("test.yaml:1: the file: 1001 rules (expected: at most 1000)");
    }

    @Test
    void fieldsOfRulesHaveABound() {
        String kinds = range("k", EventProfile.MAX_RULES / 2);
        String rules = HEAD + "ignore: {kind: [%s], fields: [%s]}\n";
        assertThat(Verdicts.profile(rules.formatted(kinds, range("f", 8))).ignored()).hasSize(500);
        assertThatThrownBy(() -> Verdicts.profile(rules.formatted(kinds, range("f", 9))))
                .isInstanceOf(ConfigException.class)
                .hasMessage(
                        "test.yaml:1: the file: 4500 fields in rules (expected: at most 4096,"
                                + " counted for each kind)");
    }

    private static String range(String prefix, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> prefix + i)
                .collect(Collectors.joining(", "));
    }

    @Test
    void renamingsHaveABound() {
        StringBuilder rules = new StringBuilder(HEAD + "rename:\n");
        for (int i = 0; i <= EventProfile.MAX_RENAMINGS; i++) {
            rules.append(
                    "- {%s, as: '{n}'}\n".formatted(RENAMING.replaceAll("\\b[rf]\\b", "$0" + i)));
        }
        assertThatThrownBy(() -> Verdicts.profile(rules.toString()))
                .isInstanceOf(ConfigException.class)
                .hasMessage("test.yaml:3: rename: 256 renamings (expected: at most 255)");
    }

    @Test
    void theFileHasABoundAndIsText() {
        assertThatThrownBy(() -> EventProfiles.read("p.yaml", new byte[(1 << 20) + 1]))
                .isInstanceOf(ConfigException.class)
                .hasMessage("p.yaml: 1048577 bytes (expected: at most 1048576)");
        assertThatThrownBy(() -> EventProfiles.read("p.yaml", new byte[] {'a', (byte) 0xff}))
                .isInstanceOf(ConfigException.class)
                .hasMessage("p.yaml: is no text (expected: YAML in UTF-8)");
    }

    @Test
    void aProfileHasTheDigestOfItsFileWhateverIsLeftOut() {
        String text = HEAD + "absorb: {name: a, reason: y, extra: k}\n";
        EventProfile profile = Verdicts.profile(text);
        assertThat(profile.sha256())
                .isEqualTo(Profile.sha256(text.getBytes(StandardCharsets.UTF_8)));
        EventProfile less = profile.without(Set.of("a"));
        assertThat(less.sha256()).isEqualTo(profile.sha256());
        assertThat(less.without()).containsExactly("a");
        assertThat(less.namedRules()).isEmpty();
    }

    @Test
    void whatIsNotThereCannotBeLeftOut() {
        EventProfile profile = Verdicts.profile(HEAD + "absorb: {name: a, reason: y, extra: k}");
        assertThatThrownBy(() -> profile.without(Set.of("c", "a", "b")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no rule b, c in profile p (expected: a)");
        assertThatThrownBy(() -> Verdicts.profile(HEAD).without(Set.of("a")))
                .hasMessage("no rule a in profile p (expected: it has none)");
    }

    @Test
    void aShippedProfileThatThereIsNotIsRefused() {
        assertThatThrownBy(() -> EventProfiles.shipped("xenix"))
                .isInstanceOf(ConfigException.class)
                .hasMessage(
                        "unknown profile 'xenix' (expected: one of default, xenia, xenia-strict)");
    }

    @Test
    void everyShippedProfileHasTheNameOfItsFile() {
        assertThat(EventProfiles.SHIPPED)
                .allSatisfy(it -> assertThat(EventProfiles.shipped(it).name()).isEqualTo(it));
    }
}
