"""The encodings that modifiers ask for: UTF-16 forms, base64, base64 at any offset."""

import base64

BYTE_ORDER_MARK = b"\xff\xfe"
_STARTS = (0, 2, 3)
_ENDS = (None, -3, -2)


def base64_text(data: bytes) -> str:
    """Return the whole base64 encoding, padding kept."""
    return base64.b64encode(data).decode("ascii")


def base64_offsets(data: bytes) -> tuple[str, ...]:
    """Return what base64 of any text that contains the data contains, for offsets 0, 1, 2.

    Each is cut to the characters that do not depend on the neighbouring bytes; one that has
    no such character is left out.
    """
    texts = []
    for offset in range(3):
        encoded = base64.b64encode(b"\0" * offset + data).decode("ascii")
        cut = encoded[_STARTS[offset] : _ENDS[(len(data) + offset) % 3]]
        if cut:
            texts.append(cut)
    return tuple(dict.fromkeys(texts))
