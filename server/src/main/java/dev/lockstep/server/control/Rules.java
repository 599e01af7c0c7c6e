package dev.lockstep.server.control;

import dev.lockstep.proto.v1.AddressSpan;
import dev.lockstep.proto.v1.IgnoreRule;
import dev.lockstep.proto.v1.IgnoredRegister;
import dev.lockstep.proto.v1.InstructionPattern;
import dev.lockstep.server.run.Rule;

import java.util.List;

/** Reads the rules of a request. */
final class Rules {
    private Rules() {}

    /**
     * Returns the rule that is asked for.
     *
     * @throws IllegalArgumentException if it is none
     */
    static Rule rule(IgnoreRule wire) {
        try {
            return new Rule(
                    wire.getName(),
                    wire.getReason(),
                    wire.getRegistersList().stream().map(Rules::register).toList(),
                    spans(wire.getMemoryList()),
                    spans(wire.getPcsList()),
                    wire.getInstructionsList().stream().map(Rules::encoding).toList(),
                    wire.getNextPc());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "rule \"%s\": %s".formatted(wire.getName(), e.getMessage()), e);
        }
    }

    private static Rule.Register register(IgnoredRegister wire) {
        return new Rule.Register(wire.getSlot(), wire.getIgnoredBits());
    }

    private static List<Rule.Span> spans(List<AddressSpan> wire) {
        return wire.stream().map(it -> new Rule.Span(it.getStart(), it.getEnd())).toList();
    }

    private static Rule.Encoding encoding(InstructionPattern wire) {
        return new Rule.Encoding(wire.getMask(), wire.getMatch());
    }
}
