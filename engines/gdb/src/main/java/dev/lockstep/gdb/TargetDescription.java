package dev.lockstep.gdb;

import java.io.StringReader;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.UnaryOperator;

import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * The registers that a stub describes (GDB manual, appendix "Target Descriptions"): target.xml and
 * the documents that it includes, in that order.
 */
final class TargetDescription {
    /** Registers of one target at most. */
    static final int MAX_REGISTERS = 1 << 14;

    /** Documents of one target at most. */
    static final int MAX_DOCUMENTS = 64;

    private static final String FIRST = "target.xml";

    /**
     * A register that is described.
     *
     * @param number what the stub calls it
     */
    record Described(String name, int number, int bits) {}

    private final UnaryOperator<String> documents;
    private final XMLInputFactory factory = XMLInputFactory.newFactory();
    private final List<Described> registers = new ArrayList<>();
    private int documentCount;
    private int nextNumber;

    private TargetDescription(UnaryOperator<String> documents) {
        this.documents = documents;
        // The prefix of xi:include is often not declared, and nothing outside is to be read.
        factory.setProperty(XMLInputFactory.IS_NAMESPACE_AWARE, false);
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    }

    /**
     * Reads a description.
     *
     * @param documents returns the text of a document
     * @throws StubException if it makes no sense
     */
    static List<Described> read(UnaryOperator<String> documents) {
        TargetDescription description = new TargetDescription(documents);
        description.readAll();
        return List.copyOf(description.registers);
    }

    /** Reads a document, and each that it includes where it includes it. */
    private void readAll() {
        Deque<XMLStreamReader> open = new ArrayDeque<>();
        try {
            open.push(document(FIRST));
            while (!open.isEmpty()) {
                XMLStreamReader reader = open.element();
                if (!reader.hasNext()) {
                    open.pop();
                } else if (reader.next() == XMLStreamConstants.START_ELEMENT) {
                    switch (reader.getLocalName()) {
                        case "xi:include" -> open.push(document(attribute(reader, "href", "")));
                        case "reg" -> add(reader);
                        default -> {}
                    }
                }
            }
        } catch (XMLStreamException | NumberFormatException e) {
            throw new StubException(
                    "the stub's description of its registers makes no sense: " + e.getMessage());
        }
    }

    private XMLStreamReader document(String name) throws XMLStreamException {
        if (++documentCount > MAX_DOCUMENTS) {
            throw new StubException(
                    "the stub's description of its registers has more than %d documents"
                            .formatted(MAX_DOCUMENTS));
        }
        return factory.createXMLStreamReader(new StringReader(documents.apply(name)));
    }

    private void add(XMLStreamReader reader) {
        int number = Integer.parseInt(attribute(reader, "regnum", Integer.toString(nextNumber)));
        int bits = Integer.parseInt(attribute(reader, "bitsize", ""));
        if (number < 0 || bits < 1 || registers.size() == MAX_REGISTERS) {
            throw new NumberFormatException(
                    "register %d of %d bits, after %d others"
                            .formatted(number, bits, registers.size()));
        }
        registers.add(new Described(attribute(reader, "name", ""), number, bits));
        nextNumber = number + 1;
    }

    private static String attribute(XMLStreamReader reader, String name, String otherwise) {
        String value = reader.getAttributeValue(null, name);
        return value == null ? otherwise : value;
    }
}
