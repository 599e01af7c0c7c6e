package dev.lockstep.cli;

import dev.lockstep.server.files.Failures;
import dev.lockstep.server.run.ConfigException;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Turns exceptions into one message on standard error and an exit code. */
final class Errors {
    static final String PREFIX = "error: ";

    private Errors() {}

    /** Tells what is wrong with the command line. */
    static int reportUsage(ParameterException e, String[] args) {
        CommandLine command = e.getCommandLine();
        PrintWriter err = command.getErr();
        err.println(PREFIX + usageMessage(e));
        err.println(
                "'" + command.getCommandSpec().qualifiedName() + " --help' shows how it is used.");
        return ExitCodes.USAGE;
    }

    /** Tells what went wrong afterwards; a stack trace is for our own mistakes only. */
    static int reportFailure(Exception e, CommandLine command, ParseResult result) {
        PrintWriter err = command.getErr();
        return switch (e) {
            case ConfigException config -> reportUser(config.getMessage(), err);
            case UncheckedIOException io -> reportUser(io.getMessage(), err);
            case IOException io -> reportUser(nameOf(io) + Failures.reason(io), err);
            default -> reportInternal(e, err);
        };
    }

    /** Returns the file a failure is about, when it says so. */
    private static String nameOf(IOException e) {
        return e instanceof FileSystemException f && f.getFile() != null ? f.getFile() + ": " : "";
    }

    /** Tells that what was asked for was found, and could not be written. */
    static int reportLostOutput(PrintWriter err) {
        return reportUser("cannot write to standard output: is it closed, or its disk full?", err);
    }

    private static int reportUser(@Nullable String text, PrintWriter err) {
        err.println(PREFIX + text);
        return ExitCodes.USAGE;
    }

    /** Tells of a mistake of ours. */
    static int reportInternal(Throwable e, PrintWriter err) {
        err.println("internal error: " + e);
        e.printStackTrace(err);
        return ExitCodes.INTERNAL_ERROR;
    }

    private static String usageMessage(ParameterException e) {
        return switch (e) {
            case UnmatchedArgumentException unmatched -> unmatchedMessage(unmatched);
            case MissingParameterException missing -> missingMessage(missing);
            case ParameterException p when p.getCause() instanceof ConfigException cause ->
                    optionName(p) + cause.getMessage();
            default -> decapitalised(e);
        };
    }

    private static String unmatchedMessage(UnmatchedArgumentException e) {
        String argument = e.getUnmatched().getFirst();
        Set<String> verbs = e.getCommandLine().getSubcommands().keySet();
        if (argument.startsWith("-")) {
            return "unknown option '" + argument + "'" + hint(e.getSuggestions());
        }
        return verbs.isEmpty()
                ? "unexpected argument '" + argument + "'"
                : "unknown verb '%s' (expected: %s)".formatted(argument, String.join(", ", verbs))
                        + hint(e.getSuggestions());
    }

    private static String hint(List<String> near) {
        return near.isEmpty() ? "" : "; did you mean " + String.join(" or ", near) + "?";
    }

    private static String missingMessage(MissingParameterException e) {
        if (e.getMissing().isEmpty()) {
            return decapitalised(e);
        }
        var missing = e.getMissing().getFirst();
        return missing.isPositional() ? "no " + missing.paramLabel() + " given" : decapitalised(e);
    }

    private static String optionName(ParameterException e) {
        return e.getArgSpec() instanceof OptionSpec option ? option.longestName() + ": " : "";
    }

    private static String decapitalised(ParameterException e) {
        String message = String.valueOf(e.getMessage());
        return message.isEmpty()
                ? message
                : message.substring(0, 1).toLowerCase(Locale.ROOT) + message.substring(1);
    }
}
