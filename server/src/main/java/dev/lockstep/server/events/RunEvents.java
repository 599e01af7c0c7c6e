package dev.lockstep.server.events;

import dev.lockstep.proto.v1.Event;
import dev.lockstep.proto.v1.EventBatch;
import dev.lockstep.protocol.EventLines;
import dev.lockstep.server.run.ProtocolException;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** The event logs of one run while it goes on. Nothing here waits for the disk. */
public final class RunEvents {
    private final CompletableFuture<Path> directory;
    private final EventLimits limits;
    private final Executor disk;
    private final PayloadCheck payloads = new PayloadCheck();
    private final Map<String, EventLog> logs = new ConcurrentSkipListMap<>();
    private final AtomicLong queuedBytes = new AtomicLong();

    /** Whether a task to write full frames waits: one is enough. */
    private final AtomicBoolean writes = new AtomicBoolean();

    private volatile boolean begun;
    private final CompletableFuture<List<String>> ended = new CompletableFuture<>();

    /**
     * Prepares the logs of a run, of which there are none before its engines are known.
     *
     * @param directory of the run, once it is known
     * @param disk the store's thread
     */
    RunEvents(CompletableFuture<Path> directory, EventLimits limits, Executor disk) {
        this.directory = directory;
        this.limits = limits;
        this.disk = disk;
        var _ = directory.whenCompleteAsync((_, _) -> write(true), disk);
    }

    /** Begins the logs of the engines that will tell events; belongs to the thread of the runs. */
    public void begin(Set<String> engines) {
        engines.forEach(engine -> logs.computeIfAbsent(engine, this::newLog));
        begun = true;
    }

    /** Returns the engines that tell events; empty as long as they are not known. */
    Optional<Set<String>> tellers() {
        return begun ? Optional.of(logs.keySet()) : Optional.empty();
    }

    /**
     * Takes what an engine has told; belongs to the thread of the runs.
     *
     * @throws ProtocolException if a payload is not one JSON object: then none of them is kept
     */
    public void add(String engine, EventBatch batch) throws ProtocolException {
        for (Event event : batch.getEventsList()) {
            payloads.check(event);
        }
        EventLog log = logs.computeIfAbsent(engine, this::newLog);
        for (Event event : batch.getEventsList()) {
            add(log, EventLines.line(engine, event).getBytes(StandardCharsets.UTF_8));
        }
        if (log.isDue() && !writes.getAndSet(true)) {
            disk.execute(this::writeFull);
        }
    }

    private void writeFull() {
        writes.set(false);
        write(false);
    }

    private void add(EventLog log, byte[] line) {
        if (queuedBytes.get() + line.length > limits.roomBytes()) {
            log.lose("%,d bytes of events waited for the disk".formatted(queuedBytes.get()));
        } else {
            queuedBytes.addAndGet(log.add(line));
        }
    }

    private EventLog newLog(String engine) {
        byte[] head = EventLines.schema(engine).getBytes(StandardCharsets.UTF_8);
        queuedBytes.addAndGet(head.length);
        return new EventLog(head, () -> new SegmentWriter(files(engine), limits.storedBytes()));
    }

    private SegmentFiles files(String engine) {
        return EventLogs.files(directory.join(), engine);
    }

    /** Returns whether the disk follows; while it does not, the engines are not to do more. */
    public boolean keepsUp() {
        return queuedBytes.get() < limits.queuedBytes();
    }

    /** Writes what waits, on the store's thread. */
    void write(boolean all) {
        if (directory.isCompletedExceptionally()) {
            logs.values()
                    .forEach(log ->
                            queuedBytes.addAndGet(-log.fail("the run is not in the log of runs")));
        } else if (directory.isDone()) {
            logs.values().forEach(log -> queuedBytes.addAndGet(-log.write(all)));
        }
    }

    /**
     * Ends the logs.
     *
     * @param cut why the engines could not tell all; empty if they could
     * @return completes once all is on the disk, with what people have to know of what is not
     */
    public CompletableFuture<List<String>> end(Optional<String> cut) {
        var _ =
                directory
                        .handleAsync((_, _) -> finish(cut), disk)
                        .exceptionally(failure -> List.of("event logs: " + failure))
                        .thenAccept(ended::complete);
        return ended;
    }

    /** Returns what completes at the end. */
    CompletableFuture<List<String>> ended() {
        return ended;
    }

    private List<String> finish(Optional<String> cut) {
        write(true);
        logs.values().forEach(log -> queuedBytes.addAndGet(-log.finish(cut)));
        return losses();
    }

    private List<String> losses() {
        return logs.entrySet().stream()
                .flatMap(entry ->
                        entry.getValue().loss().stream()
                                .map(loss -> "event log of " + entry.getKey() + ": " + loss))
                .toList();
    }

    /** Returns the log of an engine as far as it is written, and as it is being written. */
    Optional<EventText> follow(String engine) {
        return Optional.ofNullable(logs.get(engine))
                .map(log -> new FollowedText(log, new FrameReader(files(engine))));
    }
}
