"""Writes Presage's model artifact (docs/artifact-format.md) from plain Python values."""

import struct


class Floats(list):
    """A list that is stored with four bytes a number."""


def encode(models, metadata):
    """The bytes of an artifact of `models` (dicts as the trainer makes them)."""
    payload = _Writer().value({"models": models, "metadata": metadata})
    return b"PRSG\x01\x00" + payload + struct.pack("<Q", fnv1a(payload))


def fnv1a(data):
    """FNV-1a of 64 bits: the artifact's checksum, and the hash that slices series."""
    value = 0xCBF29CE484222325
    for byte in data:
        value = (value ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    return value


def _varint(number):
    out = bytearray()
    while number >= 0x80:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


class _Writer:
    """A value is a tag and what follows it; a key is written once and then referred to by number."""

    def __init__(self):
        self.keys = {}

    def value(self, value):
        if value is None:
            return b"\x00"
        if isinstance(value, bool):
            return b"\x02" if value else b"\x01"
        if isinstance(value, int):
            return b"\x03" + _varint(value << 1 if value >= 0 else (-value << 1) - 1)
        if isinstance(value, float):
            return b"\x05" + struct.pack("<d", value)
        if isinstance(value, str):
            return b"\x06" + self.text(value)
        if isinstance(value, Floats):
            return b"\x09" + _varint(len(value)) + struct.pack(f"<{len(value)}f", *value)
        if isinstance(value, list) and value and all(isinstance(item, float) for item in value):
            return b"\x08" + _varint(len(value)) + struct.pack(f"<{len(value)}d", *value)
        if isinstance(value, list):
            return b"\x07" + _varint(len(value)) + b"".join(self.value(item) for item in value)
        if isinstance(value, dict):
            # UTF-8 order, so that equal models have equal bytes.
            names = sorted((name for name in value if value[name] is not None), key=str.encode)
            return b"\x0a" + _varint(len(names)) + b"".join(self.key(name) + self.value(value[name]) for name in names)
        raise TypeError(f"{type(value).__name__} cannot be stored in an artifact")

    def text(self, text):
        data = text.encode()
        return _varint(len(data)) + data

    def key(self, name):
        if name in self.keys:
            return _varint(self.keys[name])
        self.keys[name] = len(self.keys) + 1
        return b"\x00" + self.text(name)
