"""A file system of some megabytes in memory, which the test fills to the last byte and frees again."""

import shutil
import subprocess
from pathlib import Path
from typing import Self

CHUNKS = (1 << 20, 4_096)


class MayNotMount(Exception):
    """This user or container may not mount file systems; the text is what the system said."""


class SmallDisk:
    """A tmpfs on a folder. A context manager: mounted on entering, unmounted on leaving."""

    def __init__(self, folder: Path, megabytes: int) -> None:
        self.folder = folder
        self._megabytes = megabytes
        self._filler = folder / "filler"

    def __enter__(self) -> Self:
        self.folder.mkdir(mode=0o700, parents=True)
        options = f"size={self._megabytes}m,mode=0700"
        done = subprocess.run(
            ("mount", "-t", "tmpfs", "-o", options, "tmpfs", str(self.folder)),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise MayNotMount(done.stderr.strip())
        return self

    def __exit__(self, *_: object) -> None:
        subprocess.run(("umount", str(self.folder)), check=True)

    def fill(self, leave: int = 0) -> None:
        """Take all the room there is but so many bytes."""
        with self._filler.open("ab", buffering=0) as filler:
            for chunk in CHUNKS:
                try:
                    while shutil.disk_usage(self.folder).free > leave and filler.write(bytes(chunk)) == chunk:
                        pass
                except OSError:
                    continue

    def free(self) -> None:
        """Give the room back."""
        self._filler.unlink(missing_ok=True)
