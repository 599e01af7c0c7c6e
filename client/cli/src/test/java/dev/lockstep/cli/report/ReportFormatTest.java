package dev.lockstep.cli.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.cli.code.GuestCode;
import dev.lockstep.cli.evidence.Faults;
import dev.lockstep.server.run.RuleUse;
import dev.lockstep.server.run.RunReport;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

import java.io.StringReader;
import java.util.Collections;
import java.util.List;

import javax.xml.parsers.DocumentBuilderFactory;

final class ReportFormatTest {
    private static final String HOSTILE = "<script>\"'&|`# \u0001";

    @ParameterizedTest
    @EnumSource(ReportFormat.class)
    void everyFormatTellsVerdictInstructionAndValues(ReportFormat format) {
        String text = format.write(account(Reports.diverged(List.of(Faults.addition()))));
        assertThat(text).contains("DIVERGED", "0x10238", "add a0,a1,a2", "off by one", "0x6");
        assertThat(ReportFormat.parse(format.text())).isEqualTo(format);
    }

    @ParameterizedTest
    @EnumSource(ReportFormat.class)
    void everyFormatHasABound(ReportFormat format) {
        String text = format.write(account(Reports.recovered(3_000)));
        assertThat(text).contains("RECOVERED");
        if (format == ReportFormat.HTML || format == ReportFormat.MARKDOWN) {
            assertThat(text.lines().count()).isLessThan(1_300);
            assertThat(text).containsPattern("and [0-9,]+ more");
        }
    }

    @Test
    void thePageAsksForNothingAndEscapesEverything() {
        Account account =
                new Account(
                        Reports.diverged(List.of(Faults.addition(), Reports.DIVERGENCE)),
                        HOSTILE,
                        "lockstep run " + HOSTILE,
                        HOSTILE,
                        GuestCode.NONE);
        String page = ReportFormat.HTML.write(account);
        assertThat(page)
                .contains("default-src 'none'", "&lt;script&gt;&quot;&#39;&amp;|`# ?", "light dark")
                .doesNotContain(
                        "<script", "http://", "https://", "url(", "@import", "src=", "href=");
    }

    @Test
    void whatDiffersIsMarkedSideBySide() {
        String page =
                ReportFormat.HTML.write(account(Reports.diverged(List.of(Faults.addition()))));
        assertThat(page)
                .contains(
                        "<tr class=\"differs\"><td>x10</td><td>a0 = 0x5</td><td>a0 = 0x6</td></tr>",
                        "<tr><td>a1</td><td>0x2</td><td>0x2</td></tr>",
                        "<tr class=\"differs\"><td>1,996</td>");
    }

    @Test
    void markdownShowsHostileNamesAsTheyStand() {
        Account account = new Account(Reports.match(), "a|b`c<d>\n#e", "", "", GuestCode.NONE);
        assertThat(ReportFormat.MARKDOWN.write(account))
                .startsWith("# MATCH: a\\|b\\`c\\<d\\> \\#e\n\n| engine | role |")
                .contains("| interp | reference | 12,345,678 |");
    }

    @Test
    void aRunIsOneTestCase() throws Exception {
        Document good = xml(Reports.match());
        assertThat(good.getDocumentElement().getAttribute("tests")).isEqualTo("1");
        assertThat(good.getElementsByTagName("failure").getLength()).isZero();

        Document bad = xml(Reports.diverged(Collections.nCopies(3, Faults.addition())));
        assertThat(bad.getDocumentElement().getAttribute("failures")).isEqualTo("1");
        assertThat(
                        bad.getElementsByTagName("failure")
                                .item(0)
                                .getAttributes()
                                .getNamedItem("message"))
                .hasToString(
                        "message=\"DIVERGED: x10 of recomp at step 2,000: off by one, 0x10238  add"
                                + " a0,a1,a2: 0x5 against 0x6\"");
    }

    @ParameterizedTest
    @EnumSource(ReportFormat.class)
    void everyFormatTellsWhatWasIgnored(ReportFormat format) {
        RunReport report =
                Reports.ignoring(
                        Reports.match(),
                        new RuleUse("cycles", "counts otherwise", 1234),
                        new RuleUse("idle", "of no use", 0));
        assertThat(format.write(account(report))).contains("cycles", "counts otherwise");
        if (format == ReportFormat.JSON) {
            assertThat(format.write(account(report)))
                    .contains("\"ignored\": 1234", "\"ignored\": 0", "\"name\": \"mine\"");
        } else {
            assertThat(format.write(account(report))).contains("1,234");
        }
    }

    @Test
    void anUnknownFormatIsNamed() {
        assertThatThrownBy(() -> ReportFormat.parse("pdf"))
                .hasMessage(
                        "unknown format 'pdf' (expected: one of text, json, markdown, junit,"
                                + " html)");
    }

    private static Document xml(RunReport report) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(
                        new InputSource(
                                new StringReader(ReportFormat.JUNIT.write(account(report)))));
    }

    private static Account account(RunReport report) {
        return new Account(
                report, "./prog", "lockstep run ./prog", "lockstep runs show 1", GuestCode.NONE);
    }
}
