package dev.lockstep.cli.report;

import dev.lockstep.cli.code.GuestCode;
import dev.lockstep.server.run.RunReport;

/**
 * What reports are written of.
 *
 * @param title what was run, for the first line
 * @param command the line that started the run; empty if none did
 * @param showCommand the line that shows all of it
 */
public record Account(
        RunReport report, String title, String command, String showCommand, GuestCode code) {}
