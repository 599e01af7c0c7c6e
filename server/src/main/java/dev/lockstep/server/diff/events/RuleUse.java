package dev.lockstep.server.diff.events;

import dev.lockstep.server.diff.events.PairResult.SideCounts;

import java.util.OptionalLong;

/**
 * How often a rule was applied.
 *
 * @param rule its name
 * @param reason why there is such a rule
 * @param events how many events of each side it concerned
 * @param budget how many it may concern, if that is bounded
 */
public record RuleUse(String rule, String reason, SideCounts events, OptionalLong budget) {
    /** Returns whether it was applied more often than it may be. */
    public boolean isOverBudget() {
        return budget.isPresent() && events.total() > budget.getAsLong();
    }
}
