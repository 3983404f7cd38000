"""The compose stack's secrets, made once."""

import shutil
import subprocess
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[3]


@pytest.fixture(scope="session")
def secrets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with freshly made secrets, as deploy/docker/secrets.sh makes them."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    docker = tmp_path_factory.mktemp("checkout") / "deploy" / "docker"
    docker.mkdir(parents=True)
    for name in ("secrets.sh", "secret_files.py"):
        shutil.copy(CHECKOUT / "deploy" / "docker" / name, docker / name)
    subprocess.run([docker / "secrets.sh"], check=True, stdout=subprocess.DEVNULL)
    return docker / "secrets"
