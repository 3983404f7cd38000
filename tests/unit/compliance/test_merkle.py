"""The Merkle tree agrees with RFC 6962 and RFC 9162, and its verifiers accept a true proof and nothing else."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.compliance.merkle import (
    EMPTY_ROOT,
    Frontier,
    FrontierInvalid,
    OutsideTree,
    Path,
    ProofInvalid,
    consistency_path,
    inclusion_path,
    leaf_hash,
    node_hash,
    verify_consistency,
    verify_inclusion,
)

Vectors = Callable[[str], list[dict[str, Any]]]

# The entries and roots that the implementations of RFC 6962 have shared since Certificate Transparency's first one.
CT_ENTRIES = [
    bytes.fromhex(entry)
    for entry in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
CT_ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]

ENTRIES = [b"entry %d" % number for number in range(700)]
LEAVES = [leaf_hash(entry) for entry in ENTRIES]
SIZES = st.integers(1, len(ENTRIES))


class StoredTree:
    """Every complete subtree of the first entries, as a database would keep them."""

    def __init__(self) -> None:
        """Hash the whole tree once, row by row."""
        self.rows = [LEAVES]
        while len(self.rows[-1]) > 1:
            below = self.rows[-1]
            self.rows.append([node_hash(*below[at : at + 2]) for at in range(0, len(below) - 1, 2)])

    def node(self, level: int, index: int) -> bytes:
        """The hash of a complete subtree."""
        return self.rows[level][index]

    def root(self, size: int) -> bytes:
        """The root over the first `size` entries."""
        return Frontier.read(size, self.node).root()


TREE = StoredTree()


def sides(index: int, size: int) -> list[bool]:
    """The way from the root down to a leaf, True for right: what the sizes of an inclusion proof decide."""
    turns, count = [], size
    while count > 1:
        split = 1 << (count - 1).bit_length() - 1
        turns.append(index >= split)
        index, count = (index - split, count - split) if turns[-1] else (index, split)
    return turns


def steps(size1: int, size2: int) -> tuple[bool, list[bool]]:
    """The recursion of SUBPROOF from the root down: what the sizes of a consistency proof decide."""
    known, turns, count = True, [], size2
    while count != size1:
        split = 1 << (count - 1).bit_length() - 1
        turns.append(size1 > split)
        known = known and not turns[-1]
        size1, count = (size1 - split, count - split) if turns[-1] else (size1, split)
    return known, turns


def flipped(data: bytes, bit: int) -> bytes:
    """The same bytes with one bit changed."""
    return (int.from_bytes(data, "big") ^ 1 << bit).to_bytes(len(data), "big")


def bent(path: Path) -> Iterator[list[bytes]]:
    """The path with every single bit flipped, cut at each end, without each of its hashes, with one more anywhere."""
    for at, sibling in enumerate(path):
        for bit in range(256):
            yield [*path[:at], flipped(sibling, bit), *path[at + 1 :]]
        yield [*path[:at], *path[at + 1 :]]
        yield [*path[:at], sibling[:-1], *path[at + 1 :]]
        yield [*path[:at], sibling + b"\0", *path[at + 1 :]]
    for at in range(len(path) + 1):
        yield [*path[:at], bytes(32), *path[at:]]
        yield [*path[:at], path[0] if path else LEAVES[0], *path[at:]]


def test_roots_are_those_of_certificate_transparency() -> None:
    """A tree of the well-known eight entries has the well-known root after each of them."""
    frontier = Frontier()
    roots = [frontier.root().hex()]
    for entry in CT_ENTRIES:
        frontier = frontier.append(leaf_hash(entry))
        roots.append(frontier.root().hex())
    assert roots == CT_ROOTS
    assert CT_ROOTS[0] == EMPTY_ROOT.hex()


@pytest.mark.parametrize("kind", ["inclusion", "consistency"])
def test_verifiers_agree_with_the_public_vectors(rfc6962: Vectors, kind: str) -> None:
    """Every good vector is accepted and every bad one refused with ProofInvalid."""
    disagreements = []
    for vector in rfc6962(kind):
        try:
            if kind == "inclusion":
                place = vector["leafIdx"], vector["treeSize"]
                verify_inclusion(vector["leafHash"], *place, vector["proof"], vector["root"])
            else:
                sizes = vector["size1"], vector["size2"]
                verify_consistency(*sizes, vector["proof"], vector["root1"], vector["root2"])
        except ProofInvalid:
            refused = True
        else:
            refused = False
        if refused != vector["wantErr"]:
            disagreements.append(vector["name"])
    assert disagreements == []


def test_paths_and_roots_follow_the_letter_of_the_rfc(literal_tree: type[Any]) -> None:
    """For every tree of up to 20 entries, every root and path is what the RFC's recursive definition gives."""
    tree = literal_tree(ENTRIES[:20])
    for size in range(21):
        assert Frontier().extend(LEAVES[:size]).root() == tree.root(0, size)
        for index in range(size):
            assert inclusion_path(index, size, tree.node) == tree.path(index, 0, size)
        for size1 in range(1, size + 1):
            assert consistency_path(size1, size, tree.node) == tree.proof(size1, 0, size)


@given(st.lists(st.integers(0, 90), max_size=12))
@settings(deadline=None)
def test_a_frontier_grows_the_same_in_any_batches(batches: list[int]) -> None:
    """Appending one by one, in batches, or reading the right edge from storage gives the same frontier."""
    grown = one_by_one = Frontier()
    for batch in batches:
        leaves = LEAVES[grown.size : grown.size + batch]
        grown = grown.extend(leaves)
        for leaf in leaves:
            one_by_one = one_by_one.append(leaf)
    assert grown == one_by_one == Frontier.read(grown.size, TREE.node)


@pytest.mark.parametrize("size", [0, 1, 2, 6, -1])
def test_a_frontier_that_does_not_fit_its_size_is_refused(size: int) -> None:
    """Three hashes belong to a size with three ones; anything else is corrupt."""
    with pytest.raises(FrontierInvalid):
        Frontier(size, tuple(LEAVES[:3]))


def test_a_frontier_of_short_hashes_is_refused() -> None:
    """A hash that was cut in storage does not become part of a root."""
    with pytest.raises(FrontierInvalid):
        Frontier(1, (LEAVES[0][:31],))


@given(st.data())
@settings(max_examples=40, deadline=None)
def test_a_true_inclusion_proof_verifies_and_a_bent_one_never(data: st.DataObject) -> None:
    """One flipped bit, one hash less or more, another leaf or another index: each is refused."""
    size = data.draw(SIZES)
    index = data.draw(st.integers(0, size - 1))
    path, root = inclusion_path(index, size, TREE.node), TREE.root(size)
    verify_inclusion(LEAVES[index], index, size, path, root)
    verify_inclusion(LEAVES[index], index, size, tuple(path), root)
    for wrong_path in bent(path):
        with pytest.raises(ProofInvalid):
            verify_inclusion(LEAVES[index], index, size, wrong_path, root)
    for bit in range(256):
        with pytest.raises(ProofInvalid):
            verify_inclusion(flipped(LEAVES[index], bit), index, size, path, root)
        with pytest.raises(ProofInvalid):
            verify_inclusion(LEAVES[index], index, size, path, flipped(root, bit))
    for wrong_index in {*range(size + 2), *(index ^ 1 << bit for bit in range(64)), -1} - {index}:
        with pytest.raises(ProofInvalid):
            verify_inclusion(LEAVES[index], wrong_index, size, path, root)


@given(st.data())
@settings(max_examples=40, deadline=None)
def test_an_inclusion_proof_holds_for_its_own_tree_only(data: st.DataObject) -> None:
    """Against the root of any other size it fails; with its own root a wrong size fails when it bends the path."""
    size = data.draw(SIZES)
    index = data.draw(st.integers(0, size - 1))
    path, root = inclusion_path(index, size, TREE.node), TREE.root(size)
    for other in {data.draw(SIZES), size - 1, size + 1, size * 2, size // 2, 0, 2**64 - 1} - {size}:
        if 0 < other <= len(ENTRIES):
            with pytest.raises(ProofInvalid):
                verify_inclusion(LEAVES[index], index, other, path, TREE.root(other))
        if index >= other or sides(index, other) != sides(index, size):
            with pytest.raises(ProofInvalid):
                verify_inclusion(LEAVES[index], index, other, path, root)


@given(st.data())
@settings(max_examples=40, deadline=None)
def test_a_true_consistency_proof_verifies_and_a_bent_one_never(data: st.DataObject) -> None:
    """One flipped bit, one hash less or more, or swapped roots: each is refused."""
    size2 = data.draw(SIZES)
    size1 = data.draw(st.integers(1, size2))
    path, root1, root2 = consistency_path(size1, size2, TREE.node), TREE.root(size1), TREE.root(size2)
    verify_consistency(size1, size2, path, root1, root2)
    verify_consistency(size1, size2, tuple(path), root1, root2)
    for wrong_path in bent(path):
        with pytest.raises(ProofInvalid):
            verify_consistency(size1, size2, wrong_path, root1, root2)
    for bit in range(256):
        with pytest.raises(ProofInvalid):
            verify_consistency(size1, size2, path, flipped(root1, bit), root2)
        with pytest.raises(ProofInvalid):
            verify_consistency(size1, size2, path, root1, flipped(root2, bit))
    if size1 != size2:
        with pytest.raises(ProofInvalid):
            verify_consistency(size1, size2, path, root2, root1)


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_a_consistency_proof_holds_for_its_own_trees_only(data: st.DataObject) -> None:
    """Against the root of another size it fails; with its own roots a wrong size fails when it bends the path."""
    size2 = data.draw(SIZES)
    size1 = data.draw(st.integers(1, size2))
    path, root1, root2 = consistency_path(size1, size2, TREE.node), TREE.root(size1), TREE.root(size2)
    for other in {data.draw(SIZES), size1 - 1, size1 + 1, size2 - 1, size2 + 1, size1 * 2, size2 * 2, 0, 2**64 - 1}:
        for wrong1, wrong2 in {(other, size2), (size1, other), (size2, size1)} - {(size1, size2)}:
            if 0 < wrong1 <= len(ENTRIES) and 0 < wrong2 <= len(ENTRIES):
                with pytest.raises(ProofInvalid):
                    verify_consistency(wrong1, wrong2, path, TREE.root(wrong1), TREE.root(wrong2))
            if not 0 < wrong1 <= wrong2 or steps(wrong1, wrong2) != steps(size1, size2):
                with pytest.raises(ProofInvalid):
                    verify_consistency(wrong1, wrong2, path, root1, root2)


def test_a_forged_past_is_not_consistent() -> None:
    """A log that changes one old entry cannot prove that its new tree appends to the old one, by either's hashes."""
    forged = [leaf_hash(b"forged"), *LEAVES[1:8]]
    new_root = Frontier().extend(forged).root()
    for path in (consistency_path(5, 8, TREE.node), consistency_path(5, 8, lambda level, index: forged[0])):
        with pytest.raises(ProofInvalid):
            verify_consistency(5, 8, path, TREE.root(5), new_root)


def test_the_empty_tree_proves_nothing() -> None:
    """Consistency with no entries at all is refused rather than taken for evidence."""
    for size2 in (0, 1, 5):
        with pytest.raises(ProofInvalid):
            verify_consistency(0, size2, [], EMPTY_ROOT, TREE.root(size2))


JUNK: list[Any] = [
    None,
    True,
    -1,
    0,
    2**64,
    2**4000,
    1.5,
    "",
    "a",
    b"",
    b"x" * 31,
    b"x" * 33,
    bytearray(32),
    memoryview(bytes(32)),
    [],
    [None],
    ["x" * 32],
    [b""],
    [b"x" * 31],
    [bytearray(32)],
    (),
    {},
    {b"x" * 32},
    object(),
    iter([bytes(32)]),
]


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_malformed_input_is_an_invalid_proof_and_nothing_else(data: st.DataObject) -> None:
    """Whatever stands in the place of any argument, the answer is ProofInvalid, never another error or a yes."""
    size = data.draw(st.integers(2, 40))
    index = data.draw(st.integers(0, size - 1))
    inclusion: list[Any] = [LEAVES[index], index, size, inclusion_path(index, size, TREE.node), TREE.root(size)]
    first = data.draw(st.integers(1, size - 1))
    roots = TREE.root(first), TREE.root(size)
    consistency: list[Any] = [first, size, consistency_path(first, size, TREE.node), *roots]
    cases: list[tuple[Callable[..., None], list[Any]]] = [
        (verify_inclusion, inclusion),
        (verify_consistency, consistency),
    ]
    for verify, arguments in cases:
        at, junk = data.draw(st.integers(0, 4)), data.draw(st.sampled_from(JUNK))
        if type(junk) is int and junk == arguments[at]:
            continue
        with pytest.raises(ProofInvalid):
            verify(*arguments[:at], junk, *arguments[at + 1 :])


@pytest.mark.parametrize("junk", JUNK, ids=repr)
def test_a_path_with_one_malformed_hash_is_an_invalid_proof(junk: Any) -> None:
    """A path of the right length is refused as well when any of its hashes is something else."""
    inclusion, consistency = inclusion_path(5, 13, TREE.node), consistency_path(6, 13, TREE.node)
    for at in range(len(inclusion)):
        with pytest.raises(ProofInvalid):
            verify_inclusion(LEAVES[5], 5, 13, [*inclusion[:at], junk, *inclusion[at + 1 :]], TREE.root(13))
    for at in range(len(consistency)):
        wrong = [*consistency[:at], junk, *consistency[at + 1 :]]
        with pytest.raises(ProofInvalid):
            verify_consistency(6, 13, wrong, TREE.root(6), TREE.root(13))


@pytest.mark.parametrize("junk", JUNK, ids=repr)
def test_equal_trees_need_real_roots(junk: Any) -> None:
    """Two trees of the same size are not consistent because both roots are the same rubbish."""
    if type(junk) is not bytes:
        with pytest.raises(ProofInvalid):
            verify_consistency(3, 3, [], junk, junk)
    if junk not in ([], ()):
        with pytest.raises(ProofInvalid):
            verify_consistency(3, 3, junk, TREE.root(3), TREE.root(3))


def test_the_largest_tree_has_2_to_the_64_minus_1_leaves() -> None:
    """A size is a uint64: the largest still proves, and the next is refused although its path is the same."""
    path = [bytes(32)] * 64
    root = LEAVES[0]
    for sibling in path:
        root = node_hash(root, sibling)
    verify_inclusion(LEAVES[0], 0, 2**64 - 1, path, root)
    with pytest.raises(ProofInvalid):
        verify_inclusion(LEAVES[0], 0, 2**64, path, root)


def test_a_path_outside_the_tree_cannot_be_asked_for() -> None:
    """There is no inclusion of a missing leaf, and no consistency from a later or empty tree."""
    for index, size in ((0, 0), (3, 3), (-1, 3)):
        with pytest.raises(OutsideTree):
            inclusion_path(index, size, TREE.node)
    for size1, size2 in ((0, 3), (4, 3), (-1, 3)):
        with pytest.raises(OutsideTree):
            consistency_path(size1, size2, TREE.node)
    with pytest.raises(OutsideTree):
        Frontier.read(-1, TREE.node)


def test_proofs_read_few_nodes_of_a_large_tree() -> None:
    """A proof in a tree of a million leaves reads at most 2 * log2 nodes, not the tree."""
    read = []

    def node(level: int, index: int) -> bytes:
        read.append((level, index))
        return bytes(32)

    inclusion_path(654_321, 1_000_003, node)
    assert len(read) <= 40
    read.clear()
    consistency_path(654_321, 1_000_003, node)
    assert len(read) <= 40
