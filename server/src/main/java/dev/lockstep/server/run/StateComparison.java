package dev.lockstep.server.run;

import com.google.protobuf.ByteString;

import dev.lockstep.proto.v1.Evidence;
import dev.lockstep.proto.v1.Examination;
import dev.lockstep.proto.v1.MemoryDifference;
import dev.lockstep.proto.v1.MemoryWrite;
import dev.lockstep.proto.v1.PageDigest;
import dev.lockstep.proto.v1.RegisterDifference;
import dev.lockstep.protocol.Digest;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/** In which registers, pages and bytes two states at the same step differ. */
final class StateComparison {
    private static final int PAGE_BYTES = 4096;
    private static final int FCSR_INDEX = 64;
    private static final int PC_INDEX = 65;

    private final List<RegisterDifference> registers;
    private final List<Long> pages;
    private final List<MemoryDifference> memory = new ArrayList<>();
    private long byteCount;

    /**
     * Compares what two engines tell of their registers and pages. If they stand at different
     * steps, as before and after an input, that is nothing.
     */
    static StateComparison of(Examination reference, Examination subject) {
        Examination none = Examination.getDefaultInstance();
        return reference.getStep() == subject.getStep()
                ? new StateComparison(reference, subject)
                : new StateComparison(none, none);
    }

    private StateComparison(Examination reference, Examination subject) {
        registers = registers(reference.getRegisters(), subject.getRegisters());
        pages = pages(reference.getChangedPagesList(), subject.getChangedPagesList());
    }

    List<RegisterDifference> registers() {
        return registers;
    }

    /** Returns the addresses of the pages that differ. */
    List<Long> pages() {
        return pages;
    }

    /** Returns the addresses of those pages whose content is looked at. */
    List<Long> comparedPages() {
        return pages.subList(0, Math.min(pages.size(), Bounds.COMPARED_PAGES));
    }

    /** Returns the bytes that differ, as far as they were compared. */
    List<MemoryDifference> memory() {
        return memory;
    }

    long byteCount() {
        return byteCount;
    }

    /** Returns bytes as divergences show them. */
    static String text(long address, ByteString bytes) {
        return "[%s] = 0x%s"
                .formatted(Difference.hex(address), HexFormat.of().formatHex(bytes.toByteArray()));
    }

    boolean isEqual() {
        return registers.isEmpty() && pages.isEmpty();
    }

    private static List<RegisterDifference> registers(ByteString left, ByteString right) {
        ByteBuffer one = left.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer other = right.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        List<RegisterDifference> differences = new ArrayList<>();
        for (int i = 0; one.remaining() >= Long.BYTES && other.remaining() >= Long.BYTES; i++) {
            long value = one.getLong();
            long otherValue = other.getLong();
            if (value != otherValue && i <= PC_INDEX) {
                differences.add(
                        RegisterDifference.newBuilder()
                                .setSlot(slot(i))
                                .setReference(value)
                                .setSubject(otherValue)
                                .build());
            }
        }
        return differences;
    }

    private static int slot(int index) {
        return switch (index) {
            case FCSR_INDEX -> Slot.FCSR;
            case PC_INDEX -> Digest.TRANSFER;
            default -> index;
        };
    }

    /** A page that only one side has changed differs. */
    private static List<Long> pages(List<PageDigest> left, List<PageDigest> right) {
        Map<Long, Long> one = byAddress(left);
        Map<Long, Long> other = byAddress(right);
        TreeSet<Long> addresses = new TreeSet<>(Long::compareUnsigned);
        addresses.addAll(one.keySet());
        addresses.addAll(other.keySet());
        addresses.removeIf(address -> {
            Long digest = one.get(address);
            return digest != null && digest.equals(other.get(address));
        });
        return List.copyOf(addresses);
    }

    private static Map<Long, Long> byAddress(List<PageDigest> pages) {
        return pages.stream()
                .collect(
                        Collectors.toMap(
                                PageDigest::getAddress, PageDigest::getDigest, (_, last) -> last));
    }

    /** Compares the content of the {@link #comparedPages}; where there is no page, of zeros. */
    void comparePages(List<MemoryWrite> reference, List<MemoryWrite> subject) {
        Map<Long, ByteString> left = contents(reference);
        Map<Long, ByteString> right = contents(subject);
        ByteString none = ByteString.copyFrom(new byte[PAGE_BYTES]);
        for (long page : comparedPages()) {
            comparePage(page, left.getOrDefault(page, none), right.getOrDefault(page, none));
        }
    }

    private static Map<Long, ByteString> contents(List<MemoryWrite> pages) {
        return pages.stream()
                .filter(page -> page.getData().size() == PAGE_BYTES)
                .collect(
                        Collectors.toMap(
                                MemoryWrite::getAddress, MemoryWrite::getData, (_, last) -> last));
    }

    private void comparePage(long address, ByteString left, ByteString right) {
        for (int from = 0; from < PAGE_BYTES; from++) {
            int to = from;
            while (to < PAGE_BYTES && left.byteAt(to) != right.byteAt(to)) {
                to++;
            }
            if (to > from) {
                add(address, from, to, left, right);
                from = to;
            }
        }
    }

    private void add(long page, int from, int to, ByteString left, ByteString right) {
        byteCount += to - from;
        Function<ByteString, ByteString> shown =
                bytes -> bytes.substring(from, Math.min(to, from + Bounds.SHOWN_BYTES));
        if (memory.size() < Bounds.SHOWN_MEMORY) {
            memory.add(
                    MemoryDifference.newBuilder()
                            .setAddress(page + from)
                            .setReference(shown.apply(left))
                            .setSubject(shown.apply(right))
                            .build());
        }
    }

    /** Tells what differs. */
    void addTo(Evidence.Builder evidence) {
        evidence.clearRegisters()
                .addAllRegisters(registers)
                .clearMemory()
                .addAllMemory(memory)
                .setDifferingByteCount(byteCount)
                .setDifferingPageCount(pages.size());
    }
}
