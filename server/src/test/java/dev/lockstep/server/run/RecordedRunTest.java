package dev.lockstep.server.run;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Which runs tell what they asked of the world. */
final class RecordedRunTest extends RunHarness {
    @Test
    void aRunThatDivergedTellsItsInputs() throws ProtocolException {
        start("recomp");
        send("interp", guest.batch(0, 10));
        send("interp", input(guest.question(10, 14), 3, false));
        send("recomp", guest.withWrongDigest(3).batch(0, 10));

        assertThat(recorded).isNotNull();
        assertThat(recorded.reports())
                .singleElement()
                .satisfies(report -> {
                    assertThat(report.getRequest().getStep()).isEqualTo(14);
                    assertThat(report.getResult()).isEqualTo(result(14, 3).build());
                });
    }

    @Test
    void aMatchTellsThemOnlyIfItsCreatorWishedIt() throws ProtocolException {
        match();
        assertThat(report().verdict()).isEqualTo(Verdict.MATCH);
        assertThat(recorded).isNull();

        inputs = new Inputs(true, null);
        match();
        assertThat(recorded).isNotNull();
        assertThat(recorded.reports()).hasSize(1);
    }

    private void match() throws ProtocolException {
        start("recomp");
        send("interp", input(14, 3, false));
        send("recomp", guest.question(0, 14));
        for (String engine : new String[] {"interp", "recomp"}) {
            send(engine, guest.batch(0, 40));
            send(engine, guest.end());
        }
        goodbyeAll();
        links.clear();
        places.clear();
    }
}
