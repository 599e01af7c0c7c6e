#!/usr/bin/env python3
"""Records what an engine tells the coordinator, for replay.py; stands between the two.

    lockstep run --grain block --reference "cmd:record.py FILE lockstep engine interp" PROGRAM [ARG...]
"""
import contextlib
import os
import socket
import struct
import subprocess
import sys
import tempfile
import threading

from lockstep import GUEST_END, HELLO, INPUT_REPORT, RECORD_BATCH, Message, fields

ENGINE_POLL_S = 0.2  # How often is looked whether an engine that has not connected still lives.


def messages(data, number):
    """Returns the messages in a field that may be repeated."""
    return [Message(value) for field, value in fields(data) if field == number]


def request_line(request):
    begun = Message(request.content(7))
    arguments = [value for (value,) in struct.iter_unpack("<Q", request.content(4))]
    number = request.number(3)
    values = [str(number - (number >> 63 << 64)), f"{request.number(2):x}", str(begun.number(3))]
    values += [f"{begun.number(4):x}", str(begun.number(5)), str(request.number(5)), f"{request.number(6):x}"]
    return " ".join(["input"] + values + [f"{argument:x}" for argument in arguments])


class Tap:
    """Takes the frames out of what an engine says, and writes their lines."""

    def __init__(self, file):
        self.file, self.data, self.widths, self.has_begun = file, b"", [], False

    def hear(self, data):
        self.data += data
        while len(self.data) >= 4:
            end = 4 + struct.unpack_from("<I", self.data)[0]
            if len(self.data) < end:
                return
            for kind, body in fields(self.data[4:end]):
                for line in self.lines_of(kind, body) if kind >= HELLO else ():
                    print(line, file=self.file)
            self.data = self.data[end:]

    def lines_of(self, kind, body):
        known = Message(body) if kind in (HELLO, RECORD_BATCH, INPUT_REPORT, GUEST_END) else None
        if kind == HELLO:
            yield f"isa {known.content(7).decode()}"
            for item in messages(body, 10):
                yield f"agree {item.content(1).decode()} {item.content(2).hex()} {item.content(3).decode()}"
            self.registers = messages(body, 18)
        elif kind == RECORD_BATCH:
            yield from self.blocks(known)
        elif kind == INPUT_REPORT:
            result = Message(known.content(2))
            if 1 not in known or result.number(5):
                raise ConnectionError("an input in parts, or in strict grain (expected: a short one, --grain block)")
            yield request_line(Message(known.content(1)))
            yield f"result {result.number(3):x}"
            for write in messages(known.content(2), 4):
                yield f"write {write.number(1):x} {write.content(2).hex()}"
        elif kind == GUEST_END:
            end = Message(known.content(3))
            yield f"end {end.number(1)} {end.number(2)} {known.number(4):x} {known.number(5):x}"

    def blocks(self, batch):
        records, values = batch.content(3), batch.content(4)
        if not self.has_begun:
            self.has_begun = True
            if values:  # They are told in some runs, and not in others.
                self.widths = [(register.number(2) + 7) // 8 for register in self.registers]
                for register in self.registers:
                    yield f"register {register.content(1).decode()} {register.number(2)}"
            yield f"start {batch.number(2):x}"
        at = 0
        for next_pc, digest, steps, turns in struct.iter_unpack("<QQII", records):
            line = f"block {next_pc:x} {digest:x} {steps} {turns}"
            for width in self.widths:
                line += f" {int.from_bytes(values[at : at + width], 'little'):x}"
                at += width
            yield line


def received(source):
    """Returns what comes next, nothing once the other end is gone."""
    try:
        return source.recv(1 << 16)
    except OSError:
        return b""


def relay(source, target, hear=lambda data: None):
    """Passes on what comes, until one of the two is gone."""
    while data := received(source):
        hear(data)
        try:
            target.sendall(data)
        except OSError:
            break
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_WR)


def accept(listener, engine):
    """Returns the engine's connection, None if it ends without one."""
    listener.settimeout(ENGINE_POLL_S)
    while True:
        try:
            return listener.accept()[0]
        except socket.timeout:
            if engine.poll() is not None:
                return None


def record(path, command):
    at = command.index("--connect") + 1
    with tempfile.TemporaryDirectory() as folder, open(path, "w", encoding="utf-8") as file:
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        listener.bind(os.path.join(folder, "s"))
        listener.listen(1)
        coordinator = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        coordinator.connect(command[at])
        command[at] = listener.getsockname()
        with subprocess.Popen(command) as engine:
            connection = accept(listener, engine)
            if connection is None:
                raise ConnectionError(f"{command[0]} ended with status {engine.returncode} and never connected")
            back = threading.Thread(target=relay, args=(coordinator, connection), daemon=True)
            back.start()
            try:
                relay(connection, coordinator, Tap(file).hear)
                return engine.wait()
            finally:
                connection.close()  # Whatever went wrong, the engine is not to wait for more.


def main():
    path, *command = sys.argv[1:] or [""]
    if "--connect" not in command[1:-1]:
        sys.exit("usage: record.py FILE ENGINE [ARG...] --connect SOCKET ... (lockstep run adds the options)")
    try:
        sys.exit(record(path, command))
    except OSError as failure:
        sys.exit(f"record.py: {failure}")


if __name__ == "__main__":
    main()
