"""Writes from-python.tsv: lines, and what Python's json module makes of them.

A row is the line (bytes that are no plain ASCII as %XX), its repr and its json.dumps with sorted
keys, or "!" alone if it is refused. To make it anew: python3 from_python.py > from-python.tsv
"""

import json
import random
import struct
import sys

NASTY = [
    "", " ", "{", "}", "[", "]", '{"a" 1}', '{"a":1,}', "[1,]", "[,1]", "[1,,2]", "tru", "tru}", "truex",
    "[1 2]", "{} x", "{}{}", "{}}", "1 1", "1x", "01", "-01", "1.", "-", "+1", "--1", ".5", "1e", "1e+", "1e5.5",
    '"a', '"a\tb"', '"a\x00"', '"\x1f"', '"\x7f"', '"\\', '"\\x"', '"\\u12g4"', '"\\u12"', '"\\u 123"', '"\\u+123"',
    "'a'", "{a:1}", "{'a':1}", "{1:1}", '{"a":1', "[1}", '{"a":1]', '{"a"}', '{"a":}', '{:1}', '{,}',
    "-INF", "+INF", "INF", "inf", "nan", "-NaN", "+NaN", "+Infinity", "Infinity", "-Infinity", "NaN", "NaNx",
    "Infinit", "-Infinit", "[NaN, NaN]", "[Infinity,-Infinity]", "None", "True", "//x", "1 //x", "/**/1", "0x10",
    "1_000", "\x0b1", "\x0c1", "\xa01", "\u20281", "1\x00", "\x001", "\ufeff1", '"\ufeff"', "\t 1\t ", " \t[ ] ",
    "null", "true", "false", "[]", "{}", "[[]]", "[{}]", '{"":{}}', '{"a":[null,true,false]}',
    "0", "-0", "1", "-1", "9" * 18, "9" * 19, "-" + "9" * 18, "-" + "9" * 19, "9223372036854775807",
    "9223372036854775808", "-9223372036854775808", "-9223372036854775809", "18446744073709551616",
    "9" * 400, "9" * 4300, "-" + "9" * 4300, "9" * 4301, "-" + "9" * 4301, "1" + "0" * 4300, "0" * 5,
    "0.0", "-0.0", "-0e0", "0e99999", "1.0", "1E5", "1e+5", "1e-5", "0.0001", "0.00001", "0.000012345", "1e15",
    "1e16", "1e17", "123456789012345678", "1234567890123456.7", "12345678901234567.0", "9999999999999998.0",
    "1e22", "1e23", "1e100", "1e308", "1.7976931348623157e308", "1.7976931348623159e308", "1e309", "1e400",
    "-1e400", "1e-400", "-1e-400", "5e-324", "4.9e-324", "2.4e-324", "2.5e-324", "1e-323", "1.5e-323", "2e-323",
    "2.2250738585072014e-308", "2.2250738585072011e-308", "0.1", "0.2", "0.30000000000000004", "3.14159265358979",
    "2e0", "20e-1", "0.5e1", "100.0", "123.456", "1." + "0" * 5000 + "1", "0." + "0" * 400 + "1", "1e99999999999",
    "1e-99999999999", "9007199254740993.0", "9007199254740992", "4.35", "4.349999999999999", "1.1e-4", "9.5e-5",
    '"\\ud83d"', '"\\ude00"', '"\\ud83d\\ude00"', '"\\ude00\\ud83d"', '"\\ud83d\\ud83d\\ude00"', '"\\ud83dx"',
    '"\\ud83d\\n"', '"\\ud83d\\u0041"', '"\U0001f600"', '{"\\ud83d":1}', '{"\\ud83d":1,"\\ude00":2}',
    '{"\\ud83d\\ude00":1}', '{"\\ud83d\\ude00":1,"\U0001f600":2}', '{"\\ud83dA":[1],"\\ud83d":2}',
    '{"\\uffff":1,"\U00010000":2,"\\ud800":3,"a":4,"":5,"\\ue000":6}', '{"\U00010000a":1,"\U00010000":2,"\\ud800z":0}',
    '{"b":1,"a":2,"b":3}', '{"a":1,"\\u0061":2}', '{"a":{"x":1,"x":2},"a":{"y":1}}', '{"Z":1,"a":2,"_":3,"0":4}',
    '"\'"', '"\\""', '"\'\\""', '"\\\\"', '"\\/"', '"\\b\\f\\n\\r\\t"', '"\\u0000\\u001f\\u007f\\u0080\\u009f"',
    '"\\u00a0\\u00ad\\u2028\\u2029\\u200b\\u3000\\ufffe\\uffff\\ue000\\ufeff\\u0378"', '"\xe9\xdf\u0416\u4e2d\u2003"',
    '"\U000e0001\U000f0000\U0010ffff\U0001f9ff"', '"\u0301a"', '"\x80\x85"', '{"it\'s":"\\"quoted\\""}',
    "[" * 512 + "]" * 512, '{"a":' * 512 + "1" + "}" * 512, "[" * 100, "]" * 100,
    '{"engine": "canary", "kind": "kernel.return", "tid": 8, "payload": {"return_value": 0, "status": "0x0"}}',
]

BROKEN_UTF8 = [
    b'"\xff"', b'"\xc3"', b'"\xc3', b'"\xc0\x80"', b'"\xe0\x80\x80"', b'"\xed\xa0\x80"', b'"\xf4\x90\x80\x80"', b'"\x80"',
    b'{"\xed\xa0\xbd":1}', b'"\xf0\x9f\x98"', b'\xef\xbb\xbf1', b'\xff\xfe1\x00', b'\xfe\xff\x001', b'1\x00', b'1\x00\x00\x00',
    b'\xf8\x88\x80\x80\x80', b'"\xf0\x82\x82\xac"', b'"ok \xe2\x82\xac"', b'{"a": "\xe2\x82"}',
]


def text(chance):
    alphabet = "ab\"'\\/\n\t\x01\x7f\xe9\u2028\u4e2d\U0001f600\ud800\udc00 "
    return "".join(chance.choice(alphabet) for _ in range(chance.randrange(6)))


def number(chance):
    bits = struct.pack("<Q", chance.getrandbits(64))
    return chance.choice([
        lambda: chance.getrandbits(chance.randrange(1, 130)) - (1 << chance.randrange(1, 70)),
        lambda: struct.unpack("<d", bits)[0],
        lambda: chance.randrange(-10**6, 10**6) / 10 ** chance.randrange(12),
        lambda: chance.randrange(1, 1000) * 5e-324,
        lambda: float(chance.randrange(1, 100) * 10 ** chance.randrange(25)),
    ])()


def value(chance, depth):
    kind = chance.randrange(9 if depth else 6)
    if kind < 3:
        return number(chance)
    if kind < 5:
        return text(chance)
    if kind == 5:
        return chance.choice([None, True, False])
    if kind == 6:
        return [value(chance, depth - 1) for _ in range(chance.randrange(4))]
    return {text(chance): value(chance, depth - 1) for _ in range(chance.randrange(4))}


def random_lines():
    chance = random.Random(1)
    for _ in range(300):
        line = json.dumps(value(chance, 3), ensure_ascii=chance.random() < 0.5)
        yield line.encode("utf-8", "surrogatepass")


def outcome(line):
    try:
        parsed = json.loads(line.decode("utf-8"))
    except ValueError:
        return "!"
    return repr(parsed) + "\t" + json.dumps(parsed, sort_keys=True)


def plain(line):
    return "".join(chr(b) if 32 <= b < 127 and b != 37 else "%%%02X" % b for b in line)


sys.stdout.reconfigure(encoding="utf-8")
for each in [line.encode() for line in NASTY] + BROKEN_UTF8 + list(random_lines()):
    print(plain(each) + "\t" + outcome(each))
