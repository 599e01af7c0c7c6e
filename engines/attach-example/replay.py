#!/usr/bin/env python3
"""Replays a recording as an engine; README.md says how a recording looks and how to make one.

    lockstep run --grain block --reference "cmd:replay.py RECORDING" PROGRAM [ARG...]
"""
import argparse
import os
import signal
import sys

import lockstep

STRENGTHS = [1, 2, 3, 4]  # PC, PATH, COMMIT, FULL: whatever the recording was made with.


class Recording:
    """A file, line by line; numbers are hexadecimal but for counts."""

    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            self.lines = [line.split() for line in file if line.strip() and not line.startswith("#")]

    def of(self, word):
        return [line[1:] for line in self.lines if line[0] == word]

    def agreement(self):
        return [(item, bytes.fromhex(digest), " ".join(words)) for item, digest, *words in self.of("agree")]


def question_of(line):
    number, pc, open_steps, open_digest, open_turns, output_bytes, output_digest, *arguments = line
    return lockstep.Question(
        int(number),
        int(pc, 16),
        [int(argument, 16) for argument in arguments],
        (int(output_bytes), int(output_digest, 16)),
        (int(open_steps), int(open_digest, 16), int(open_turns)),
    )


def replay(recording, session):
    ((isa,),), ((start,),) = recording.of("isa"), recording.of("start")
    session.join("replay.py", isa, STRENGTHS, recording.agreement(), int(start, 16))
    question = None
    for word, *values in recording.lines:
        if question and word not in ("result", "write"):
            session.ask(question)
            question = None
        if word == "block":
            next_pc, digest, steps, turns = values
            session.executed(int(next_pc, 16), int(digest, 16), int(steps), int(turns))
        elif word == "input":
            question = question_of(values)
        elif word == "result":
            question.value = int(values[0], 16)
        elif word == "write":
            question.writes.append((int(values[0], 16), bytes.fromhex(values[1])))
        elif word == "end":
            reason, status, registers, memory = values
            session.end(int(reason), int(status), int(registers, 16), int(memory, 16))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("recording")
    for option in ("--connect", "--run", "--role", "--name"):
        variable = "LOCKSTEP_" + option[2:].replace("connect", "socket").upper()
        parser.add_argument(option, default=os.environ.get(variable), help=f"${variable} without")
    options, _ = parser.parse_known_args()  # The rest is program and arguments, which it does not run.
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # The coordinator says when it is over.
    session = lockstep.Session(options.connect, options.run, options.role, options.name)
    try:
        replay(Recording(options.recording), session)
        sys.exit("replay.py: the recording has no end")
    except lockstep.Halted:
        session.goodbye()
    except ConnectionError as failure:
        sys.exit(f"replay.py: {failure}")


if __name__ == "__main__":
    main()
