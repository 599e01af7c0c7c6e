package dev.lockstep.cli.report;

import dev.lockstep.cli.code.GuestCode;
import dev.lockstep.server.run.RunReport;

/**
 * What reports are written of.
 *
 * @param title what was run, for the first line
 * @param command the line that started the run; empty if none did
 */
public record Account(RunReport report, String title, String command, GuestCode code) {}
