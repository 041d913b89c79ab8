"""Secrets that exist nowhere else, and the search for them in everything the engine lets out."""

from __future__ import annotations

import base64
import json
import secrets
import string
import urllib.parse
from dataclasses import dataclass, field
from pathlib import Path

# AWS secret keys are base64 text: the two signs that URL encoding and JSON escaping change must occur.
ALPHABET = string.ascii_letters + string.digits
MARK = "/CaNaRy+"


def forms(secret: str) -> dict[str, bytes]:
    """Each way in which a secret could show, named."""
    raw = secret.encode()
    found = {
        "raw": raw,
        "url-encoded": urllib.parse.quote(secret, safe="").encode(),
        "url-encoded, lower case": _lower_escapes(urllib.parse.quote(secret, safe="")),
        "url-encoded path": urllib.parse.quote(secret, safe="/").encode(),
        "json-escaped": json.dumps(secret)[1:-1].replace("/", "\\/").encode(),
        "hexadecimal": raw.hex().encode(),
        "debug bytes": ", ".join(str(byte) for byte in raw).encode(),
    }
    for shift in range(3):
        # The characters at both ends mix with their neighbours' bits, so only the middle is sure to appear.
        encoded = base64.b64encode(b"\0" * shift + raw)
        start = {0: 0, 1: 2, 2: 3}[shift]
        end = (shift + len(raw)) // 3 * 4
        found[f"base64 at {shift}"] = encoded[start:end]
        found[f"base64url at {shift}"] = encoded[start:end].replace(b"+", b"-").replace(b"/", b"_")
    return found


def _lower_escapes(text: str) -> bytes:
    head, *rest = text.split("%")
    return "".join([head, *("%" + part[:2].lower() + part[2:] for part in rest)]).encode()


@dataclass
class Canaries:
    """The secrets of a test session and what was seen of the engine meanwhile."""

    secrets: dict[str, str] = field(default_factory=dict)
    seen: list[tuple[str, bytes]] = field(default_factory=list)
    logs: list[Path] = field(default_factory=list)

    def new(self, name: str) -> str:
        """A new secret of 40 characters; `name` says in a failure which one leaked."""
        head = "".join(secrets.choice(ALPHABET) for _ in range(16))
        tail = "".join(secrets.choice(ALPHABET) for _ in range(16))
        secret = head + MARK + tail
        self.secrets[f"{name} #{len(self.secrets) + 1}"] = secret
        return secret

    def saw(self, where: str, data: bytes) -> None:
        """Keeps an answer or a recorded fault for the search."""
        self.seen.append((where, data))

    def watch(self, log: Path) -> None:
        """Searches this file of process output too."""
        self.logs.append(log)

    def leaks(self) -> list[str]:
        """One line for each secret found, with where and in which form; never the secret itself."""
        places = [*self.seen, *((str(log), log.read_bytes()) for log in self.logs if log.exists())]
        lines = []
        for name, secret in self.secrets.items():
            for form, needle in forms(secret).items():
                lines += [f"{name} as {form} in {where}" for where, data in places if needle in data]
        return lines


CANARIES = Canaries()
