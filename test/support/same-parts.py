# Reads lines of two base64 texts, a message before and after a conversion, and writes a line for each: "same", or what
# differs. The decoded parts are those that Python's email package finds.

import base64
import email
import sys


def leaves(message):
    for part in message.walk():
        if part.is_multipart():
            yield (part.get_content_type(), None, None, None)
            continue
        payload = part.get_payload(decode=True) or b""
        yield (
            part.get_content_type(),
            part.get_filename(),
            part.get("Content-ID"),
            payload.replace(b"\r\n", b"\n"),
        )


def compare(before, after):
    first = list(leaves(email.message_from_bytes(before)))
    second = list(leaves(email.message_from_bytes(after)))
    if len(first) != len(second):
        return "%d parts became %d" % (len(first), len(second))
    for number, (one, two) in enumerate(zip(first, second)):
        # The last line end of a part may belong to the part or to the boundary behind it.
        if one[:3] != two[:3] or (one[3] or b"").rstrip(b"\n") != (two[3] or b"").rstrip(b"\n"):
            return ("part %d: %r became %r" % (number, one, two))[:1000].replace("\n", " ")
    return "same"


for line in sys.stdin:
    before, after = (base64.b64decode(text) for text in line.split())
    print(compare(before, after))
