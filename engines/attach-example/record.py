#!/usr/bin/env python3
"""Records what an engine tells the coordinator, for replay.py; stands between the two.

    lockstep run --grain block --reference "cmd:record.py FILE lockstep engine interp" PROGRAM [ARG...]
"""
import os
import socket
import struct
import subprocess
import sys
import tempfile
import threading

from lockstep import GUEST_END, HELLO, INPUT_REPORT, RECORD_BATCH, fields


def request_line(request):
    known = dict(fields(request))
    begun = dict(fields(known.get(7, b"")))
    arguments = [value for (value,) in struct.iter_unpack("<Q", known.get(4, b""))]
    number = known.get(3, 0)
    values = [str(number - (number >> 63 << 64)), f"{known.get(2, 0):x}", str(begun.get(3, 0))]
    values += [f"{begun.get(4, 0):x}", str(begun.get(5, 0)), str(known.get(5, 0)), f"{known.get(6, 0):x}"]
    return " ".join(["input"] + values + [f"{argument:x}" for argument in arguments])


def lines_of(kind, body, is_first):
    """Yields the lines for a frame of the engine's."""
    known = dict(fields(body))
    if kind == HELLO:
        yield f"isa {known[7].decode()}"
        for item in (dict(fields(value)) for number, value in fields(body) if number == 10):
            yield f"agree {item[1].decode()} {item[2].hex()} {item.get(3, b'').decode()}"
    elif kind == RECORD_BATCH:
        if is_first:
            yield f"start {known[2]:x}"
        for next_pc, digest, steps, turns in struct.iter_unpack("<QQII", known[3]):
            yield f"block {next_pc:x} {digest:x} {steps} {turns}"
    elif kind == INPUT_REPORT:
        if 1 not in known or 5 in dict(fields(known[2])):
            sys.exit("record.py: an input in parts, or in strict grain (expected: a short one, --grain block)")
        yield request_line(known[1])
        yield f"result {dict(fields(known[2])).get(3, 0):x}"
        for write in (dict(fields(value)) for number, value in fields(known[2]) if number == 4):
            yield f"write {write[1]:x} {write[2].hex()}"
    elif kind == GUEST_END:
        end = dict(fields(known[3]))
        yield f"end {end[1]} {end.get(2, 0)} {known.get(4, 0):x} {known.get(5, 0):x}"


def relay(source, target, hear=lambda data: None):
    while data := source.recv(1 << 16):
        hear(data)
        target.sendall(data)
    target.shutdown(socket.SHUT_WR)


class Tap:
    """Takes the frames out of a stream and writes their lines."""

    def __init__(self, file):
        self.file, self.data, self.has_begun = file, b"", False

    def hear(self, data):
        self.data += data
        while len(self.data) >= 4:
            end = 4 + struct.unpack_from("<I", self.data)[0]
            if len(self.data) < end:
                return
            for kind, body in fields(self.data[4:end]):
                if kind >= HELLO:
                    for line in lines_of(kind, body, not self.has_begun):
                        print(line, file=self.file)
                    self.has_begun |= kind == RECORD_BATCH
            self.data = self.data[end:]


def main():
    path, *command = sys.argv[1:]
    at = command.index("--connect") + 1
    with tempfile.TemporaryDirectory() as folder, open(path, "w", encoding="utf-8") as file:
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        listener.bind(os.path.join(folder, "s"))
        listener.listen(1)
        coordinator = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        coordinator.connect(command[at])
        command[at] = listener.getsockname()
        with subprocess.Popen(command) as engine:
            connection, _ = listener.accept()
            back = threading.Thread(target=relay, args=(coordinator, connection), daemon=True)
            back.start()
            relay(connection, coordinator, Tap(file).hear)
            back.join()
            sys.exit(engine.wait())


if __name__ == "__main__":
    main()
