package dev.lockstep.cli.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.protocol.Digest;
import dev.lockstep.server.run.ConfigException;
import dev.lockstep.server.run.Profile;
import dev.lockstep.server.run.Rule;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

final class ProfileFileTest {
    private static final Path DOCUMENT = Path.of("../../docs/profiles.md");
    private static final Pattern EXAMPLE = Pattern.compile("(?s)```yaml\\n(.*?)```");
    private static final String HEAD = "profile: p\nrules:\n";

    /** A rule that is right but for what follows. */
    private static final String RULE = HEAD + "  - name: r\n    reason: why\n";

    @TempDir private Path directory;

    private Profile read(String text) throws IOException {
        return ProfileFile.of(Files.writeString(file(), text).toString());
    }

    private Rule rule(String conditions) throws IOException {
        return read(RULE + conditions.indent(4)).rules().getFirst();
    }

    private Path file() {
        return directory.resolve("p.yaml");
    }

    static List<String> examples() throws IOException {
        return EXAMPLE.matcher(Files.readString(DOCUMENT))
                .results()
                .map(it -> it.group(1))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("examples")
    void everyExampleOfTheDocumentIsAProfile(String example) throws IOException {
        assertThat(read(example).rules()).isNotEmpty();
    }

    @Test
    void theDocumentHasAnExampleOfEveryCondition() throws IOException {
        assertThat(String.join("\n", examples()))
                .contains("registers:", "memory:", "pc:", "instruction:", "next_pc:");
    }

    @Test
    void aProfileHasItsNameAndTheDigestOfItsFile() throws IOException {
        Profile profile = read(RULE + "    pc: 0x100\n");
        assertThat(profile.name()).isEqualTo("p");
        assertThat(profile.base()).isEqualTo(Profile.Base.DEFAULT);
        assertThat(profile.sha256()).isEqualTo(Profile.sha256(Files.readAllBytes(file())));
        assertThat(profile.rules().getFirst())
                .isEqualTo(
                        new Rule(
                                "r",
                                "why",
                                List.of(),
                                List.of(),
                                List.of(new Rule.Span(0x100, 0x101)),
                                List.of(),
                                false));
    }

    @Test
    void builtInProfilesAreKnownByName() {
        assertThat(ProfileFile.of("default")).isEqualTo(Profile.DEFAULT);
        assertThat(ProfileFile.of("qemu")).isEqualTo(Profile.QEMU);
        assertThat(ProfileFile.isBuiltIn("qemu")).isTrue();
        assertThat(ProfileFile.isBuiltIn("./qemu")).isFalse();
    }

    @Test
    void registersHaveManyNames() throws IOException {
        assertThat(rule("registers: {a0: 0xff, f3: all, 0x300: 2, time: all}").registers())
                .containsExactly(
                        new Rule.Register(10, 0xff),
                        new Rule.Register(Digest.F + 3, -1),
                        new Rule.Register(Digest.CSR + 0x300, 2),
                        new Rule.Register(Digest.CSR + 0xc01, -1));
    }

    @Test
    void partsOfAFloatingPointStatusAreBitsOfIt() throws IOException {
        assertThat(rule("registers: {fflags: all, frm: 0x1}").registers())
                .containsExactly(new Rule.Register(Digest.CSR + 3, 0x3f));
    }

    @Test
    void mnemonicsAreEncodings() throws IOException {
        Rule rule = rule("instruction: [fdiv.d, {mask: 0x7f, match: 0x0b}]");
        assertThat(rule.instructions())
                .containsExactly(
                        new Rule.Encoding(0xfe00007f, 0x1a000053), new Rule.Encoding(0x7f, 0x0b));
    }

    /** With the line at fault, and what the message says after the file's name. */
    static Stream<String[]> mistakes() {
        return Stream.of(
                mistake("", ": is empty (expected: a profile)"),
                mistake("- a", ":1: the file: a list (expected: keys of profile, rules)"),
                mistake("profile: p", ":1: the file: no 'rules' (expected: one)"),
                mistake("rules: []", ":1: the file: no 'profile' (expected: one)"),
                mistake("profile: p\nrules: []", ":2: rules: [] (expected: an entry)"),
                mistake("profile: p\nrules: 1", ":2: rule 1: '1' (expected: keys of name, reason"),
                mistake(
                        "profile: p\nrules: 1\nrule: 2",
                        ":3: the file: unknown key 'rule' (expected: one of profile, rules)"),
                mistake("profile: a b\nrules:\n- {name: r, reason: y, pc: 1}", ":1: profile: prof"),
                mistake(RULE, ":3: rule r: no condition (expected: a register, memory"),
                mistake(HEAD + "- {name: r, pc: 1}", ":3: rule r: no 'reason' (expected: one)"),
                mistake(HEAD + "- {reason: r, pc: 1}", ":3: rule 1: no 'name' (expected: one)"),
                mistake(
                        HEAD + "- {name: r, reason: '', pc: 1}",
                        ":3: rule r: reason: \"\" (expected: why"),
                mistake(HEAD + "- {name: r/, reason: y, pc: 1}", ":3: rule r/: rule name: \"r/\""),
                mistake(
                        RULE + "    reason: again\n    pc: 1",
                        ":5: rule 1: key 'reason' appears twice"),
                mistake(
                        RULE + "    pc: 1\n  - {name: r, reason: y, pc: 2}",
                        ":6: rule r: this name has the rule at FILE:3 too (expected: another)"),
                mistake(
                        RULE + "    pc: {from: 0, to: 9}\n  - {name: s, reason: y, pc: 8}",
                        ":6: rule s: never counts, since rule r at FILE:3 covers all that it does"),
                mistake(
                        RULE + "    pc: &a 1",
                        ":5: anchor &a (expected: plain values, written out)"),
                mistake(RULE + "    pc: *a", ":5: alias *a (expected: plain values"),
                mistake(RULE + "    pc: !!int 1", ":5: tag tag:yaml.org,2002:int (expected: plain"),
                mistake(RULE + "    pc: [[[[[[[[1]]]]]]]]", ":5: more than 8 levels"),
                mistake(RULE + "    pc: [1", "is no YAML: "),
                mistake(RULE + "\tpc: 1", "is no YAML: "));
    }

    private static String[] mistake(String text, String message) {
        return new String[] {text, message};
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void whatCannotBeMeantIsRefusedWithItsPlace(String text, String message) {
        String file = file().toString();
        assertThatThrownBy(() -> read(text))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith(file)
                .hasMessageContaining(message.replace("FILE", file));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "pc: here                             | pc: 'here' (expected: a number of 64 bits",
                "pc: -1                               | pc: '-1' (expected: a number of 64 bits",
                "pc: {from: 8, to: 8}                 | pc: from '8' to '8' is empty (expected:",
                "pc: {from: 8}                        | pc: no 'to' (expected: one)",
                "pc: []                               | pc: [] (expected: an entry)",
                "memory: 8                            | memory: '8' (expected: keys of from, to)",
                "memory: {from: 9, to: 8}             | memory: from '9' to '8' is empty",
                "registers: a0                        | registers: 'a0' (expected: the bits that",
                "registers: {}                        | registers: {} (expected: a register",
                "registers: {a0: 0}                   | a0: '0' (expected: all, or bits within",
                "registers: {b0: 1}                   | b0: no register has this name (expected",
                "registers: {x32: 1}                  | x32: no register has this name (expected",
                "registers: {fflags: 0x20}            | fflags: '0x20' (expected: all, or bits",
                "registers: {a0: 1, x10: 1}           | x10: '1' names bits that another name",
                "registers: {a0: [1]}                 | a0: a list (expected: a single value)",
                "instruction: mov                     | instruction: 'mov' is no mnemonic (expec",
                "instruction: {mask: 0, match: 0}     | instruction: mask '0', match '0' (expect",
                "instruction: {mask: 1, match: 2}     | instruction: mask '1', match '2' (expect",
                "'instruction: {mask: 0x100000000, match: 0}' | mask: '0x100000000' (expected: a"
                        + " num",
                "'{next_pc: yes, pc: 1}'              | next_pc: 'yes' (expected: true or false)",
                "next_pc: true                        | rule r: no condition",
                "'{memory: {from: 0, to: 1}, registers: {a0: 1}}' | rule r: registers and memory:"
                        + " no",
                "register: a0                         | rule 1: unknown key 'register' (expected:",
            })
    void conditionsThatCannotBeMeantAreRefused(String condition, String message) {
        String flow = condition.startsWith("{") ? condition.substring(1) : condition + "}";
        String text = HEAD + "  - {name: r, reason: why, " + flow;
        assertThatThrownBy(() -> read(text))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith(file() + ":3: " + message);
    }

    @Test
    void theFileHasABound() throws IOException {
        Files.writeString(file(), "#".repeat((1 << 20) + 1));
        assertThatThrownBy(() -> ProfileFile.of(file().toString()))
                .hasMessage(file() + ": more than 1048576 bytes (expected: at most that)");
        StringBuilder text = new StringBuilder(HEAD);
        for (int i = 0; i <= Profile.MAX_RULES; i++) {
            text.append("- {name: r%d, reason: y, pc: %d}\n".formatted(i, i));
        }
        assertThatThrownBy(() -> read(text.toString()))
                .hasMessage(file() + ":3: rules: 1001 rules (expected: at most 1000)");
    }

    @Test
    void aFileThatNestsAsDeepAsItCanIsRefusedAndNoMore() {
        assertThatThrownBy(() -> read("[".repeat(1 << 19)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("more than 8 levels");
    }

    @Test
    void whatIsNoFileIsNamed() throws IOException {
        assertThatThrownBy(() -> ProfileFile.of("spike"))
                .isInstanceOf(ConfigException.class)
                .hasMessage(
                        "unknown profile 'spike' (expected: default, qemu or the name of a file)");
        assertThatThrownBy(() -> ProfileFile.of(directory.toString()))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith(directory + ": cannot be read: ");
        Files.write(file(), new byte[] {'a', (byte) 0xff});
        assertThatThrownBy(() -> ProfileFile.of(file().toString()))
                .hasMessage(file() + ": is no text (expected: YAML in UTF-8)");
    }
}
