"""The Merkle tree of the ledger: hashing, growth and proofs as in RFC 6962 and RFC 9162 with SHA-256.

Nodes are named by ``(level, index)``: level 0 are the leaf hashes, and the node ``(l, i)`` is the hash of the
complete subtree over the leaves ``[i * 2**l, (i + 1) * 2**l)``. Complete subtrees never change once they exist, so
whoever stores them can prove anything about any past tree in O(log n) reads.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

HASH_SIZE = 32
"""Bytes of one SHA-256 hash."""

MAX_SIZE = 2**64 - 1
"""The largest tree: a size is a uint64 (RFC 9162 section 4.10)."""

EMPTY_ROOT = sha256(b"").digest()
"""The root of the tree without leaves (RFC 9162 section 2.1.1)."""

NodeReader = Callable[[int, int], bytes]
"""Reads the hash of the complete subtree ``(level, index)`` from wherever it is stored."""


Path = list[bytes] | tuple[bytes, ...]
"""The hashes of a proof, lowest first."""


class ProofInvalid(ValueError):
    """The proof does not prove its claim, or is malformed."""


class OutsideTree(ValueError):
    """The index or size that was asked for does not lie within the tree."""


class FrontierInvalid(ValueError):
    """The hashes of a frontier do not fit its size."""


def leaf_hash(entry: bytes) -> bytes:
    """The hash of an entry as a leaf: SHA-256(0x00 || entry) (RFC 9162 section 2.1.1)."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node: SHA-256(0x01 || left || right) (RFC 9162 section 2.1.1)."""
    return sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True, slots=True)
class Frontier:
    """The right edge of a tree: its size and the roots of the complete subtrees it is made of, largest first.

    It is all that is needed to append and to know the root: one hash for every 1 in the size's binary digits.
    """

    size: int = 0
    hashes: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        """Raise FrontierInvalid when there is not exactly one 32-byte hash for every complete subtree."""
        if not 0 <= self.size <= MAX_SIZE or len(self.hashes) != self.size.bit_count():
            raise FrontierInvalid(f"{len(self.hashes)} hashes cannot be the right edge of {self.size} leaves")
        if any(len(subtree) != HASH_SIZE for subtree in self.hashes):
            raise FrontierInvalid(f"every hash of a frontier has {HASH_SIZE} bytes")

    @classmethod
    def read(cls, size: int, node: NodeReader) -> "Frontier":
        """The frontier of the tree's first `size` leaves, read from stored subtrees."""
        if not 0 <= size <= MAX_SIZE:
            raise OutsideTree(f"{size} is not the size of a tree")
        return cls(size, tuple(node(level, index) for level, index in _complete_subtrees(0, size)))

    def append(self, leaf: bytes) -> "Frontier":
        """The frontier after one more leaf hash."""
        return self.extend((leaf,))

    def extend(self, leaves: Iterable[bytes]) -> "Frontier":
        """The frontier after more leaf hashes, in order; one node hash per leaf on average."""
        size, hashes = self.size, list(self.hashes)
        for leaf in leaves:
            subtree, unmerged = leaf, size
            while unmerged & 1:
                subtree = node_hash(hashes.pop(), subtree)
                unmerged >>= 1
            hashes.append(subtree)
            size += 1
        return Frontier(size, tuple(hashes))

    def root(self) -> bytes:
        """The Merkle Tree Hash of all leaves (RFC 9162 section 2.1.1)."""
        return _fold(self.hashes) if self.hashes else EMPTY_ROOT


def inclusion_path(index: int, size: int, node: NodeReader) -> list[bytes]:
    """PATH(index, D[size]) of RFC 9162 section 2.1.3.1: the siblings from the leaf's up to the root's child.

    Raises OutsideTree unless 0 <= index < size.
    """
    if not 0 <= index < size <= MAX_SIZE:
        raise OutsideTree(f"there is no leaf {index} in a tree of {size}")
    begin, end, path = 0, size, []
    while end - begin > 1:
        split = _split(begin, end)
        if index < split:
            path.append(_subtree_root(split, end, node))
            end = split
        else:
            path.append(_subtree_root(begin, split, node))
            begin = split
    return path[::-1]


def consistency_path(size1: int, size2: int, node: NodeReader) -> list[bytes]:
    """PROOF(size1, D[size2]) of RFC 9162 section 2.1.4.1: that the first tree is a prefix of the second.

    Raises OutsideTree unless 1 <= size1 <= size2; nothing can be proven about the empty tree.
    """
    if not 1 <= size1 <= size2 <= MAX_SIZE:
        raise OutsideTree(f"a tree of {size1} is not the beginning of a tree of {size2}")
    begin, end, path = 0, size2, []
    while end != size1:
        split = _split(begin, end)
        if size1 <= split:
            path.append(_subtree_root(split, end, node))
            end = split
        else:
            path.append(_subtree_root(begin, split, node))
            begin = split
    if begin:  # A subtree that starts at leaf 0 is the first tree itself, which the verifier already has.
        path.append(_subtree_root(begin, end, node))
    return path[::-1]


def verify_inclusion(leaf: bytes, index: int, size: int, path: Path, root: bytes) -> None:
    """Check that the leaf hash is at `index` in the tree of `size` and `root` (RFC 9162 section 2.1.3.2).

    Raises ProofInvalid when it is not shown to be, whatever is wrong with the arguments. As in the RFC, the size
    only decides the shape of the path: take size and root together from one signed checkpoint.
    """
    _require_sizes(index, size)
    _require_path(path)
    _require_hashes(leaf, root)
    if index >= size:
        raise ProofInvalid(f"there is no leaf {index} in a tree of {size}")
    computed = leaf
    for sibling, is_left in zip(path, _sides(index, size - 1, len(path)), strict=True):
        computed = node_hash(sibling, computed) if is_left else node_hash(computed, sibling)
    if computed != root:
        raise ProofInvalid("the path does not lead to the root")


def verify_consistency(size1: int, size2: int, path: Path, root1: bytes, root2: bytes) -> None:
    """Check that the tree of `size2` only appends to the tree of `size1` (RFC 9162 section 2.1.4.2).

    Raises ProofInvalid when that is not shown, whatever is wrong with the arguments, and for the empty tree, which
    is consistent with everything and so proves nothing.
    """
    _require_sizes(size1, size2)
    _require_path(path)
    if not 1 <= size1 <= size2:
        raise ProofInvalid(f"a tree of {size1} is not the beginning of a tree of {size2}")
    if size1 == size2:
        if path or type(root1) is not bytes or type(root2) is not bytes or root1 != root2:
            raise ProofInvalid("trees of the same size have the same root and need no path")
        return
    _require_hashes(root1, root2)
    # The first tree's right edge begins with the complete subtree that ends at its last leaf. When that subtree is
    # the whole first tree, the path leaves it out: the verifier has its root.
    level = (size1 & -size1).bit_length() - 1
    subtrees = [root1, *path] if size1 == 1 << level else path
    if not subtrees:
        raise ProofInvalid("the path is empty")
    computed1 = computed2 = subtrees[0]
    siblings = subtrees[1:]
    sides = _sides((size1 - 1) >> level, (size2 - 1) >> level, len(siblings))
    for sibling, is_left in zip(siblings, sides, strict=True):
        if is_left:
            computed1 = node_hash(sibling, computed1)
            computed2 = node_hash(sibling, computed2)
        else:
            computed2 = node_hash(computed2, sibling)
    if computed1 != root1:
        raise ProofInvalid("the path does not lead to the first root")
    if computed2 != root2:
        raise ProofInvalid("the path does not lead to the second root")


def _split(begin: int, end: int) -> int:
    """Where RFC 9162 divides the leaves [begin, end): after the largest power of two that is less than them all."""
    return begin + (1 << (end - begin - 1).bit_length() - 1)


def _complete_subtrees(begin: int, end: int) -> Iterable[tuple[int, int]]:
    """The nodes that together span the leaves [begin, end), largest first; `begin` must be aligned to the first."""
    while begin < end:
        level = (end - begin).bit_length() - 1
        yield level, begin >> level
        begin += 1 << level


def _subtree_root(begin: int, end: int, node: NodeReader) -> bytes:
    """MTH(D[begin:end]) of a range that the division of RFC 9162 produces, from its complete subtrees."""
    return _fold([node(level, index) for level, index in _complete_subtrees(begin, end)])


def _fold(hashes: Sequence[bytes]) -> bytes:
    """The root over complete subtrees of falling size."""
    root = hashes[-1]
    for left in hashes[-2::-1]:
        root = node_hash(left, root)
    return root


def _sides(node: int, last: int, count: int) -> list[bool]:
    """For every sibling on the way up from a node of a level that ends at `last`: is it on the left?

    Raises ProofInvalid when there are not `count` of them (RFC 9162 section 2.1.3.2).
    """
    sides = []
    while last:
        sides.append(bool(node & 1) or node == last)
        if sides[-1]:
            while node and not node & 1:  # At the right edge a level without a sibling is passed over.
                node, last = node >> 1, last >> 1
        node, last = node >> 1, last >> 1
    if len(sides) != count:
        raise ProofInvalid(f"the path has {count} siblings where {len(sides)} are needed")
    return sides


def _require_sizes(*numbers: object) -> None:
    """Raise ProofInvalid unless every number is a uint64; True and False are not numbers here."""
    for number in numbers:
        if type(number) is not int or not 0 <= number <= MAX_SIZE:
            raise ProofInvalid("sizes and indexes are integers from 0 to 2**64 - 1")


def _require_path(path: object) -> None:
    """Raise ProofInvalid unless it is a list or tuple of hashes."""
    if not isinstance(path, list | tuple):
        raise ProofInvalid("a path is a list of hashes")
    _require_hashes(*path)


def _require_hashes(*hashes: object) -> None:
    """Raise ProofInvalid unless all are 32 bytes: a node's hash does not tell where its left child ends."""
    for item in hashes:
        if type(item) is not bytes or len(item) != HASH_SIZE:
            raise ProofInvalid(f"a hash is {HASH_SIZE} bytes")
