package dev.lockstep.cli;

import dev.lockstep.cli.ConformanceCase.Outcome;

import java.io.StringWriter;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/**
 * Writes the result of {@code lockstep conformance} as servers of continuous integration read it.
 */
final class JUnitReport {
    /** What XML has no way to write. */
    private static final Pattern UNWRITABLE =
            Pattern.compile("[^\\t\\n\\r\\x20-\\uD7FF\\uE000-\\uFFFD\\x{10000}-\\x{10FFFF}]");

    private final StringWriter text = new StringWriter();
    private final XMLStreamWriter xml;

    private JUnitReport() throws XMLStreamException {
        xml = XMLOutputFactory.newInstance().createXMLStreamWriter(text);
    }

    /**
     * Returns the document.
     *
     * @param name of the whole
     */
    static String text(String name, List<ConformanceCase> cases) {
        try {
            JUnitReport report = new JUnitReport();
            report.write(name, cases);
            return report.text.toString();
        } catch (XMLStreamException e) {
            throw new IllegalStateException("a string can be written to", e);
        }
    }

    private void write(String name, List<ConformanceCase> cases) throws XMLStreamException {
        xml.writeStartDocument("UTF-8", "1.0");
        xml.writeCharacters("\n");
        xml.writeStartElement("testsuite");
        attribute("name", name);
        attribute("tests", Integer.toString(cases.size()));
        attribute("failures", count(cases, Outcome.FAIL));
        attribute("errors", count(cases, Outcome.REFUSED));
        attribute("skipped", "0");
        attribute("time", seconds(cases.stream().mapToLong(ConformanceCase::elapsedMs).sum()));
        for (ConformanceCase result : cases) {
            write(result);
        }
        xml.writeCharacters("\n");
        xml.writeEndElement();
        xml.writeEndDocument();
        xml.flush();
    }

    private void write(ConformanceCase result) throws XMLStreamException {
        xml.writeCharacters("\n  ");
        xml.writeStartElement("testcase");
        attribute("classname", "conformance");
        attribute("name", result.program());
        attribute("time", seconds(result.elapsedMs()));
        if (result.outcome() != Outcome.PASS) {
            xml.writeStartElement(result.outcome() == Outcome.FAIL ? "failure" : "error");
            attribute("message", result.why());
            xml.writeEndElement();
            element("system-out", result.output());
            element("system-err", result.remarks());
        }
        xml.writeEndElement();
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

    private static String count(List<ConformanceCase> cases, Outcome outcome) {
        return Long.toString(cases.stream().filter(it -> it.outcome() == outcome).count());
    }

    private static String seconds(long millis) {
        return String.format(Locale.ROOT, "%.3f", millis / 1000.0);
    }
}
