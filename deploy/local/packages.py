"""What the stack needs from the system: a RabbitMQ, the library that mongod links against, and fonts for documents.

Standard library only: the launcher uses it before the Python environment exists.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from deploy.local.errors import PackageMissing

SCRIPT = Path(__file__).with_name("install-packages.sh")
RABBITMQ_SCRIPTS = Path("/usr/lib/rabbitmq/lib")
FONTS = Path("/usr/share/fonts")
FONT_FILES = {
    "fonts-noto-cjk": "opentype/noto/NotoSerifCJK-Regular.ttc",
    "fonts-noto-core": "truetype/noto/NotoSerif-Regular.ttf",
}
"""A font of each package that documents are set in: Chinese, Japanese and Korean; Latin, Thai and the world's other scripts."""


def rabbitmq_installed() -> bool:
    """Whether the package's own start script and Erlang are there."""
    return any(RABBITMQ_SCRIPTS.glob("rabbitmq_server-*/sbin/rabbitmq-server")) and shutil.which("erl") is not None


def libcurl_installed() -> bool:
    """Whether the library that mongod needs can be loaded."""
    try:
        ctypes.CDLL("libcurl.so.4")
    except OSError:
        return False
    return True


def missing_fonts() -> list[str]:
    """The packages of fonts that are not installed; none is needed where `CALLBOARD_FONTS` names a folder of the user's."""
    if os.environ.get("CALLBOARD_FONTS"):
        return []
    return [package for package, file in FONT_FILES.items() if not (FONTS / file).exists()]


def missing(
    *,
    broker: bool = True,
    database: bool = True,
    fonts: bool = True,
    browser: bool = False,
    promtool: bool = False,
    load: bool = False,
) -> list[str]:
    """The Debian packages that lack for our broker, our database, documents, a browser, promtool or the benchmark's load."""
    packages = []
    if broker and not rabbitmq_installed():
        packages.append("rabbitmq-server")
    if database and not libcurl_installed():
        packages.append("libcurl4")
    if fonts:
        packages += missing_fonts()
    if browser and shutil.which("chromium") is None:
        packages.append("chromium")
    if promtool and shutil.which("promtool") is None:
        packages.append("prometheus")
    if load and shutil.which("wrk") is None:
        packages.append("wrk")
    return packages


def install(packages: Sequence[str], say: Callable[[str], None]) -> None:
    """Install Debian packages with apt-get, as root or through sudo. Raises PackageMissing with what to do."""
    names = " ".join(packages)
    if shutil.which("apt-get") is None:
        raise PackageMissing(f"this system lacks {names} and has no apt-get: install what its packages are called here")
    command = ["sh", str(SCRIPT), *packages]
    if os.geteuid() != 0:
        if shutil.which("sudo") is None:
            raise PackageMissing(f"run this as root, then start again: apt-get install {names}")
        command = ["sudo", *([] if sys.stdin.isatty() else ["-n"]), *command]
    say(f"Installing the system packages {names} with apt-get; their own services stay off")
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode != 0:
        last = (done.stdout.strip().splitlines() or ["no output"])[-1]
        raise PackageMissing(f"apt-get could not install {names} ({last}): install them as root and start again")
