#!/usr/bin/env python3
"""Replays a recording as an engine; README.md says how a recording looks and how to make one.

    lockstep run --grain block --reference "cmd:replay.py RECORDING" PROGRAM [ARG...]
"""
import argparse
import inspect
import os
import signal
import sys

import lockstep

STRENGTHS = [1, 2, 3, 4]  # PC, PATH, COMMIT, FULL: whatever the recording was made with.
STRENGTHS_WITH_REGISTERS = [1, lockstep.REGISTERS]  # Its digests are of less, or of nothing.


class Mistake(Exception):
    """Something is wrong with the recording; which line, and what."""


def count(word, bits=64):
    return checked(int(word), bits)


def value(word, bits=64):
    return checked(int(word, 16), bits)


def checked(number, bits):
    if number < 0 or number >> bits:
        raise ValueError(f"{number:#x} (expected: {bits} bits)")
    return number


class Recording:
    """A file, line by line; addresses, digests and values are hexadecimal."""

    def __init__(self, path):
        self.path = path
        try:
            with open(path, encoding="utf-8") as file:
                self.lines = file.read().splitlines()
        except (OSError, UnicodeDecodeError) as failure:
            raise Mistake(f"{path}: {getattr(failure, 'strerror', None) or failure}") from None

    def each(self, **take):
        """Hands the words of every line to what takes such lines; others are passed."""
        for number, line in enumerate(self.lines, 1):
            word, *words = line.split() or ["#"]
            if word in take:
                try:
                    known = inspect.signature(take[word]).bind(*words)
                    take[word](*known.args)
                except (ValueError, TypeError) as failure:
                    raise Mistake(f"{self.path}:{number}: {line[:80]!r}: {failure}") from None


class Replay:
    """What a recording says, told to the coordinator."""

    def __init__(self, recording, session):
        self.recording, self.session = recording, session
        self.isa, self.entry, self.agreement = "", None, []
        self.question = None

    def run(self):
        self.recording.each(isa=self.name, agree=self.agree, start=self.start, register=self.register)
        if self.entry is None:
            raise Mistake(f"{self.recording.path}: no line 'start PC'")
        strengths = STRENGTHS_WITH_REGISTERS if self.session.registers else STRENGTHS
        self.session.join("replay.py", self.isa, strengths, self.agreement, self.entry)
        self.recording.each(block=self.block, input=self.ask, result=self.result, write=self.write, end=self.end)
        raise Mistake(f"{self.recording.path}: no line 'end ...'")

    def name(self, isa=""):
        self.isa = isa

    def agree(self, item, digest, *words):
        self.agreement.append((item, bytes.fromhex(digest), " ".join(words)))

    def start(self, pc):
        self.entry = value(pc)

    def register(self, name, bits):
        self.session.registers.append((name, count(bits, 12)))

    def block(self, next_pc, digest, steps, turns, *values):
        self.close_question()
        if len(values) != len(self.session.registers):
            raise ValueError(f"{len(values)} registers (expected: {len(self.session.registers)})")
        row = [value(word, bits) for word, (_, bits) in zip(values, self.session.registers)]
        self.session.executed(value(next_pc), value(digest), count(steps, 32), count(turns, 32), row)

    def ask(self, number, pc, open_steps, open_digest, open_turns, output_bytes, output_digest, *arguments):
        self.close_question()
        self.question = lockstep.Question(
            int(number),
            value(pc),
            [value(argument) for argument in arguments],
            (count(output_bytes), value(output_digest)),
            (count(open_steps), value(open_digest), count(open_turns)),
        )

    def asked(self):
        if not self.question:
            raise ValueError("an answer, and no input before it")
        return self.question

    def result(self, answer):
        self.asked().value = value(answer)

    def write(self, address, data):
        self.asked().writes.append((value(address), bytes.fromhex(data)))

    def end(self, reason, status, registers, memory):
        self.close_question()
        self.session.end(count(reason), count(status), value(registers), value(memory))

    def close_question(self):
        if self.question:
            self.session.ask(self.question)
            self.question = None


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("recording")
    for option in ("--connect", "--run", "--role", "--name"):
        variable = "LOCKSTEP_" + option[2:].replace("connect", "socket").upper()
        known = os.environ.get(variable)
        parser.add_argument(option, default=known, required=known is None, help=f"${variable} without")
    options, _ = parser.parse_known_args()  # The rest is program and arguments, which it does not run.
    if options.role not in lockstep.ROLES:
        parser.error(f"--role: {options.role!r} (expected: {' or '.join(lockstep.ROLES)})")
    return options


def main():
    options = arguments()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # The coordinator says when it is over.
    try:
        recording = Recording(options.recording)
        session = lockstep.Session(options.connect, options.run, options.role, options.name)
    except Mistake as mistake:
        sys.exit(f"replay.py: {mistake}")
    except OSError as failure:
        sys.exit(f"replay.py: {options.connect}: {failure.strerror or failure} (expected: a coordinator's socket)")
    try:
        Replay(recording, session).run()
    except lockstep.Halted:
        session.goodbye()
    except (Mistake, ConnectionError) as failure:
        sys.exit(f"replay.py: {failure}")


if __name__ == "__main__":
    main()
