"""What the system lacks is installed, or said."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from deploy.local import packages
from deploy.local.errors import PackageMissing
from deploy.local.home import CHECKOUT


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is the whole PATH, with a shell in it."""
    shell = shutil.which("sh")
    assert shell is not None
    (tmp_path / "sh").symlink_to(shell)
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def tool(folder: Path, name: str, script: str) -> None:
    """Add a program to the PATH."""
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)


def test_only_what_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Servers of the user need no packages of ours."""
    monkeypatch.setattr(packages, "missing_fonts", list)
    monkeypatch.setattr(packages, "rabbitmq_installed", lambda: False)
    monkeypatch.setattr(packages, "libcurl_installed", lambda: False)
    assert packages.missing() == ["rabbitmq-server", "libcurl4"]
    assert packages.missing(broker=False) == ["libcurl4"]
    assert packages.missing(broker=False, database=False) == []
    monkeypatch.setattr(packages, "rabbitmq_installed", lambda: True)
    assert packages.missing() == ["libcurl4"]


def test_the_load_generator_is_asked_for_by_the_benchmark_only(tools: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who only runs the platform needs no wrk."""
    monkeypatch.setattr(packages, "libcurl_installed", lambda: True)
    monkeypatch.setattr(packages, "missing_fonts", list)
    assert packages.missing(broker=False) == []
    assert packages.missing(broker=False, load=True) == ["wrk"]
    tool(tools, "wrk", "exit 0")
    assert packages.missing(broker=False, load=True) == []


def test_fonts_are_asked_for_until_there_are_some(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Documents need two packages of fonts, or a folder of the user's own."""
    monkeypatch.setattr(packages, "FONTS", tmp_path)
    monkeypatch.delenv("CALLBOARD_FONTS", raising=False)
    assert packages.missing(broker=False, database=False) == ["fonts-noto-cjk", "fonts-noto-core"]
    cjk = tmp_path / packages.FONT_FILES["fonts-noto-cjk"]
    cjk.parent.mkdir(parents=True)
    cjk.touch()
    assert packages.missing(broker=False, database=False) == ["fonts-noto-core"]
    monkeypatch.setenv("CALLBOARD_FONTS", "/home/of/my/fonts")
    assert packages.missing(broker=False, database=False) == []


def test_without_apt_the_packages_are_named(tools: Path) -> None:
    """On another system the user knows what to look for."""
    with pytest.raises(PackageMissing, match="lacks rabbitmq-server libcurl4 and has no apt-get"):
        packages.install(["rabbitmq-server", "libcurl4"], lambda message: None)


def test_without_root_and_sudo_the_command_is_named(tools: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What to run is in the message."""
    tool(tools, "apt-get", "exit 0")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(PackageMissing, match="run this as root, then start again: apt-get install libcurl4"):
        packages.install(["libcurl4"], lambda message: None)


def test_who_is_not_root_goes_through_sudo(tools: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without a terminal sudo must not wait for a password."""
    tool(tools, "apt-get", "exit 0")
    tool(tools, "sudo", f'echo "sudo $@" > {tmp_path}/asked')
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    said: list[str] = []
    packages.install(["libcurl4"], said.append)
    assert (tmp_path / "asked").read_text() == f"sudo -n sh {packages.SCRIPT} libcurl4\n"
    assert "libcurl4" in said[0]


def test_a_failed_installation_says_why(tools: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The last line of what was printed is part of the message."""
    tool(tools, "apt-get", "exit 0")
    tool(tools, "sudo", "echo progress; echo E: no such package; exit 100")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(PackageMissing, match=r"could not install libcurl4 \(E: no such package\)"):
        packages.install(["libcurl4"], lambda message: None)


@pytest.mark.parametrize("script", ["callboard", "deploy/local/install-packages.sh"])
def test_the_shell_scripts_are_posix(script: str) -> None:
    """The launcher runs in the system's plain shell."""
    assert (CHECKOUT / script).read_text().startswith("#!/bin/sh\n")
    subprocess.run(["sh", "-n", CHECKOUT / script], check=True)
