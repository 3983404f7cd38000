"""Checkpoints, keys and kept proofs are those of C2SP, and no changed byte of them verifies."""

from base64 import b64encode
from collections.abc import Callable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from services.compliance.checkpoint import (
    Checkpoint,
    CheckpointInvalid,
    KeyInvalid,
    NoteInvalid,
    ProofFile,
    ProofFileInvalid,
    SignatureInvalid,
    SignatureMissing,
    SigningKey,
    VerifierKey,
    open_checkpoint,
    sign_checkpoint,
)
from services.compliance.merkle import EMPTY_ROOT, Frontier, ProofInvalid, inclusion_path, leaf_hash
from services.compliance.tiles import append, nodes_in_tiles

# The example of golang.org/x/mod/sumdb/note.
GO_SIGNING_KEY = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
GO_VERIFIER_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
GO_SIGNATURE = (
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
)

ORIGIN = "callboard.example/ledger"
KEY = SigningKey(ORIGIN, bytes(range(32)))
KEYS = [KEY.verifier]
STRANGER = SigningKey("witness.example/university", bytes(reversed(range(32))))

ENTRIES = [b"entry %d" % number for number in range(300)]
LEAVES = [leaf_hash(entry) for entry in ENTRIES]
TILES = {(tile.level, tile.index): tile.data for tile in append([], 0, LEAVES)}
NODES = nodes_in_tiles(lambda level, index: TILES[level, index])
HEAD = Checkpoint(ORIGIN, 300, Frontier().extend(LEAVES).root())
NOTE = sign_checkpoint(HEAD, KEY)


def signed(text: str, *keys: SigningKey) -> str:
    """Any text as a signed note."""
    return text + "\n" + "".join(key.sign(text) + "\n" for key in keys)


def test_keys_and_signatures_are_those_of_the_go_implementation() -> None:
    """The Go documentation's key reads, writes and signs to exactly its texts."""
    key = SigningKey.parse(GO_SIGNING_KEY)
    assert key.text == GO_SIGNING_KEY
    assert key.verifier.text == GO_VERIFIER_KEY
    assert VerifierKey.parse(GO_VERIFIER_KEY) == key.verifier
    assert key.sign(GO_TEXT) == GO_SIGNATURE


def test_a_checkpoint_reads_as_the_specification_says() -> None:
    """Origin, size, base64 root, an empty line, then a line for each signature."""
    note = sign_checkpoint(Checkpoint(ORIGIN, 0, EMPTY_ROOT), KEY, STRANGER)
    origin, size, root, empty, ours, theirs, end = note.split("\n")
    assert (origin, size, root, empty, end) == (ORIGIN, "0", "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", "", "")
    assert ours.startswith(f"— {ORIGIN} ")
    assert theirs.startswith(f"— {STRANGER.name} ")


@given(st.integers(0, 2**64 - 1), st.binary(min_size=32, max_size=32))
@example(2**64 - 1, bytes(32))
@settings(max_examples=30, deadline=None)
def test_a_signed_checkpoint_opens(size: int, root: bytes) -> None:
    """What was signed is what is read back, also for a key that was generated and stored as text."""
    key = SigningKey.parse(SigningKey.generate(ORIGIN).text)
    checkpoint = Checkpoint(ORIGIN, size, root)
    assert open_checkpoint(sign_checkpoint(checkpoint, key), [VerifierKey.parse(key.verifier.text)]) == checkpoint


def test_no_changed_character_of_a_checkpoint_verifies() -> None:
    """Every character of the text and of the only signature counts: changed, dropped or doubled, the note fails."""
    for at, character in enumerate(NOTE):
        for instead in (chr(ord(character) ^ 1), chr(ord(character) ^ 2), "", character * 2, "\n", "=", "é"):
            if instead == character:
                continue
            with pytest.raises((NoteInvalid, SignatureInvalid, SignatureMissing)):
                open_checkpoint(NOTE[:at] + instead + NOTE[at + 1 :], KEYS)


def test_signatures_of_unknown_keys_are_ignored() -> None:
    """A witness that we do not know neither helps nor harms, wherever its line stands and whatever it signed."""
    rubbish = "— witness.example/x AAAAAAA=\n"
    for note in (sign_checkpoint(HEAD, STRANGER, KEY), sign_checkpoint(HEAD, KEY, STRANGER), NOTE + rubbish):
        assert open_checkpoint(note, KEYS) == HEAD
    with pytest.raises(SignatureMissing):
        open_checkpoint(NOTE, [STRANGER.verifier])
    with pytest.raises(SignatureMissing):
        open_checkpoint(NOTE, [])


def test_an_unsigned_text_is_not_even_read() -> None:
    """What no known key has signed is not judged by what it says."""
    with pytest.raises(SignatureMissing):
        open_checkpoint(signed("no checkpoint\n", STRANGER), KEYS)


def test_a_note_may_have_a_hundred_signatures() -> None:
    """A checkpoint with many witnesses still opens; where the flood begins is tested with what is no note."""
    assert open_checkpoint(NOTE + "— name AAAAAAA=\n" * 99, KEYS) == HEAD


def test_a_key_with_our_name_is_not_ours() -> None:
    """Someone else's key under the log's own name has another id, so its signature counts for nothing."""
    impostor = SigningKey(ORIGIN, bytes(32))
    with pytest.raises(SignatureMissing):
        open_checkpoint(sign_checkpoint(HEAD, impostor), KEYS)


def test_a_wrong_signature_of_any_known_key_spoils_the_note() -> None:
    """Our signature is not enough when a key that we know is shown to have signed something else."""
    other = Checkpoint(ORIGIN, 299, HEAD.root)
    note = NOTE + STRANGER.sign(other.text) + "\n"
    assert open_checkpoint(note, KEYS) == HEAD
    with pytest.raises(SignatureInvalid):
        open_checkpoint(note, [*KEYS, STRANGER.verifier])
    with pytest.raises(SignatureInvalid):
        open_checkpoint(NOTE + KEY.sign(other.text) + "\n", KEYS)


def test_a_witness_alone_does_not_make_a_checkpoint() -> None:
    """A known key of another name cannot speak for the log, neither when signing nor when opening."""
    with pytest.raises(SignatureMissing):
        open_checkpoint(signed(HEAD.text, STRANGER), [*KEYS, STRANGER.verifier])
    with pytest.raises(SignatureMissing):
        sign_checkpoint(HEAD, STRANGER)


def test_both_keys_open_a_checkpoint_during_a_rotation() -> None:
    """Signed with the old and the new key, it opens for who knows either."""
    renewed = SigningKey.generate(ORIGIN)
    note = sign_checkpoint(HEAD, KEY, renewed)
    assert open_checkpoint(note, KEYS) == open_checkpoint(note, [renewed.verifier]) == HEAD


@pytest.mark.parametrize(
    "text",
    [
        "",
        ORIGIN,
        f"{ORIGIN}\n",
        f"{ORIGIN}\n1\n",
        f"\n1\n{'A' * 43}=\n",
        f"{ORIGIN}\n\n{'A' * 43}=\n",
        f"{ORIGIN}\n01\n{'A' * 43}=\n",
        f"{ORIGIN}\n+1\n{'A' * 43}=\n",
        f"{ORIGIN}\n-1\n{'A' * 43}=\n",
        f"{ORIGIN}\n1_0\n{'A' * 43}=\n",
        f"{ORIGIN}\n٣\n{'A' * 43}=\n",
        f"{ORIGIN}\n{2**64}\n{'A' * 43}=\n",
        f"{ORIGIN}\n{'9' * 5000}\n{'A' * 43}=\n",
        f"{ORIGIN}\n1\n{'A' * 43}\n",
        f"{ORIGIN}\n1\n{'A' * 42}B=\n",
        f"{ORIGIN}\n1\n{'_' * 43}=\n",
        f"{ORIGIN}\n1\nAAAA\n",
        f"{ORIGIN}\n1\n{'A' * 43}=\n\nextension\n",
        f"{ORIGIN}\n1\n{'A' * 43}=",
    ],
)
def test_a_signed_text_that_is_no_checkpoint_is_refused(text: str) -> None:
    """Even under a good signature: three full lines, a plain decimal size, and one way to write a root."""
    with pytest.raises(CheckpointInvalid):
        Checkpoint.parse(text)
    if text.endswith("\n"):
        with pytest.raises((CheckpointInvalid, SignatureMissing)):
            open_checkpoint(signed(text, KEY), KEYS)


def test_extension_lines_are_passed_over() -> None:
    """A checkpoint may carry more lines under its signature; they change nothing."""
    assert open_checkpoint(signed(HEAD.text + "extension\n", KEY), KEYS) == HEAD


@pytest.mark.parametrize(
    "note",
    [
        "",
        "\n",
        "\n\n",
        NOTE.replace("\n\n", "\n"),
        NOTE.removesuffix("\n"),
        NOTE + "\n",
        NOTE + "trailing\n",
        NOTE + "— \n",
        HEAD.text + "\n",
        HEAD.text + "\n— name \n",
        HEAD.text + "\n— name AAAA\n",
        HEAD.text + "\n— name AAAAAA==\n",
        "— name AAAAAAA=\n",
        sign_checkpoint(HEAD, KEY, STRANGER).removesuffix("\n"),
        HEAD.text + "\n— na+me AAAAAAA=\n",
        HEAD.text + "\n—  AAAAAAA=\n",
        HEAD.text + "\n- name AAAAAAA=\n",
        HEAD.text + "\n— na me AAAAAAA=\n",
        NOTE.replace("\n", "\r\n"),
        NOTE.replace("3", "3\t", 1),
        NOTE.replace("3", "3\x00", 1),
        "\ud800" + NOTE,
        NOTE + "— name AAAAAAA=\n" * 100,
    ],
)
def test_what_is_no_note_is_refused(note: str) -> None:
    """Missing parts, foreign lines, control characters, broken Unicode and floods of signatures are named."""
    with pytest.raises(NoteInvalid):
        open_checkpoint(note, KEYS)


@pytest.mark.parametrize(
    ("origin", "size", "root"),
    [
        ("", 1, EMPTY_ROOT),
        ("a\nb", 1, EMPTY_ROOT),
        (ORIGIN, -1, EMPTY_ROOT),
        (ORIGIN, 2**64, EMPTY_ROOT),
        (ORIGIN, 1, b""),
    ],
)
def test_an_impossible_checkpoint_is_never_signed(origin: str, size: int, root: bytes) -> None:
    """What could not be read back cannot be made."""
    with pytest.raises(CheckpointInvalid):
        Checkpoint(origin, size, root)


@pytest.mark.parametrize(
    ("parse", "text"),
    [(VerifierKey.parse, GO_VERIFIER_KEY), (SigningKey.parse, GO_SIGNING_KEY)],
    ids=["public", "private"],
)
def test_mangled_keys_are_refused(parse: Callable[[str], object], text: str) -> None:
    """No part of a key's text, and no text with one character changed, is a key."""
    parts = [text[begin:end] for begin in range(len(text)) for end in range(begin, len(text) + 1)]
    changed = [text[:at] + chr(ord(text[at]) + 1) + text[at + 1 :] for at in range(len(text))]
    for mangled in [*parts, *changed, text + "A", text + "\n", " " + text]:
        if mangled != text:
            with pytest.raises(KeyInvalid):
                parse(mangled)


@pytest.mark.parametrize("name", ["", "two words", "a+b", "line\nbreak", "wide\u3000space", "\x00"])
def test_a_name_that_breaks_a_signature_line_is_refused(name: str) -> None:
    """Spaces, pluses and control characters cannot be part of a key's name."""
    with pytest.raises(KeyInvalid):
        SigningKey.generate(name)


def test_a_key_of_another_kind_is_refused() -> None:
    """Without the byte that says Ed25519 a key is not taken for one, even when its id would fit."""
    untyped = b64encode(KEY.verifier.public).decode()
    with pytest.raises(KeyInvalid):
        VerifierKey.parse(f"{ORIGIN}+{KEY.verifier.id.hex()}+{untyped}")


def test_keys_of_a_wrong_length_are_refused() -> None:
    """Ed25519 keys have 32 bytes."""
    with pytest.raises(KeyInvalid):
        SigningKey(ORIGIN, bytes(31))
    with pytest.raises(KeyInvalid):
        VerifierKey(ORIGIN, bytes(33))


def test_a_signing_key_does_not_print_its_secret() -> None:
    """Neither a log line nor an error shows the seed."""
    key = SigningKey.parse(GO_SIGNING_KEY)
    encoded = GO_SIGNING_KEY.rsplit("+", 1)[1]
    assert repr(key.seed) not in repr(key)
    assert encoded not in repr(key)
    with pytest.raises(KeyInvalid) as refused:
        SigningKey.parse(GO_SIGNING_KEY.replace("c74f20a3", "00000000"))
    assert encoded not in str(refused.value)


def verify_kept(text: str) -> Checkpoint:
    """What `callboard verify` does with a file: read it, and prove the entry that it carries."""
    proof = ProofFile.parse(text)
    return proof.verify(proof.extra, KEYS)


def proof_of(index: int) -> ProofFile:
    """A kept proof that carries its entry."""
    return ProofFile(index, tuple(inclusion_path(index, 300, NODES)), NOTE, extra=ENTRIES[index])


@pytest.mark.parametrize("index", [0, 1, 255, 256, 299])
def test_a_kept_proof_verifies_offline(index: int) -> None:
    """The file and the log's public key are all it takes; the file holds the checkpoint verbatim."""
    proof = ProofFile.parse(proof_of(index).text)
    assert proof == proof_of(index)
    assert proof.text.endswith("\n\n" + NOTE)
    assert verify_kept(proof.text) == HEAD


def test_a_kept_proof_reads_as_the_specification_says() -> None:
    """Header, optional extra, index, hashes, an empty line, the checkpoint; without extra there is no such line."""
    alone = Checkpoint(ORIGIN, 1, LEAVES[0])
    proof = ProofFile(0, (), sign_checkpoint(alone, KEY))
    assert proof.text == f"c2sp.org/tlog-proof@v1\nindex 0\n\n{proof.checkpoint}"
    assert ProofFile.parse(proof.text).verify(ENTRIES[0], KEYS) == alone
    lines = proof_of(5).text.split("\n")
    assert lines[:3] == ["c2sp.org/tlog-proof@v1", "extra ZW50cnkgNQ==", "index 5"]
    assert len(lines[3]) == 44


def test_no_changed_character_of_a_kept_proof_verifies() -> None:
    """Changed, dropped or doubled: the file is refused, its checkpoint does not open, or the entry is not proven."""
    text = proof_of(77).text
    refusals = (ProofFileInvalid, ProofInvalid, NoteInvalid, SignatureInvalid, SignatureMissing)
    for at, character in enumerate(text):
        for instead in (chr(ord(character) ^ 1), chr(ord(character) ^ 2), "", character * 2, "\n"):
            if instead == character:
                continue
            with pytest.raises(refusals):
                verify_kept(text[:at] + instead + text[at + 1 :])


def test_a_kept_proof_proves_its_entry_only() -> None:
    """Another entry, the place of another, or another log's key is refused."""
    proof = proof_of(77)
    with pytest.raises(ProofInvalid):
        proof.verify(ENTRIES[78], KEYS)
    with pytest.raises(ProofInvalid):
        ProofFile(78, proof.path, NOTE).verify(ENTRIES[77], KEYS)
    with pytest.raises(SignatureMissing):
        proof.verify(ENTRIES[77], [STRANGER.verifier])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "c2sp.org/tlog-proof@v1",
        "c2sp.org/tlog-proof@v1\n\n",
        "c2sp.org/tlog-proof@v2\nindex 0\n\n",
        "c2sp.org/tlog-proof@v1\n0\n\n",
        "c2sp.org/tlog-proof@v1\nindex\n\n",
        "c2sp.org/tlog-proof@v1\nindex \n\n",
        "c2sp.org/tlog-proof@v1\nindex 01\n\n",
        "c2sp.org/tlog-proof@v1\nindex -1\n\n",
        "c2sp.org/tlog-proof@v1\nindex ٣\n\n",
        f"c2sp.org/tlog-proof@v1\nindex {'9' * 5000}\n\n",
        "c2sp.org/tlog-proof@v1\nindex 0\nextra QQ==\n\n",
        "c2sp.org/tlog-proof@v1\nextra QQ=\nindex 0\n\n",
        "c2sp.org/tlog-proof@v1\nextra QR==\nindex 0\n\n",
        "c2sp.org/tlog-proof@v1\nindex 0\n%%%\n\n",
        "c2sp.org/tlog-proof@v1\nextra \nindex 0\n\n",
    ],
)
def test_what_is_no_kept_proof_is_refused(text: str) -> None:
    """A file with another header, order, number or encoding is named as such before anything is verified."""
    with pytest.raises(ProofFileInvalid):
        ProofFile.parse(text + NOTE)
