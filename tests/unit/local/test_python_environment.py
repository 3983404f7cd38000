"""The Python environment follows the lock, and the lock names no package index."""

from pathlib import Path

import pytest

from deploy.local import environment, lock, suites
from deploy.local.errors import StackError
from deploy.local.home import CHECKOUT


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout whose steps are recorded instead of run."""
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / "uv.lock").write_text("one")
    (tmp_path / "uv.txt").write_text("uv==1")
    for name, path in {
        "LOCK": "uv.lock",
        "STAMP": ".venv/uv.lock",
        "PYTHON": ".venv/bin/python",
        "UV_REQUIREMENT": "uv.txt",
        "UV_FOLDER": ".venv/uv",
        "UV_STAMP": ".venv/uv/uv.txt",
    }.items():
        monkeypatch.setattr(environment, name, tmp_path / path)
    steps: list[str] = []
    (tmp_path / "steps").write_text("")

    def step(name: str) -> None:
        steps.append(name)
        (tmp_path / "steps").write_text(" ".join(steps))

    def create() -> None:
        step("create")
        environment.PYTHON.touch()

    def install_uv() -> None:
        step("install uv")
        environment.UV_FOLDER.mkdir(exist_ok=True)
        environment.stamp(environment.UV_REQUIREMENT, environment.UV_STAMP)

    monkeypatch.setattr(environment, "create", create)
    monkeypatch.setattr(environment, "install_uv", install_uv)
    monkeypatch.setattr(environment, "synchronise", lambda: step("synchronise"))
    monkeypatch.setattr(environment, "say", lambda message: None)
    return tmp_path


def test_a_missing_environment_is_made_once(checkout: Path) -> None:
    """The second launch does nothing."""
    environment.make()
    assert (checkout / "steps").read_text() == "create install uv synchronise"
    environment.make()
    assert (checkout / "steps").read_text() == "create install uv synchronise"


def test_a_changed_lock_is_followed(checkout: Path) -> None:
    """Only the packages change: the environment and its uv stay."""
    environment.make()
    (checkout / "uv.lock").write_text("two")
    environment.make()
    assert (checkout / "steps").read_text() == "create install uv synchronise synchronise"


def test_an_interrupted_installation_is_repaired(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The mark is written last: without it the next launch installs again."""

    def fail() -> None:
        raise environment.EnvironmentNotMade("interrupted")

    with monkeypatch.context() as broken:
        broken.setattr(environment, "synchronise", fail)
        with pytest.raises(environment.EnvironmentNotMade):
            environment.make()
    assert not environment.is_current()
    environment.make()
    assert environment.is_current()


def test_a_new_uv_is_installed(checkout: Path) -> None:
    """The tool itself is pinned in the checkout, too."""
    environment.make()
    (checkout / "uv.txt").write_text("uv==2")
    (checkout / "uv.lock").write_text("two")
    environment.make()
    assert (checkout / "steps").read_text().endswith("create install uv synchronise")


def test_the_users_index_and_certificates_are_used() -> None:
    """Who configured pip does not have to configure uv; who configured uv is left alone."""
    theirs = environment.uv_environment({"PIP_INDEX_URL": "https://mirror.invalid/simple", "PIP_CERT": "/ca.pem"})
    assert theirs["UV_DEFAULT_INDEX"] == "https://mirror.invalid/simple"
    assert theirs["SSL_CERT_FILE"] == "/ca.pem"
    own = {"PIP_INDEX_URL": "a", "UV_DEFAULT_INDEX": "b", "PIP_CERT": "c", "SSL_CERT_FILE": "d"}
    assert environment.uv_environment(own) | own == environment.uv_environment(own)


def test_a_failed_step_shows_its_output_and_says_what_failed(capfd: pytest.CaptureFixture[str]) -> None:
    """The reason is in front of the user, not in a file."""
    with pytest.raises(environment.EnvironmentNotMade, match="could not install things"):
        environment.run(["sh", "-c", "echo no route to host; exit 2"], "install things")
    assert "no route to host" in capfd.readouterr().err


def test_the_lock_has_hashes_but_no_addresses() -> None:
    """Every index and file address is replaced; names and hashes stay."""
    text = (
        'source = { registry = "https://index.example/simple" }\n'
        'wheels = [{ url = "https://files.example/a/b/amqp-5.4.2-py3-none-any.whl", hash = "sha256:00" }]\n'
    )
    assert lock.without_addresses(text) == (
        'source = { registry = "https://index.invalid/simple" }\n'
        'wheels = [{ url = "https://index.invalid/amqp-5.4.2-py3-none-any.whl", hash = "sha256:00" }]\n'
    )


def test_the_committed_lock_names_no_package_index() -> None:
    """A lock that was made with uv alone, without ./callboard lock, is noticed."""
    committed = (CHECKOUT / "uv.lock").read_text()
    assert lock.without_addresses(committed) == committed


def test_an_unknown_suite_is_refused_and_without_names_all_are_run() -> None:
    """A typing error does not pass for a successful run."""
    with pytest.raises(StackError, match="there is no suite unti"):
        suites.select(["unti"])
    assert suites.select(["faults", "unit"]) == ["faults", "unit"]
    assert {"unit", "faults"} <= set(suites.select([]))
    assert suites.select([])[-1] == "faults", "the longest comes last"
