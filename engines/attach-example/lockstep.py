"""What an engine of lockstep says and hears, by docs/protocol.md. Needs Python 3.8 and nothing else.

A Session is used in this order: join; for each block executed; ask before each input; end. Any of them
may raise Halted once the coordinator has seen enough: then say goodbye.
"""
import os
import resource
import socket
import struct
import time

VERSION = 1
MAX_FRAME_BYTES = 16 << 20
INPUT_BYTES = 128  # What a part of an input costs, and each piece of memory in it beside its bytes.

ROLES = {"reference": 1, "subject": 2}
GRAINS = STRICT, BLOCK = 1, 2
REGISTERS = 5  # Strength
KILLED = 5  # ExitReason
HELLO, RECORD_BATCH, INPUT_REQUEST, INPUT_REPORT, GUEST_END, GOODBYE = 3, 4, 5, 6, 7, 9
WELCOME, CREDIT, INPUT_RESULT, HALT, ERROR = 3, 4, 5, 6, 7


# Protocol Buffers, as far as this protocol needs them: what is zero or empty stays out.


def varint(value):
    value &= (1 << 64) - 1  # A negative number has all its bits.
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes(out + bytes([value]))


def number(field, value):
    return varint(field << 3) + varint(value) if value else b""


def fixed64(field, value):
    return varint(field << 3 | 1) + struct.pack("<Q", value) if value else b""


def message(field, value):
    return varint(field << 3 | 2) + varint(len(value)) + value


def content(field, value):
    return message(field, value) if value else b""


def text(field, value):
    return content(field, value.encode())


def fields(data):
    """Yields the fields of a message, number and value, those that are repeated too; or raises ConnectionError."""
    at = 0

    def take(size):
        nonlocal at
        if size > len(data) - at:
            raise ConnectionError(f"a message of {len(data)} bytes ends in the midst of a field")
        at += size
        return data[at - size : at]

    def read_varint():
        value = 0
        for shift in range(0, 70, 7):
            (byte,) = take(1)
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value & (1 << 64) - 1
        raise ConnectionError("a number of more than ten bytes")

    while at < len(data):
        key = read_varint()
        field, wire = key >> 3, key & 7
        if wire == 0:
            yield field, read_varint()
        elif wire == 2:
            yield field, take(read_varint())
        elif wire in (1, 5):
            yield field, int.from_bytes(take(8 if wire == 1 else 4), "little")
        else:
            raise ConnectionError(f"field {field} of wire type {wire} (expected: 0, 1, 2 or 5)")


class Message(dict):
    """The fields of a message by their numbers, of one that is repeated the last."""

    def __init__(self, data):
        super().__init__(fields(data))

    def number(self, field):
        return self.of_kind(field, 0)

    def content(self, field):
        return self.of_kind(field, b"")

    def reason(self):
        return self.content(2).decode(errors="replace")

    def of_kind(self, field, absent):
        value = self.get(field, absent)
        if type(value) is not type(absent):
            raise ConnectionError(f"field {field} is not of the type it should be")
        return value


class Halted(Exception):
    """The coordinator has seen enough; why."""


class Question:
    """An input: what the guest asks for, and, for a reference, what it got."""

    def __init__(self, asked_number, pc, arguments, output=(0, 0), open_record=(0, 0, 0)):
        self.number, self.pc, self.arguments = asked_number, pc, arguments
        self.output_bytes, self.output_digest = output
        self.open_steps, self.open_digest, self.open_turns = open_record  # The block so far.
        self.value, self.writes = 0, []  # Result register; (address, bytes) in guest memory.


class Session:
    """One engine's side of a conversation with the coordinator."""

    def __init__(self, path, run, role, name):
        self.run, self.role, self.name = run, role, name
        self.pc = self.step = self.block_count = 0  # After all that was executed.
        self.registers = []  # (name, width in bits) of each, to be set before joining.
        self.records = []  # Executed and not sent, with their registers; the first begins at:
        self.first_step = self.first_pc = 0
        self.sent_count = self.asked_count = self.answered_count = self.input_bytes = 0
        self.exit = number(1, KILLED)
        self.welcome, self.credit = Message(b""), Message(b"")
        self.started = time.monotonic()
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.connect(path)
        self.frames = self.socket.makefile("rb")

    def join(self, implementation, isa, strengths, agreement, pc):
        """Says Hello and waits until all engines are there; agreement: (item, SHA-256, text) each."""
        items = [text(1, item) + content(2, digest) + text(3, words) for item, digest, words in agreement]
        hello = number(1, VERSION) + text(2, self.run) + number(3, ROLES[self.role]) + text(4, self.name)
        hello += text(5, implementation) + text(7, isa)
        hello += content(8, b"".join(map(varint, GRAINS))) + content(9, b"".join(map(varint, strengths)))
        hello += b"".join(message(10, item) for item in items) + number(11, os.getpid())
        hello += b"".join(message(18, text(1, register) + number(2, bits)) for register, bits in self.registers)
        self.send(HELLO, hello)
        self.wait_until(lambda: self.welcome)
        self.pc = self.first_pc = pc
        self.started = time.monotonic()

    def executed(self, next_pc, digest, steps, turns, values=()):
        """Reports a block that was executed; steps: its instructions; values: of all registers after it."""
        row = b"".join(value.to_bytes((bits + 7) // 8, "little") for value, (_, bits) in zip(values, self.registers))
        self.records.append((next_pc, digest, steps, turns, row))
        self.pc, self.step, self.block_count = next_pc, self.step + steps, self.block_count + 1
        if len(self.records) >= self.welcome.number(4):
            self.flush()

    def ask(self, question):
        """Reports an input that was performed, or, for a subject, waits for what the reference got."""
        self.flush()
        step = self.step + question.open_steps
        begun = number(1, self.step) + fixed64(2, self.pc) + number(3, question.open_steps)
        begun += fixed64(4, question.open_digest) + number(5, question.open_turns)
        request = number(1, step) + fixed64(2, question.pc) + number(3, question.number)
        request += content(4, b"".join(struct.pack("<Q", argument) for argument in question.arguments))
        request += number(5, question.output_bytes) + fixed64(6, question.output_digest) + message(7, begun)
        self.asked_count += 1
        if self.role == "subject":
            self.send(INPUT_REQUEST, request)
            self.wait_until(lambda: self.answered_count >= self.asked_count)
            return
        if self.welcome.number(2) == STRICT:  # All sides have to ask for it before it is performed.
            self.send(INPUT_REQUEST, request)
            self.wait_until(lambda: self.credit.number(4) >= self.asked_count)
        self.wait_until(lambda: self.input_bytes < self.credit.number(3))
        writes = b"".join(message(4, fixed64(1, at) + content(2, data)) for at, data in question.writes)
        result = number(1, step) + number(2, question.number) + fixed64(3, question.value) + writes
        known = b"" if self.welcome.number(2) == STRICT else message(1, request)
        self.input_bytes += INPUT_BYTES + sum(INPUT_BYTES + len(data) for _, data in question.writes)
        self.send(INPUT_REPORT, known + message(2, result))

    def end(self, reason, status, register_digest, memory_digest):
        """Reports the guest's end, and waits for Halted."""
        self.flush()
        self.exit = number(1, reason) + number(2, status)
        account = number(1, self.step) + fixed64(2, self.pc) + message(3, self.exit)
        self.send(GUEST_END, account + fixed64(4, register_digest) + fixed64(5, memory_digest))
        self.wait_until(lambda: False)

    def goodbye(self):
        """Gives the closing account, and closes."""
        elapsed_ms = int(1000 * (time.monotonic() - self.started))
        peak_bytes = 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        account = number(1, self.step) + number(2, self.block_count) + message(3, self.exit)
        self.send(GOODBYE, account + number(4, elapsed_ms) + number(5, peak_bytes))
        self.socket.close()

    def flush(self):
        """Sends the records, as far as there is credit, and waits for more as long as some are left."""
        while self.records:
            self.wait_until(lambda: self.sent_count < self.credit.number(2))
            some = self.records[: self.credit.number(2) - self.sent_count]
            rows = b"".join(struct.pack("<QQII", *record[:4]) for record in some)
            batch = number(1, self.first_step) + fixed64(2, self.first_pc) + content(3, rows)
            if self.welcome.number(3) == REGISTERS:
                batch += content(4, b"".join(record[4] for record in some))
            self.send(RECORD_BATCH, batch)
            self.records = self.records[len(some) :]
            self.sent_count += len(some)
            self.first_step += sum(record[2] for record in some)
            self.first_pc = some[-1][0]

    def send(self, kind, body):
        frame = message(kind, body)
        self.socket.sendall(struct.pack("<I", len(frame)) + frame)

    def wait_until(self, condition):
        """Takes frames until something holds; raises Halted, or ConnectionError with the reason."""
        while not condition():
            self.receive()

    def receive(self):
        (length,) = struct.unpack("<I", self.read(4))
        if length > MAX_FRAME_BYTES:
            raise ConnectionError(f"a frame of {length} bytes (expected: at most {MAX_FRAME_BYTES})")
        frame = Message(self.read(length))
        if WELCOME in frame:
            self.welcome = Message(frame.content(WELCOME))
            self.credit = Message(self.welcome.content(5))
        elif CREDIT in frame:
            self.credit = Message(frame.content(CREDIT))
        elif INPUT_RESULT in frame:
            self.answered_count += not Message(frame.content(INPUT_RESULT)).number(5)  # No part of it follows.
        elif HALT in frame:
            raise Halted(Message(frame.content(HALT)).reason())
        elif ERROR in frame:
            raise ConnectionError(Message(frame.content(ERROR)).reason())

    def read(self, length):
        data = self.frames.read(length)
        if len(data) < length:
            raise ConnectionError("the coordinator closed the connection")
        return data
