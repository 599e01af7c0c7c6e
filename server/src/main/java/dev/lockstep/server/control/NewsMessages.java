package dev.lockstep.server.control;

import dev.lockstep.proto.v1.RunEvent;
import dev.lockstep.proto.v1.WatchDivergencesResponse;
import dev.lockstep.server.feed.Feed;
import dev.lockstep.server.feed.News;

/** News, as messages of a watch. */
final class NewsMessages {
    private NewsMessages() {}

    /** Returns the first message of a watch. */
    static WatchDivergencesResponse started(Feed feed) {
        WatchDivergencesResponse.Builder response = WatchDivergencesResponse.newBuilder();
        response.getStartedBuilder()
                .setServerId(feed.id())
                .setOldestPosition(feed.oldestPosition())
                .setNewestPosition(feed.newestPosition());
        return response.build();
    }

    static WatchDivergencesResponse of(News news) {
        WatchDivergencesResponse.Builder response = WatchDivergencesResponse.newBuilder();
        switch (news) {
            case News.Happened happened -> response.setEvent(event(happened));
            case News.Dropped dropped ->
                    response.getDroppedBuilder().setEventCount(dropped.eventCount());
            case News.Progressed progressed -> response.setProgress(Messages.progress(progressed));
        }
        return response.build();
    }

    private static RunEvent event(News.Happened happened) {
        RunEvent.Builder event =
                RunEvent.newBuilder()
                        .setPosition(happened.position())
                        .setRun(happened.event().run())
                        .setRunId(happened.event().runId())
                        .setTime(Messages.time(happened.time()));
        switch (happened.event()) {
            case dev.lockstep.server.feed.RunEvent.Created created ->
                    event.setCreated(Messages.run(created.status()));
            case dev.lockstep.server.feed.RunEvent.Started started ->
                    event.setStarted(Messages.run(started.status()));
            case dev.lockstep.server.feed.RunEvent.Diverged diverged ->
                    event.setDiverged(
                            Messages.divergence(
                                    diverged.run(), diverged.number(), diverged.divergence()));
            case dev.lockstep.server.feed.RunEvent.Ended ended ->
                    event.setEnded(Messages.run(ended.status()));
        }
        return event.build();
    }
}
