package dev.lockstep.server.diff.state;

import dev.lockstep.server.json.JsonTapeReader;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Rules by which states are compared. Immutable.
 *
 * @param name what it calls itself
 * @param sha256 of its file, in hexadecimal
 * @param documents that make a state, in the order in which they are compared; empty: all JSON
 *     files that one of the two has, by name
 * @param required documents without which nothing can be said
 * @param absentIsMissing whether a document that is on neither side is a difference
 * @param names whether members of one object may have one name
 * @param manifest how far the manifests are believed
 * @param skips what is not compared
 * @param sets arrays whose order says nothing
 * @param allMembers whether all members of a set are compared: otherwise the last of each key, and
 *     objects alone
 * @param gates what must hold before anything else can be interpreted
 * @param image how images are compared, if they are
 * @param classes in which differences are told, in this order
 * @param classification which differences are of which class; the first rule that fits decides
 */
public record StateProfile(
        String name,
        String sha256,
        List<String> documents,
        List<String> required,
        boolean absentIsMissing,
        JsonTapeReader.Names names,
        Manifest manifest,
        Skips skips,
        List<SetRule> sets,
        boolean allMembers,
        List<Gate> gates,
        Optional<ImageRule> image,
        List<DifferenceClass> classes,
        List<ClassRule> classification) {
    /** How far manifests are believed. */
    public enum Manifest {
        /** A document is held against each hash that a manifest has for it. */
        VERIFIED,
        /**
         * Only where both have the same hash is it verified, and then a document that has it on
         * both sides is not looked at.
         */
        TRUSTED
    }

    /**
     * What is not compared.
     *
     * @param anywhere whether a name is skipped at any depth, as the original does by looking for
     *     dots and brackets in the path; otherwise a rule is a path, with {@code []} for elements
     * @param field of a document that names more, which hold for both sides' documents
     * @param rules of the profile
     */
    public record Skips(boolean anywhere, Optional<String> field, List<SkipRule> rules) {}

    /**
     * Fields that are not compared.
     *
     * @param document in which; empty: in all
     */
    public record SkipRule(Optional<String> document, Set<String> fields) {}

    /** An array, by the name of its field, whose members are told apart by the value of a key. */
    public record SetRule(String document, String field, String key) {}

    /** A field of a document. */
    public record Place(String document, String field) {}

    /** What must hold. */
    public sealed interface Gate {
        /** Returns its name in reports. */
        String name();

        /**
         * A field is equal on both sides.
         *
         * @param absent what a field that is not there is taken for
         * @param unlessImage whether it only counts where the images cannot be compared
         */
        record SameOnBothSides(
                String name, Place place, Optional<String> absent, boolean unlessImage)
                implements Gate {}

        /** On each side two of its fields are equal. */
        record SameWithin(String name, Place left, Place right) implements Gate {}

        /** The images are equal but for what is masked. */
        record SameImage(String name) implements Gate {}
    }

    /**
     * Images, and which of their bytes say nothing: a loader wrote them. They are given as a table,
     * a JSON document of groups of entries, each with an address and a type.
     *
     * @param file of a state with the image
     * @param base name of the table's field with the address of the image's first byte
     * @param defaultBase that address if there is no such field
     * @param groups name of the table's list of groups
     * @param entries name of a group's list of entries
     * @param address name of an entry's field
     * @param type name of an entry's field
     * @param sizes how many bytes an entry of a type masks, by the type
     * @param fill what masked bytes are taken for
     */
    public record ImageRule(
            String file,
            String base,
            long defaultBase,
            String groups,
            String entries,
            String address,
            String type,
            Map<Long, Integer> sizes,
            byte fill) {}

    /**
     * A class of differences.
     *
     * @param symbol a letter for it
     * @param advice what to do about it
     */
    public record DifferenceClass(String name, String symbol, String advice) {}

    /**
     * Which differences are of a class: those for which all that is given fits.
     *
     * @param documents in which; empty: in all
     * @param paths patterns, {@code *} standing for anything; empty: all
     * @param kinds empty: all
     * @param stop whether nothing else can be interpreted then
     */
    public record ClassRule(
            String name,
            Set<String> documents,
            List<PathPattern> paths,
            Set<DifferenceKind> kinds,
            boolean stop) {
        boolean fits(String document, String path, DifferenceKind kind) {
            return (documents.isEmpty() || documents.contains(document))
                    && (kinds.isEmpty() || kinds.contains(kind))
                    && (paths.isEmpty() || paths.stream().anyMatch(it -> it.matches(path)));
        }
    }
}
