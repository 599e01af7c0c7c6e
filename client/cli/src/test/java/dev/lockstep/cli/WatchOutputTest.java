package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Timestamp;

import dev.lockstep.cli.code.GuestCode;
import dev.lockstep.proto.v1.Compared;
import dev.lockstep.proto.v1.Divergence;
import dev.lockstep.proto.v1.Role;
import dev.lockstep.proto.v1.Run;
import dev.lockstep.proto.v1.RunConfig;
import dev.lockstep.proto.v1.RunEngine;
import dev.lockstep.proto.v1.RunEvent;
import dev.lockstep.proto.v1.Verdict;
import dev.lockstep.server.run.ConfigException;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.util.List;
import java.util.regex.Pattern;

final class WatchOutputTest {
    private static final String SERVER = "server-1";

    private static final Run PAIR =
            Run.newBuilder()
                    .setName("pair")
                    .setConfig(RunConfig.newBuilder().setCommand("lockstep run it"))
                    .addEngines(engine("interp", Role.ROLE_REFERENCE))
                    .addEngines(engine("recomp", Role.ROLE_SUBJECT))
                    .build();

    private static final RunEvent CREATED = event(1).setCreated(PAIR).build();
    private static final RunEvent STARTED = event(2).setStarted(PAIR).build();

    private static final RunEvent DIVERGED =
            event(3).setDiverged(
                            Divergence.newBuilder()
                                    .setNumber(1)
                                    .setEngine("recomp")
                                    .setStep(1999)
                                    .setPc(0x252e8)
                                    .setField("digest")
                                    .setReferenceValue("0x1")
                                    .setSubjectValue("0x2")
                                    .setBlockIndex(437))
                    .build();

    private static final RunEvent ENDED =
            event(4).setEnded(
                            PAIR.toBuilder()
                                    .setVerdict(Verdict.VERDICT_DIVERGED)
                                    .setCompared(Compared.newBuilder().setStepCount(1999))
                                    .setDivergenceCount(1)
                                    .setElapsedMs(340)
                                    .addNotes("two\nlines"))
                    .build();

    private final StringWriter written = new StringWriter();

    @Test
    void everyEventIsOneLineThatBeginsWithItsPosition() {
        WatchOutput output = output(RunsCommand.Format.TEXT);
        List.of(CREATED, STARTED, DIVERGED, ENDED)
                .forEach(event -> output.write(event, SERVER, 0, GuestCode.NONE));
        assertThat(written)
                .hasToString(
                        """
                        1  pair  new run: lockstep run it
                        2  pair  started: interp (reference), recomp
                        3  pair  difference 1: digest of recomp at step 1,999, block 437, pc 0x252e8, distance 0: 0x1 against 0x2
                        4  pair  ended: DIVERGED, 1,999 steps compared, 340 ms; two lines
                        """);
    }

    @Test
    void aRunThatWasRefusedSaysWhy() {
        RunEvent refused =
                event(5).setEnded(ENDED.getEnded().toBuilder().setRefusal("no agreement")).build();
        output(RunsCommand.Format.TEXT).write(refused, SERVER, 0, GuestCode.NONE);
        assertThat(written).hasToString("5  pair  refused: no agreement\n");
    }

    @Test
    void droppedEventsAreToldBeforeTheNext() {
        output(RunsCommand.Format.TEXT).write(STARTED, SERVER, 1234, GuestCode.NONE);
        assertThat(written.toString()).startsWith("... 1,234 events went by unseen\n2  pair  ");
    }

    @Test
    void anEventOfTheLogHasNoPosition() {
        RunEvent past = DIVERGED.toBuilder().clearPosition().build();
        output(RunsCommand.Format.TEXT).write(past, "", 0, GuestCode.NONE);
        output(RunsCommand.Format.JSON).write(past, "", 0, GuestCode.NONE);
        assertThat(written.toString())
                .startsWith("-  pair  ")
                .contains("{\"position\":null,\"server\":null,");
    }

    @Test
    void asJsonEveryEventHasEveryKey() {
        WatchOutput output = output(RunsCommand.Format.JSON);
        List.of(CREATED, STARTED, DIVERGED, ENDED)
                .forEach(event -> output.write(event, SERVER, 7, GuestCode.NONE));
        List<List<String>> keys =
                written.toString().lines().map(WatchOutputTest::keysOutsideArrays).toList();
        assertThat(keys).hasSize(4).containsOnly(keys.getFirst());
        assertThat(keys.getFirst())
                .startsWith("position", "server", "dropped", "time", "run", "run_id", "kind")
                .contains("step", "pc", "symbol", "disassembly", "verdict", "exit_code");
    }

    @Test
    void asJsonADivergenceIsAnObjectOnALine() {
        output(RunsCommand.Format.JSON).write(DIVERGED, SERVER, 7, GuestCode.NONE);
        assertThat(written)
                .hasToString(
                        """
                        {"position":3,"server":"server-1","dropped":7,"time":"1970-01-01T00:00:05Z",\
                        "run":"pair","run_id":12,"kind":"diverged","command":null,"engines":null,"number":1,\
                        "engine":"recomp","step":1999,"pc":"0x252e8","symbol":null,"disassembly":null,\
                        "field":"digest","reference":"0x1","subject":"0x2","class":null,"distance":0,\
                        "block":437,"evidence":null,"verdict":null,"exit_code":null,"refusal":null,"notes":null,\
                        "compared_steps":null,"compared_blocks":null,"divergence_count":null,\
                        "elapsed_ms":null}
                        """);
    }

    @Test
    void aReaderThatIsGoneEndsTheOutput() {
        Writer broken =
                new Writer() {
                    @Override
                    public void write(char[] text, int offset, int length) throws IOException {
                        throw new IOException("Broken pipe");
                    }

                    @Override
                    public void flush() {}

                    @Override
                    public void close() {}
                };
        WatchOutput output = new WatchOutput(new PrintWriter(broken), RunsCommand.Format.TEXT);
        assertThatThrownBy(() -> output.write(STARTED, SERVER, 0, GuestCode.NONE))
                .isInstanceOf(WatchOutput.BrokenPipeException.class)
                .isNotInstanceOf(ConfigException.class);
    }

    private WatchOutput output(RunsCommand.Format format) {
        return new WatchOutput(new PrintWriter(written), format);
    }

    private static List<String> keysOutsideArrays(String line) {
        return Pattern.compile("\"([a-z_]+)\":")
                .matcher(line.replaceAll("\\[.*?\\]", "[]"))
                .results()
                .map(match -> match.group(1))
                .toList();
    }

    private static RunEngine engine(String name, Role role) {
        return RunEngine.newBuilder().setName(name).setRole(role).build();
    }

    private static RunEvent.Builder event(long position) {
        return RunEvent.newBuilder()
                .setPosition(position)
                .setRun("pair")
                .setRunId(12)
                .setTime(Timestamp.newBuilder().setSeconds(5));
    }
}
