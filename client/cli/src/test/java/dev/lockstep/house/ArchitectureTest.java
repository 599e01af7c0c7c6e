package dev.lockstep.house;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;

import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.stream.Stream;

/** The arrows of docs/architecture.md. */
class ArchitectureTest {
    private static final JavaClasses PROJECT =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages("dev.lockstep");

    @ParameterizedTest(name = "{0} sees only: {1}")
    @CsvSource(
            delimiter = '|',
            emptyValue = "",
            textBlock =
                    """
                    proto..     | ''
                    protocol..  | proto..
                    sdk..       | proto.. protocol..
                    isa..       | ''
                    riscv..     | isa.. sdk.. proto.. protocol..
                    interp..    | riscv.. isa.. sdk.. protocol..
                    recomp..    | riscv.. isa.. sdk.. protocol..
                    trace..     | riscv.. isa.. protocol..
                    dii..       | riscv.. isa.. protocol..
                    gdb..       | riscv.. isa.. sdk.. proto.. protocol..
                    server..    | proto.. protocol..
                    server.run..| proto.. protocol..
                    server.sqlite..| server.run..
                    server.log..| server.sqlite.. server.run..
                    server.snapshot..| server.sqlite.. server.run.. proto.. protocol..
                    server.json..| ''
                    server.yaml..| server.run..
                    server.files..| server.run..
                    server.events..| server.files.. server.json.. server.run.. proto.. protocol..
                    server.diff..| server.files.. server.events.. server.json.. server.yaml.. server.run..
                    server.capture..| server.snapshot.. server.run.. proto.. protocol..
                    server.feed..| server.run..
                    server.control..| server.files.. server.feed.. server.run.. server.events.. server.diff.. server.json.. server.capture.. server.snapshot.. server.sqlite.. proto.. protocol..
                    server.transport..| server.files.. server.run.. proto.. protocol..
                    cli..       | server.. sdk.. isa.. proto.. protocol..
                    """)
    void dependenciesPointOneWay(String subject, String seen) {
        String own = "dev.lockstep." + subject;
        String[] allowed =
                Stream.concat(
                                Stream.of(own),
                                Stream.of(seen.split(" ")).map("dev.lockstep."::concat))
                        .toArray(String[]::new);
        classes()
                .that()
                .resideInAPackage(own)
                .should()
                .onlyDependOnClassesThat(
                        resideOutsideOfPackage("dev.lockstep..").or(resideInAnyPackage(allowed)))
                .check(PROJECT);
    }

    @Test
    void packagesFormNoCycle() {
        slices().matching("dev.lockstep.(**)").should().beFreeOfCycles().check(PROJECT);
    }

    @Test
    void onlyTheTransportKnowsNetty() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.lockstep.server.transport..")
                .should()
                .dependOnClassesThat(resideInAPackage("io.netty.."))
                .check(PROJECT);
    }

    @Test
    void onlyTransportAndServicesAndTheirClientsKnowGrpc() {
        noClasses()
                .that()
                .resideOutsideOfPackages(
                        "dev.lockstep.proto..",
                        "dev.lockstep.server.transport..",
                        "dev.lockstep.server.control..",
                        "dev.lockstep.cli..")
                .should()
                .dependOnClassesThat(resideInAPackage("io.grpc.."))
                .check(PROJECT);
    }

    @Test
    void theComparisonTouchesNoFileAndNoSocket() {
        noClasses()
                .that()
                .resideInAPackage("dev.lockstep.server.run..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "java.net..", "java.nio.file..", "java.nio.channels..", "java.sql..")
                .check(PROJECT);
    }

    @Test
    void twoGuestsInOneProcessShareNoMutableField() {
        fields().that()
                .areStatic()
                .and()
                .areDeclaredInClassesThat(
                        resideInAnyPackage(
                                "dev.lockstep.isa..",
                                "dev.lockstep.riscv..",
                                "dev.lockstep.interp..",
                                "dev.lockstep.recomp..",
                                "dev.lockstep.trace..",
                                "dev.lockstep.dii..",
                                "dev.lockstep.gdb.."))
                .should()
                .beFinal()
                .check(PROJECT);
    }

    @Test
    void everyPackageIsNullMarked() {
        assertThat(PROJECT.stream().map(JavaClass::getPackage).distinct())
                .filteredOn(lockstepPackage ->
                        !lockstepPackage.getName().startsWith("dev.lockstep.proto."))
                .allMatch(lockstepPackage -> lockstepPackage.isAnnotatedWith(NullMarked.class))
                .extracting(JavaPackage::getName)
                .contains("dev.lockstep.sdk", "dev.lockstep.server.run", "dev.lockstep.riscv");
    }
}
