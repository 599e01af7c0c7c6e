package dev.lockstep.cli;

import dev.lockstep.cli.certs.CertificateSet;
import dev.lockstep.cli.text.Words;
import dev.lockstep.server.run.ConfigException;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/** {@code lockstep certs}: what a coordinator and engines of other machines need for TLS. */
@Command(
        name = "certs",
        description = {
            "Makes a certificate authority, a certificate for a coordinator and one for its"
                    + " engines.",
            "",
            "Writes ca.pem, coordinator.pem, coordinator-key.pem, engine.pem and engine-key.pem to"
                    + " DIR. The authority's key is not kept: to add or renew, make a new set."
                    + " See docs/remote.md.",
        },
        sortOptions = false,
        parameterListHeading = "%nParameters:%n",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExample:%n",
        footer = "  lockstep certs ~/lockstep-certs --host build7.example.org")
final class CertsCommand implements Callable<Integer> {
    /** How far the clocks of the machines may be apart. */
    private static final String AN_HOUR_AGO = "-1H";

    private static final int LONGEST_DAYS = 3650;

    private static final List<String> THIS_MACHINE = List.of("localhost", "127.0.0.1", "::1");

    @Mixin Help help;

    @Parameters(index = "0", paramLabel = "DIR", description = "Where the files are to be.")
    private Path directory;

    @Option(
            names = "--host",
            paramLabel = "NAME",
            description =
                    "A name or address under which engines find the coordinator; may be repeated;"
                            + " default: this machine's name. localhost is always one.")
    private List<String> hosts = new ArrayList<>();

    @Option(
            names = "--days",
            paramLabel = "N",
            defaultValue = "730",
            description = "How long they are valid, at most 3650; default: 730.")
    private int days;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (days < 1 || days > LONGEST_DAYS) {
            throw new ConfigException(
                    "--days: %d (expected: 1 to %d)".formatted(days, LONGEST_DAYS));
        }
        List<String> names = new ArrayList<>(THIS_MACHINE);
        names.addAll(hosts.isEmpty() ? nameOfThisMachine() : hosts);
        CertificateSet set =
                CertificateSet.make(
                        directory, names.stream().distinct().toList(), AN_HOUR_AGO, days);
        System.err.print(account(set, names));
        return 0;
    }

    private static List<String> nameOfThisMachine() {
        try {
            return List.of(InetAddress.getLocalHost().getHostName());
        } catch (UnknownHostException e) {
            return List.of(); // It has none that anybody knows.
        }
    }

    private String account(CertificateSet set, List<String> names) {
        return """
        certificates for %d days, of a coordinator at %s, are in %s
          the coordinator:  lockstep serve --listen 0.0.0.0:7000 --tls-cert %s --tls-key %s --tls-ca %s
          engines need:     --tls-cert %s --tls-key %s --tls-ca %s
        """
                .formatted(
                        days,
                        String.join(", ", names),
                        directory,
                        word(set.coordinator()),
                        word(set.coordinatorKey()),
                        word(set.authority()),
                        word(set.engine()),
                        word(set.engineKey()),
                        word(set.authority()));
    }

    private static String word(Path file) {
        return Words.join(List.of(file.toString()));
    }
}
