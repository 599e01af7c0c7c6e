package dev.lockstep.cli.report;

import java.io.StringWriter;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** Writes results as servers of continuous integration read them. */
public final class JUnitReport {
    /** What XML has no way to write. */
    private static final Pattern UNWRITABLE =
            Pattern.compile("[^\\t\\n\\r\\x20-\\uD7FF\\uE000-\\uFFFD\\x{10000}-\\x{10FFFF}]");

    private final StringWriter text = new StringWriter();
    private final XMLStreamWriter xml;

    /** What a test case can come to. */
    public enum Outcome {
        /** As it should be. */
        PASS,
        /** Not as it should be. */
        FAILURE,
        /** Nobody knows. */
        ERROR;

        private String element() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * One test case.
     *
     * @param suite what it belongs to, as the name of a class
     * @param message what is wrong, on one line; empty if it passed
     * @param output what the guest printed
     * @param remarks what we have to say
     * @param ignored what was passed over, a line each; told even if it passed
     */
    public record Case(
            String suite,
            String name,
            Outcome outcome,
            String message,
            long elapsedMs,
            String output,
            String remarks,
            List<String> ignored) {
        public Case {
            ignored = List.copyOf(ignored);
        }
    }

    private JUnitReport() throws XMLStreamException {
        xml = XMLOutputFactory.newInstance().createXMLStreamWriter(text);
    }

    /**
     * Returns the document.
     *
     * @param name of the whole
     */
    public static String text(String name, List<Case> cases) {
        try {
            JUnitReport report = new JUnitReport();
            report.write(name, cases);
            return report.text.toString();
        } catch (XMLStreamException e) {
            throw new IllegalStateException("a string can be written to", e);
        }
    }

    private void write(String name, List<Case> cases) throws XMLStreamException {
        xml.writeStartDocument("UTF-8", "1.0");
        xml.writeCharacters("\n");
        xml.writeStartElement("testsuite");
        attribute("name", name);
        attribute("tests", Integer.toString(cases.size()));
        attribute("failures", count(cases, Outcome.FAILURE));
        attribute("errors", count(cases, Outcome.ERROR));
        attribute("skipped", "0");
        attribute("time", seconds(cases.stream().mapToLong(Case::elapsedMs).sum()));
        for (Case result : cases) {
            write(result);
        }
        xml.writeCharacters("\n");
        xml.writeEndElement();
        xml.writeEndDocument();
        xml.flush();
    }

    private void write(Case result) throws XMLStreamException {
        xml.writeCharacters("\n  ");
        xml.writeStartElement("testcase");
        attribute("classname", result.suite());
        attribute("name", result.name());
        attribute("time", seconds(result.elapsedMs()));
        writeIgnored(result.ignored());
        if (result.outcome() != Outcome.PASS) {
            xml.writeStartElement(result.outcome().element());
            attribute("message", result.message());
            xml.writeEndElement();
            element("system-out", result.output());
            element("system-err", result.remarks());
        }
        xml.writeEndElement();
    }

    private void writeIgnored(List<String> lines) throws XMLStreamException {
        if (!lines.isEmpty()) {
            xml.writeStartElement("properties");
            for (String line : lines) {
                xml.writeEmptyElement("property");
                attribute("name", "ignored");
                attribute("value", line);
            }
            xml.writeEndElement();
        }
    }

    private void attribute(String name, String value) throws XMLStreamException {
        xml.writeAttribute(name, writable(value));
    }

    private void element(String name, String content) throws XMLStreamException {
        xml.writeStartElement(name);
        xml.writeCharacters(writable(content));
        xml.writeEndElement();
    }

    private static String writable(String value) {
        return UNWRITABLE.matcher(value).replaceAll("?");
    }

    private static String count(List<Case> cases, Outcome outcome) {
        return Long.toString(cases.stream().filter(it -> it.outcome() == outcome).count());
    }

    private static String seconds(long millis) {
        return String.format(Locale.ROOT, "%.3f", millis / 1000.0);
    }
}
