package dev.lockstep.server.run;

import dev.lockstep.proto.v1.Goodbye;
import dev.lockstep.proto.v1.GuestEnd;

import org.jspecify.annotations.Nullable;

/** What is known of an engine: what it says in parting, else what it has reported. */
final class Account {
    private final EngineStream stream;
    private @Nullable Goodbye goodbye;

    Account(EngineStream stream) {
        this.stream = stream;
    }

    /** Takes what the engine says in parting. */
    void take(Goodbye said) throws ProtocolException {
        if (said.hasExit()) {
            EngineReport.Exit.check("Goodbye.exit", said.getExit());
        }
        goodbye = said;
    }

    /** Returns how the guest ended: as it was compared, else as the engine says in parting. */
    EngineReport.@Nullable Exit exit() {
        GuestEnd end = stream.end();
        if (end != null && end.hasExit()) {
            return EngineReport.Exit.of(end.getExit());
        }
        return goodbye != null && goodbye.hasExit()
                ? EngineReport.Exit.of(goodbye.getExit())
                : null;
    }

    /**
     * @param events how many events it has told, null if it was to tell none
     */
    EngineReport report(
            EngineSpec spec, boolean connected, @Nullable Verdict outcome, @Nullable Long events) {
        Goodbye said = goodbye;
        return new EngineReport(
                spec.name(),
                spec.role(),
                connected,
                said == null ? stream.step() : said.getStepCount(),
                said == null ? stream.blocks() : said.getBlockCount(),
                exit(),
                outcome,
                said == null ? null : said.getElapsedMs(),
                said == null || said.getPeakRssBytes() <= 0 ? null : said.getPeakRssBytes(),
                events);
    }
}
