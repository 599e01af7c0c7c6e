package dev.lockstep.server.run;

/**
 * What came of a rule in a run.
 *
 * @param name of the rule
 * @param reason of the rule
 * @param count differences that it made ignored
 */
public record RuleUse(String name, String reason, long count) {}
