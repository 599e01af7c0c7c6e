#!/usr/bin/env python3
"""Holds lockstep.py against the golden frames: what it sends is what they are, byte for byte, and it understands what it hears.

    test/golden.py ../../proto/src/main/proto/lockstep/v1/golden
"""
import os
import socket
import struct
import sys
import tempfile
import types

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
import lockstep  # noqa: E402

RULES = [("rules", bytes(32), "block-rule 1, digest 1")]
FILE = [("rax", 64), ("eflags", 32), ("xmm0", 128)]
VALUES = [0x0123456789ABCDEF, 0x246, 0x4000000000000000BFD0000000000000]


def golden(name):
    with open(os.path.join(sys.argv[1], name + ".hex"), encoding="ascii") as file:
        return bytes.fromhex(file.read().replace("\n", ""))


def check(what, actual, expected):
    if actual != expected:
        sys.exit(f"golden.py: {what}:\n  {actual!r}\nexpected:\n  {expected!r}")


class Conversation:
    """A session, and the coordinator's end of its connection."""

    def __init__(self, folder, role, registers=(), welcome=None):
        path = os.path.join(folder, f"{role}-{len(os.listdir(folder))}")
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
            listener.bind(path)
            listener.listen(1)
            self.session = lockstep.Session(path, "r1", role, "recomp")
            self.far, _ = listener.accept()
        self.session.registers = list(registers)
        self.far.sendall(welcome or golden("coordinator-welcome"))

    def join(self, implementation, isa, strengths):
        self.session.join(implementation, isa, strengths, RULES, 0x10074)

    def said(self):
        length = self.far.recv(4, socket.MSG_WAITALL)
        return length + self.far.recv(struct.unpack("<I", length)[0], socket.MSG_WAITALL)

    def expect(self, name):
        check(name, self.said().hex(), golden(name).hex())

    def hear(self, *names):
        for name in names:
            self.far.sendall(golden(name))


def question():
    asked = lockstep.Question(63, 0x10490, [0, 0x7FFFE000, 4], open_record=(3, 0x0123456789ABCDEF, 0))
    asked.value, asked.writes = 4, [(0x7FFFE000, b"abc\n")]
    return asked


def begin(talk):
    talk.join("lockstep recomp 0.1.0", "rv64imafdc_zicsr_zifencei", [4])
    talk.session.executed(0x10484, 0xFEDCBA9876543210, 9, 1)
    talk.session.flush()


def subject(folder):
    talk = Conversation(folder, "subject")
    begin(talk)
    talk.expect("engine-hello")
    talk.expect("engine-record-batch")
    talk.hear("coordinator-peer-state", "coordinator-input-result")
    talk.session.ask(question())
    talk.expect("engine-input-request")
    talk.session.executed(0x10500, 0, 4991, 0)
    talk.hear("coordinator-halt")
    try:
        talk.session.end(1, 3, 1, (1 << 64) - 1)
    except lockstep.Halted as halted:
        check("the halt", str(halted), "match")
    talk.said()
    talk.expect("engine-guest-end")
    talk.session.block_count, talk.session.started = 900, 0
    lockstep.time = types.SimpleNamespace(monotonic=lambda: 0.0175)
    lockstep.resource = types.SimpleNamespace(
        RUSAGE_SELF=0, getrusage=lambda who: types.SimpleNamespace(ru_maxrss=99 << 10)
    )
    talk.session.goodbye()
    talk.expect("engine-goodbye")


def reference(folder):
    talk = Conversation(folder, "reference")
    begin(talk)
    talk.session.ask(question())
    talk.said()
    talk.said()
    talk.expect("engine-input-report")
    check("what it costs", talk.session.input_bytes, 2 * lockstep.INPUT_BYTES + 4)


def registers(folder):
    credit = lockstep.message(5, lockstep.number(2, 8))
    body = lockstep.number(2, 2) + lockstep.number(3, lockstep.REGISTERS) + lockstep.number(4, 8) + credit
    frame = lockstep.message(lockstep.WELCOME, body)
    talk = Conversation(folder, "subject", FILE, struct.pack("<I", len(frame)) + frame)
    talk.join("an x86 emulator", "x86_64", [1, lockstep.REGISTERS])
    talk.session.executed(0x10484, 0, 9, 0, VALUES)
    talk.session.flush()
    talk.expect("engine-hello-registers")
    talk.expect("engine-record-batch-registers")


def credit_of(folder, name):
    talk = Conversation(folder, "subject")
    talk.hear(name)
    for _ in range(2):
        talk.session.receive()
    return [talk.session.credit.number(field) for field in (1, 2, 3, 4)]


def damage(folder, frame):
    """Nothing that arrives does worse than to end the session."""
    length = len(frame) - 4
    bodies = [frame[4 : 4 + cut] for cut in range(length)]
    bodies += [frame[4 : 4 + at] + bytes([byte]) + frame[5 + at :] for at in range(length) for byte in (0, 7, 0x7F, 0xFF)]
    talk = Conversation(folder, "subject")
    talk.session.receive()
    for body in bodies:
        talk.far.sendall(struct.pack("<I", len(body)) + body)
        try:
            talk.session.receive()
        except (lockstep.Halted, ConnectionError):
            pass
    return len(bodies)


def main():
    lockstep.os = types.SimpleNamespace(getpid=lambda: 4711)
    lockstep.GRAINS = (lockstep.BLOCK,)
    names = [name[:-4] for name in sorted(os.listdir(sys.argv[1])) if name.startswith("coordinator-")]
    with tempfile.TemporaryDirectory() as folder:
        check("credit", credit_of(folder, "coordinator-credit"), [9, 262144, 16 << 20, 0])
        check("strict credit", credit_of(folder, "coordinator-credit-strict"), [9, 2, 16 << 20, 1])
        damaged = sum(damage(folder, golden(name)) for name in names if len(golden(name)) < 1024)
        registers(folder)
        reference(folder)
        subject(folder)
    print(f"8 golden frames sent, {len(names)} heard, {damaged} damaged ones survived")


if __name__ == "__main__":
    main()
