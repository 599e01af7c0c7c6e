package dev.lockstep.gdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.gdb.RegisterMap.Register;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

class RegisterMapTest {
    /** As qemu-riscv64 7.2 has it: files that are included, a prefix that nobody declares. */
    private static final Map<String, String> QEMU =
            Map.of(
                    "target.xml",
                    "<?xml version=\"1.0\"?><!DOCTYPE target SYSTEM \"gdb-target.dtd\"><target>"
                            + "<architecture>riscv:rv64</architecture><xi:include"
                            + " href=\"cpu.xml\"/><xi:include href=\"csr.xml\"/></target>",
                    "cpu.xml",
                    "<!DOCTYPE feature SYSTEM \"gdb-target.dtd\"><feature name=\"cpu\">"
                            + "<reg name=\"zero\" bitsize=\"64\" type=\"int\"/>"
                            + registers("x", 1, 8)
                            + "<reg name=\"fp\" bitsize=\"64\" type=\"data_ptr\"/>"
                            + registers("x", 9, 32)
                            + "<reg name=\"pc\" bitsize=\"64\" type=\"code_ptr\"/>"
                            + registers("f", 0, 32)
                            + "</feature>",
                    "csr.xml",
                    "<feature name=\"csr\"><reg name=\"fflags\" bitsize=\"64\" regnum=\"67\"/>"
                            + "<reg name=\"frm\" bitsize=\"64\" regnum=\"68\"/>"
                            + "<reg name=\"fcsr\" bitsize=\"64\" regnum=\"69\"/></feature>");

    private static String registers(String prefix, int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(i -> "<reg name=\"%s%d\" bitsize=\"64\"/>".formatted(prefix, i))
                .collect(Collectors.joining());
    }

    private static RegisterMap map(Map<String, String> documents) {
        return RegisterMap.of(TargetDescription.read(name -> documents.getOrDefault(name, "")));
    }

    @Test
    void numbersCountOnUnlessTheyAreGiven() {
        RegisterMap map = map(QEMU);

        assertThat(map.find(8)).isEqualTo(new Register(8, 8, 64));
        assertThat(map.find(RegisterMap.PC)).isEqualTo(new Register(32, 8, 256));
        assertThat(map.find(RegisterMap.F + 31)).isEqualTo(new Register(64, 8, 512));
        assertThat(map.find(RegisterMap.FCSR)).isEqualTo(new Register(69, 8, 536));
        assertThat(map.hasIntegers()).isTrue();
        assertThat(map.hasFloats()).isTrue();
    }

    @Test
    void aTargetThatDescribesNothingHasTheUsualNumbers() {
        RegisterMap map = RegisterMap.standard();

        assertThat(map.find(RegisterMap.PC)).isEqualTo(new Register(32, 8, 256));
        assertThat(map.find(RegisterMap.FFLAGS)).extracting(Register::number).isEqualTo(66);
        assertThat(map.find(RegisterMap.FCSR)).extracting(Register::number).isEqualTo(68);
    }

    @Test
    void flagsAndModeTogetherAreAsGoodAsTheirRegister() {
        RegisterMap map = map(QEMU);

        map.remove(RegisterMap.FCSR);
        assertThat(map.hasFloats()).isTrue();
        map.remove(RegisterMap.FRM);
        assertThat(map.hasFloats()).isFalse();
    }

    @Test
    void narrowRegistersAreNotThoseOfRv64() {
        RegisterMap map =
                map(
                        Map.of(
                                "target.xml",
                                "<target>"
                                        + registers("x", 0, 32).replace("64", "32")
                                        + "</target>"));

        assertThat(map.hasIntegers()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "<target>",
                "<target><reg name='x0'/></target>",
                "<target><reg name='x0' bitsize='many'/></target>",
                "<target><reg name='x0' bitsize='-64'/></target>",
                "<target><xi:include href='target.xml'/></target>",
                "<target><xi:include/></target>",
                "<!DOCTYPE t [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><target>&a;</target>",
                "no document",
            })
    void aDescriptionThatMakesNoSenseIsRefused(String document) {
        assertThatThrownBy(() -> map(Map.of("target.xml", document)))
                .isInstanceOf(StubException.class)
                .hasMessageContaining("description of its registers");
    }
}
