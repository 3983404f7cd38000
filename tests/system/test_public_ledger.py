"""Anybody reads and checks the ledger through the gateway: its tree, its proofs, and the proof that a studio keeps."""

import base64
from collections.abc import Callable, Iterator

import pytest
import requests

from deploy.demo.proof import public_key
from deploy.local.client import Client
from deploy.local.stack import Stack
from services.compliance.checkpoint import Checkpoint, ProofFile, VerifierKey, open_checkpoint
from services.compliance.leaf import Leaf
from services.compliance.merkle import verify_consistency, verify_inclusion
from services.compliance.tiles import TILE_WIDTH, bundle_path, decode_bundle, tile_path
from tests.literal_tree import LiteralTree
from tests.system.conftest import Studio


@pytest.fixture
def anybody(stack: Stack) -> Iterator[Client]:
    """Somebody without any key."""
    with Client(stack.gateway_url) as client:
        yield client


@pytest.fixture
def key(anybody: Client) -> VerifierKey:
    """The ledger's public key, as it is handed out."""
    return VerifierKey.parse(public_key(anybody))


@pytest.fixture
def entry(studio: Studio) -> int:
    """The index of an entry of the studio."""
    person = studio.person()
    return int(
        studio.viewer.wait("/v1/ledger/entries", lambda page: page["items"], subject=person)["items"][0]["index"]
    )


def signed(anybody: Client, key: VerifierKey, at_least: int) -> Checkpoint:
    """The latest checkpoint of at least so many entries, its signature checked."""
    anybody.wait("/ledger/proof/consistency", lambda answer: answer["checkpoint"], to_size=at_least)
    return open_checkpoint(anybody.request("GET", "/ledger/checkpoint").text, [key])


def download(anybody: Client, size: int, path: Callable[[int, int], str]) -> list[bytes]:
    """The files that hold the first `size` of something, the last of them partial."""
    places = [(begin // TILE_WIDTH, min(TILE_WIDTH, size - begin)) for begin in range(0, size, TILE_WIDTH)]
    answers = [anybody.request("GET", f"/ledger/{path(index, width)}") for index, width in places]
    assert {answer.status_code for answer in answers} == {200}
    return [answer.content for answer in answers]


def test_whoever_downloads_the_ledger_arrives_at_its_signed_root(
    anybody: Client, key: VerifierKey, studio: Studio, entry: int
) -> None:
    """Entries and hashes are those that the signature covers, and no entry says whose it is."""
    checkpoint = signed(anybody, key, entry + 1)
    leaves = [leaf for data in download(anybody, checkpoint.size, bundle_path) for leaf in decode_bundle(data)]
    tree = LiteralTree(leaves)
    hashes = [tree.node(0, index) for index in range(checkpoint.size)]
    assert b"".join(hashes) == b"".join(download(anybody, checkpoint.size, lambda *place: tile_path(0, *place)))
    assert tree.root() == checkpoint.root
    assert Leaf.decode(leaves[entry]).type == "talent.person.registered.v1"
    assert not any(secret in leaf for leaf in leaves for secret in (studio.studio_id.encode(), b"prs_"))


def test_the_ledger_only_grows(anybody: Client, key: VerifierKey, studio: Studio, entry: int) -> None:
    """The checkpoint that somebody kept is the beginning of each later one; what is not there yet is told with the size."""
    kept = signed(anybody, key, entry + 1)
    studio.person()
    later = signed(anybody, key, kept.size + 1)
    told = anybody.get("/ledger/proof/consistency", from_size=kept.size, to_size=later.size)
    path = [base64.b64decode(node) for node in told["path"]]
    verify_consistency(kept.size, later.size, path, kept.root, later.root)
    beyond = anybody.request("GET", "/ledger/proof/inclusion", params={"index": 10**9})
    assert beyond.status_code == 404 and beyond.headers["Content-Type"] == "application/problem+json"


def test_an_entry_is_found_by_its_hash(anybody: Client, key: VerifierKey, entry: int) -> None:
    """With its path to a root that the key has signed."""
    checkpoint = signed(anybody, key, entry + 1)
    by_index = anybody.get("/ledger/proof/inclusion", index=entry, size=checkpoint.size)
    by_hash = anybody.get("/ledger/proof/inclusion", leaf_hash=by_index["leaf_hash"], size=checkpoint.size)
    assert by_hash == by_index
    path = [base64.b64decode(node) for node in by_hash["path"]]
    verify_inclusion(bytes.fromhex(by_hash["leaf_hash"]), entry, checkpoint.size, path, checkpoint.root)


def test_a_studio_keeps_the_proof_of_its_entry(
    studio: Studio, rival: Studio, key: VerifierKey, entry: int, http: requests.Session
) -> None:
    """A text file that proves the entry with the public key alone; to another studio it does not exist."""
    path = f"/v1/ledger/entries/{entry}/proof.txt"
    studio.viewer.wait(f"/v1/ledger/entries/{entry}/proof", lambda proof: proof["inclusion"]["checkpoint"])
    answer = studio.viewer.request("GET", path)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/plain; charset=utf-8")
    kept = ProofFile.parse(answer.text)
    assert kept.index == entry and kept.verify(kept.extra, [key]).size > entry
    assert rival.viewer.request("GET", path).status_code == 404
    assert http.get(studio.viewer.url + path, timeout=15).status_code == 401


def test_the_office_sees_what_the_ledger_misses(office: Client, studio: Studio, entry: int) -> None:
    """Nothing, while every event came; to a studio the list is closed."""
    assert office.get("/v1/ledger/gaps") == {"items": [], "next": None}
    assert studio.legal.request("GET", "/v1/ledger/gaps").status_code == 403
