package dev.lockstep.server.snapshot;

import com.google.errorprone.annotations.FormatMethod;

import dev.lockstep.proto.v1.GuestState;
import dev.lockstep.proto.v1.MappedRange;
import dev.lockstep.proto.v1.Source;
import dev.lockstep.proto.v1.SourceRun;
import dev.lockstep.proto.v1.StateField;
import dev.lockstep.proto.v1.StateGroup;
import dev.lockstep.protocol.Protocol;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What guest.proto asks of a state; each check throws a {@link SnapshotException} that names it.
 */
final class StateRules {
    static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    /** Sources of a state at most. */
    static final int MAX_SOURCES = 4096;

    private static final long MAX_SOURCE_BYTES =
            (long) Protocol.MAX_STATE_PAGES * Protocol.PAGE_BYTES;

    private static final int ALL_PERMISSIONS = 7;

    private StateRules() {}

    /** Checks all of a state that can be checked without its pages. */
    static void check(GuestState state) {
        expect(
                state.getSerializedSize() <= Protocol.MAX_STATE_BYTES,
                "state: %d bytes (expected: at most %d)",
                state.getSerializedSize(),
                Protocol.MAX_STATE_BYTES);
        expect(
                state.getStep() >= 0 && state.getBlockCount() >= 0,
                "state: step %d, block_count %d (expected: 0 or more)",
                state.getStep(),
                state.getBlockCount());
        checkGroup("machine", state.getMachine(), 1);
        checkGroup("world", state.getWorld(), 1);
        checkMappings(state.getMappingsList());
        checkSources(state.getSourcesList());
        checkSourceRuns(state);
    }

    /** Throws unless something holds. */
    @FormatMethod
    static void expect(boolean holds, String message, Object... values) {
        if (!holds) {
            throw SnapshotException.refused(message.formatted(values));
        }
    }

    /** Returns whether a range is some whole pages that do not reach over the end of addresses. */
    static boolean isWholePages(long address, long lengthBytes) {
        return (address | lengthBytes) % Protocol.PAGE_BYTES == 0
                && lengthBytes > 0
                && Long.compareUnsigned(address + lengthBytes - 1, address) >= 0;
    }

    private static void checkGroup(String path, StateGroup group, int depth) {
        expect(
                depth <= Protocol.MAX_STATE_DEPTH,
                "state field %s: nested %d deep (expected: at most %d)",
                path,
                depth,
                Protocol.MAX_STATE_DEPTH);
        Set<String> names = new HashSet<>();
        for (StateField field : group.getFieldsList()) {
            String name = field.getName();
            expect(
                    NAME.matcher(name).matches() && names.add(name),
                    "state field %s.%s: its name (expected: 1 to 64 characters of [A-Za-z0-9._-],"
                            + " once in a group)",
                    path,
                    name);
            checkValue(path + "." + name, field, depth);
        }
    }

    private static void checkValue(String path, StateField field, int depth) {
        switch (field.getValueCase()) {
            case NUMBER, TEXT, DATA -> {}
            case GROUP -> checkGroup(path, field.getGroup(), depth + 1);
            case LIST -> {
                int index = 0;
                for (StateGroup item : field.getList().getItemsList()) {
                    checkGroup("%s[%d]".formatted(path, index), item, depth + 2);
                    index++;
                }
            }
            case VALUE_NOT_SET -> expect(false, "state field %s: no value", path);
        }
    }

    private static void checkMappings(List<MappedRange> mappings) {
        MappedRange before = null;
        for (MappedRange range : mappings) {
            long address = range.getAddress();
            expect(
                    isWholePages(address, range.getLengthBytes()),
                    "mapping 0x%x: %d bytes (expected: whole pages)",
                    address,
                    range.getLengthBytes());
            expect(
                    (range.getPermissions() & ~ALL_PERMISSIONS) == 0,
                    "mapping 0x%x: permissions %d (expected: 0 to 7)",
                    address,
                    range.getPermissions());
            if (before != null) {
                long gap = address - last(before) - 1;
                expect(
                        Long.compareUnsigned(address, last(before)) > 0
                                && (gap != 0 || range.getPermissions() != before.getPermissions()),
                        "mapping 0x%x after one up to 0x%x (expected: ascending, disjoint, joined)",
                        address,
                        last(before));
            }
            before = range;
        }
    }

    private static long last(MappedRange range) {
        return range.getAddress() + range.getLengthBytes() - 1;
    }

    private static void checkSources(List<Source> sources) {
        expect(
                sources.size() <= MAX_SOURCES,
                "%d sources (expected: at most %d)",
                sources.size(),
                MAX_SOURCES);
        for (Source source : sources) {
            expect(
                    source.getSha256().size() == Hash.BYTES
                            && source.getLengthBytes() >= 0
                            && source.getLengthBytes() <= MAX_SOURCE_BYTES,
                    "source %s: a hash of %d bytes, %d bytes long (expected: %d, at most %d)",
                    source.getName(),
                    source.getSha256().size(),
                    source.getLengthBytes(),
                    Hash.BYTES,
                    MAX_SOURCE_BYTES);
        }
        long pages = sourcePages(sources);
        expect(
                pages <= Protocol.MAX_STATE_PAGES,
                "%d pages of sources (expected: at most %d)",
                pages,
                Protocol.MAX_STATE_PAGES);
    }

    /** Returns how many pages sources have together. */
    static long sourcePages(List<Source> sources) {
        return sources.stream().mapToLong(StateRules::pageCount).sum();
    }

    /** Returns how many pages a source has; the last is filled up with zeros. */
    static long pageCount(Source source) {
        return Math.ceilDiv(source.getLengthBytes(), (long) Protocol.PAGE_BYTES);
    }

    private static void checkSourceRuns(GuestState state) {
        Mappings mapped = new Mappings(state.getMappingsList());
        SourceRun before = null;
        for (SourceRun run : state.getSourceRunsList()) {
            long address = run.getAddress();
            long length = run.getLengthBytes();
            expect(
                    isWholePages(address, length) && mapped.holds(address, length),
                    "source run 0x%x: %d bytes (expected: whole mapped pages)",
                    address,
                    length);
            expect(
                    before == null
                            || Long.compareUnsigned(
                                            address,
                                            before.getAddress() + before.getLengthBytes() - 1)
                                    > 0,
                    "source run 0x%x (expected: ascending, disjoint)",
                    address);
            checkInSource(state, run);
            before = run;
        }
    }

    /** The zeros behind the end of a source, up to a whole page, count as part of it. */
    private static void checkInSource(GuestState state, SourceRun run) {
        int count = state.getSourcesCount();
        expect(
                run.getSource() >= 0 && run.getSource() < count,
                "source run 0x%x: source %d (expected: one of %d)",
                run.getAddress(),
                run.getSource(),
                count);
        Source source = state.getSources(run.getSource());
        long end = pageCount(source) * Protocol.PAGE_BYTES;
        expect(
                run.getOffset() >= 0 && run.getOffset() <= end - run.getLengthBytes(),
                "source run 0x%x: %d bytes at %d of source %s (expected: inside its %d bytes)",
                run.getAddress(),
                run.getLengthBytes(),
                run.getOffset(),
                source.getName(),
                source.getLengthBytes());
    }
}
