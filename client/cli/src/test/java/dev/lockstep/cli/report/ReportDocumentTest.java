package dev.lockstep.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.cli.code.GuestCode;
import dev.lockstep.cli.evidence.Faults;
import dev.lockstep.cli.text.JsonWriter;
import dev.lockstep.server.run.Profile;
import dev.lockstep.server.run.RunReport;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;

final class ReportDocumentTest {
    @Test
    void everyKeyIsThereInTheDocumentedOrder() {
        assertThat(document(Reports.match()).keySet())
                .containsExactly(
                        "verdict",
                        "exit_code",
                        "run",
                        "command",
                        "repeat",
                        "profile",
                        "grain",
                        "strength",
                        "elapsed_ms",
                        "notes",
                        "compared",
                        "engines",
                        "divergence_count",
                        "divergences");
    }

    @Test
    void whatIsUnknownIsNull() {
        assertThat(JsonWriter.text(document(Reports.diverged())))
                .contains(
                        """
                          "exit_code": 1,
                          "run": "prog-4711",
                          "command": null,
                          "repeat": null,
                          "profile": {
                            "name": "default",
                            "sha256": "%s",
                            "rules": []
                          },
                        """
                                .formatted(Profile.DEFAULT.sha256()))
                .contains(
                        """
                              "exit": {
                                "reason": null,
                                "status": null
                              },
                              "outcome": "DIVERGED",
                              "elapsed_ms": null,
                              "peak_rss_bytes": null,
                              "events": null
                        """);
    }

    @Test
    void aDivergenceHasAllItsKeys() {
        assertThat(JsonWriter.text(document(Reports.diverged())))
                .endsWith(
                        """
                          "divergence_count": 1,
                          "divergences": [
                            {
                              "engine": "recomp",
                              "step": 1234,
                              "pc": "0x10238",
                              "symbol": null,
                              "disassembly": null,
                              "field": "digest",
                              "reference": "0x1",
                              "subject": "0x2",
                              "class": null,
                              "distance": 0,
                              "block": 56,
                              "evidence": null
                            }
                          ]
                        }
                        """);
    }

    @Test
    void aNamedInstructionIsToldInTheDivergenceAndInItsEvidence() {
        RunReport report = Reports.diverged(List.of(Faults.addition()));
        assertThat(JsonWriter.text(document(report)))
                .contains(
                        """
                              "step": 2000,
                              "pc": "0x10238",
                              "symbol": null,
                              "disassembly": [
                                "0x10238  add a0,a1,a2"
                              ],
                              "field": "x10",
                              "reference": "0x5",
                              "subject": "0x6",
                              "class": "off by one",
                              "distance": 0,
                              "block": 56,
                              "evidence": {
                                "naming": "both_traces",
                        """)
                .contains("\"operands\": [", "\"reference_blocks\": [", "\"last_input\": {");
    }

    private static Map<String, @Nullable Object> document(RunReport report) {
        return ReportDocument.of(new Account(report, "./prog", "", "", GuestCode.NONE));
    }
}
