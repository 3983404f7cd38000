"""What the ledger signs and what a person keeps: checkpoints, their keys, and proofs that verify offline.

The formats are those of C2SP signed-note (keys as in golang.org/x/mod/sumdb/note), tlog-checkpoint and tlog-proof.
In Callboard a key's name is the log's origin, as tlog-checkpoint recommends.
"""

import re
from base64 import b64decode, b64encode
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from services.compliance.merkle import HASH_SIZE, MAX_SIZE, leaf_hash, verify_inclusion

MAX_SIGNATURES = 100
"""Signature lines that a note may carry; as many as the Go implementation accepts."""

PROOF_HEADER = "c2sp.org/tlog-proof@v1"
"""The first line of a kept proof."""

_ED25519 = b"\x01"
_KEY_SIZE = 32
_KEY_ID_SIZE = 4
_NAME = re.compile(r"[^\s+]+")
_SIGNATURE = re.compile(rf"— ({_NAME.pattern}) (\S+)")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_DECIMAL = re.compile(r"0|[1-9][0-9]{0,19}")


class KeyInvalid(ValueError):
    """The text is not a signed-note Ed25519 key, or its id does not fit it."""


class NoteInvalid(ValueError):
    """The text is not a signed note."""


class ProofFileInvalid(ValueError):
    """The text is not that of a kept proof."""


class SignatureInvalid(ValueError):
    """A signature under a known key's name and id was not made by that key over this text."""


class SignatureMissing(ValueError):
    """The log's own signature is not on the checkpoint."""


class CheckpointInvalid(ValueError):
    """The text is not that of a checkpoint."""


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """The public half of a note key; as text `<name>+<id>+<base64>`."""

    name: str
    public: bytes

    def __post_init__(self) -> None:
        """Raise KeyInvalid for a name that no signature line can carry, or a key of the wrong length."""
        if not _NAME.fullmatch(self.name) or not self.name.isprintable():
            raise KeyInvalid(f"{self.name!r} cannot name a key: it needs printable characters without space and plus")
        if len(self.public) != _KEY_SIZE:
            raise KeyInvalid(f"an Ed25519 public key has {_KEY_SIZE} bytes, not {len(self.public)}")

    @classmethod
    def parse(cls, text: str) -> "VerifierKey":
        """Read `<name>+<id>+<base64>`; raises KeyInvalid."""
        match text.split("+", 2):
            case [name, key_id, encoded]:
                key = cls(name, _key_bytes(encoded))
                if key.id.hex() == key_id:
                    return key
                raise KeyInvalid(f"the id of {name} should be {key.id.hex()}, not {key_id!r}")
        raise KeyInvalid("a verifier key is <name>+<id>+<base64>")

    @property
    def id(self) -> bytes:
        """SHA-256(name || 0x0A || 0x01 || public key)[:4] (signed-note, Ed25519 signatures)."""
        return sha256(self.name.encode() + b"\n" + _ED25519 + self.public).digest()[:_KEY_ID_SIZE]

    @property
    def text(self) -> str:
        """The key as it is published."""
        return f"{self.name}+{self.id.hex()}+{_encode(_ED25519 + self.public)}"

    def verify(self, signature: bytes, text: str) -> None:
        """Raise SignatureInvalid unless this key signed the text."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text.encode())
        except (InvalidSignature, ValueError) as error:
            raise SignatureInvalid(f"the signature of {self.name} is not valid for this text") from error


@dataclass(frozen=True, slots=True)
class SigningKey:
    """The private half of a note key; as text `PRIVATE+KEY+<name>+<id>+<base64>`. Its repr shows no secret."""

    name: str
    seed: bytes = field(repr=False)

    def __post_init__(self) -> None:
        """Raise KeyInvalid for a name that no signature line can carry, or a seed of the wrong length."""
        if len(self.seed) != _KEY_SIZE:
            raise KeyInvalid(f"an Ed25519 private key has {_KEY_SIZE} bytes, not {len(self.seed)}")
        VerifierKey(self.name, bytes(_KEY_SIZE))

    @classmethod
    def generate(cls, name: str) -> "SigningKey":
        """A new random key."""
        return cls(name, Ed25519PrivateKey.generate().private_bytes_raw())

    @classmethod
    def parse(cls, text: str) -> "SigningKey":
        """Read `PRIVATE+KEY+<name>+<id>+<base64>`; raises KeyInvalid, which never repeats the secret."""
        match text.split("+", 4):
            case ["PRIVATE", "KEY", name, key_id, encoded]:
                key = cls(name, _key_bytes(encoded))
                if key.verifier.id.hex() == key_id:
                    return key
                raise KeyInvalid(f"the id of {name} should be {key.verifier.id.hex()}")
        raise KeyInvalid("a signing key is PRIVATE+KEY+<name>+<id>+<base64>")

    @property
    def verifier(self) -> VerifierKey:
        """The public half."""
        return VerifierKey(self.name, self._private.public_key().public_bytes_raw())

    @property
    def text(self) -> str:
        """The key as it is stored; a secret."""
        return f"PRIVATE+KEY+{self.name}+{self.verifier.id.hex()}+{_encode(_ED25519 + self.seed)}"

    def sign(self, text: str) -> str:
        """The signature line for a text, without its newline."""
        return f"— {self.name} {_encode(self.verifier.id + self._private.sign(text.encode()))}"

    @property
    def _private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The state of a log: its `origin`, how many entries it has, and the root hash over them."""

    origin: str
    size: int
    root: bytes

    def __post_init__(self) -> None:
        """Raise CheckpointInvalid for what a checkpoint cannot say."""
        if not self.origin.isprintable() or not self.origin:
            raise CheckpointInvalid(f"{self.origin!r} cannot be an origin")
        if not 0 <= self.size <= MAX_SIZE:
            raise CheckpointInvalid(f"{self.size} is not the size of a tree")
        if len(self.root) != HASH_SIZE:
            raise CheckpointInvalid(f"a root hash has {HASH_SIZE} bytes, not {len(self.root)}")

    @classmethod
    def parse(cls, text: str) -> "Checkpoint":
        """Read a note's text; raises CheckpointInvalid. Extension lines are passed over: nobody can audit them."""
        match text.split("\n"):
            case [origin, size, root, *extensions, ""] if _DECIMAL.fullmatch(size) and all(extensions):
                return cls(origin, int(size), _decode(root, CheckpointInvalid("the root hash is not base64")))
        raise CheckpointInvalid("a checkpoint's lines are origin, tree size and root hash; none is empty")

    @property
    def text(self) -> str:
        """The text that is signed."""
        return f"{self.origin}\n{self.size}\n{_encode(self.root)}\n"


def sign_checkpoint(checkpoint: Checkpoint, *keys: SigningKey) -> str:
    """The checkpoint as a note signed by every key; raises SignatureMissing when none is named as its origin."""
    if checkpoint.origin not in {key.name for key in keys}:
        raise SignatureMissing(f"none of the keys is named {checkpoint.origin}")
    return checkpoint.text + "\n" + "".join(key.sign(checkpoint.text) + "\n" for key in keys)


def open_checkpoint(note: str, keys: Iterable[VerifierKey]) -> Checkpoint:
    """The checkpoint of a note that a known key of its own log has signed.

    Signatures by unknown keys are ignored. Raises NoteInvalid, SignatureInvalid when any known key's signature is
    wrong, SignatureMissing when no known key is named as the checkpoint's origin, and CheckpointInvalid.
    """
    text, signatures = _split_note(note)
    known = {(key.name, key.id): key for key in keys}
    signers = set()
    for name, key_id, signature in signatures:
        if key := known.get((name, key_id)):
            key.verify(signature, text)
            signers.add(name)
    if not signers:  # An unsigned text is not even read.
        raise SignatureMissing("no known key has signed the checkpoint")
    checkpoint = Checkpoint.parse(text)
    if checkpoint.origin not in signers:
        raise SignatureMissing(f"no known key of {checkpoint.origin} has signed its checkpoint")
    return checkpoint


@dataclass(frozen=True, slots=True)
class ProofFile:
    """A proof that a person can keep (C2SP tlog-proof): an entry's index and path, and the signed checkpoint.

    `extra` is not authenticated by itself; Callboard puts the entry there, which the path then proves.
    """

    index: int
    path: tuple[bytes, ...]
    checkpoint: str
    extra: bytes = b""

    @classmethod
    def parse(cls, text: str) -> "ProofFile":
        """Read a `.tlog-proof` file; raises ProofFileInvalid. Nothing is verified yet."""
        head, _, checkpoint = text.partition("\n\n")
        header, *lines = head.split("\n")
        if header != PROOF_HEADER:
            raise ProofFileInvalid(f"a kept proof begins with {PROOF_HEADER}")
        extra = b""
        if lines and lines[0].startswith("extra "):
            extra = _decode(lines.pop(0).removeprefix("extra "), ProofFileInvalid("the extra data is not base64"))
            if not extra:
                raise ProofFileInvalid("an extra line without data is left out")
        index = lines.pop(0).removeprefix("index ") if lines and lines[0].startswith("index ") else ""
        if not _DECIMAL.fullmatch(index):
            raise ProofFileInvalid("the line `index <number>` is missing")
        path = tuple(_decode(line, ProofFileInvalid("a hash of the path is not base64")) for line in lines)
        return cls(int(index), path, checkpoint, extra)

    @property
    def text(self) -> str:
        """The file's content."""
        extra = [f"extra {_encode(self.extra)}"] if self.extra else []
        hashes = [_encode(sibling) for sibling in self.path]
        return "\n".join([PROOF_HEADER, *extra, f"index {self.index}", *hashes, "", self.checkpoint])

    def verify(self, entry: bytes, keys: Iterable[VerifierKey]) -> Checkpoint:
        """The checkpoint under which the log holds `entry` at this index, by a known key of the log.

        Raises what `open_checkpoint` raises, and ProofInvalid when the entry is not shown to be in the log.
        """
        checkpoint = open_checkpoint(self.checkpoint, keys)
        verify_inclusion(leaf_hash(entry), self.index, checkpoint.size, self.path, checkpoint.root)
        return checkpoint


def _split_note(note: str) -> tuple[str, list[tuple[str, bytes, bytes]]]:
    """A note's text and its signatures as (name, key id, signature); raises NoteInvalid."""
    if _CONTROL.search(note) or not _is_unicode(note):
        raise NoteInvalid("a note is valid UTF-8 without control characters")
    body, separator, signatures = note.rpartition("\n\n")
    *lines, end = signatures.split("\n")
    if not separator or not lines or end:
        raise NoteInvalid("a note is a text, an empty line, and signature lines")
    if len(lines) > MAX_SIGNATURES:
        raise NoteInvalid(f"a note has at most {MAX_SIGNATURES} signatures")
    return body + "\n", [_parse_signature(line) for line in lines]


def _parse_signature(line: str) -> tuple[str, bytes, bytes]:
    """The name, key id and signature of a note's signature line; raises NoteInvalid."""
    match = _SIGNATURE.fullmatch(line)
    if not match:
        raise NoteInvalid(f"{line!r} is not a signature line: — <name> <base64>")
    signature = _decode(match[2], NoteInvalid(f"the signature of {match[1]} is not base64"))
    if len(signature) <= _KEY_ID_SIZE:
        raise NoteInvalid(f"the signature of {match[1]} is too short")
    return match[1], signature[:_KEY_ID_SIZE], signature[_KEY_ID_SIZE:]


def _is_unicode(text: str) -> bool:
    """Whether the text can be encoded, that is, has no lone surrogates."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _key_bytes(encoded: str) -> bytes:
    """The Ed25519 key in the last part of a key's text; raises KeyInvalid."""
    key = _decode(encoded, KeyInvalid("the key is not base64"))
    if not key.startswith(_ED25519):
        raise KeyInvalid("the key is not an Ed25519 key")
    return key.removeprefix(_ED25519)


def _encode(data: bytes) -> str:
    """Base64 as in RFC 4648 section 4."""
    return b64encode(data).decode("ascii")


def _decode(text: str, invalid: ValueError) -> bytes:
    """The bytes that base64 text stands for; raises `invalid` for all but the one way to write them."""
    try:
        data = b64decode(text, validate=True)
    except ValueError:
        raise invalid from None
    if _encode(data) != text:
        raise invalid
    return data
