"""docker-compose.yml: contained processes, their own secrets only, and nothing open to the network."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

CHECKOUT = Path(__file__).parents[3]
COMPOSE: dict[str, Any] = yaml.safe_load((CHECKOUT / "docker-compose.yml").read_text())
CONTAINERS: dict[str, dict[str, Any]] = COMPOSE["services"]
PROCESSES = ("talent", "production", "distribution", "compliance", "gateway")
EVERY_CONTAINER = pytest.mark.parametrize("name", CONTAINERS)


def granted(name: str) -> set[str]:
    """The secrets that a container may read."""
    return {secret if isinstance(secret, str) else secret["source"] for secret in CONTAINERS[name].get("secrets", ())}


@EVERY_CONTAINER
def test_a_container_is_contained(name: str) -> None:
    """No container can write to its own files, gain privileges or take the machine's memory."""
    container = CONTAINERS[name]

    assert container["read_only"] is True
    assert container["cap_drop"] == ["ALL"]
    assert "cap_add" not in container
    assert container["security_opt"] == ["no-new-privileges:true"]
    assert container["deploy"]["resources"]["limits"].keys() == {"cpus", "memory", "pids"}


@EVERY_CONTAINER
def test_a_container_says_whether_it_is_healthy(name: str) -> None:
    """Whatever keeps running has a health check."""
    once = CONTAINERS[name]["restart"] == "no"

    assert ("test" in CONTAINERS[name]["healthcheck"]) is not once


@EVERY_CONTAINER
def test_what_is_waited_for_exists(name: str) -> None:
    """A container waits for health, or for the end of what runs once."""
    for other, wait in CONTAINERS[name].get("depends_on", {}).items():
        once = CONTAINERS[other]["restart"] == "no"
        assert wait["condition"] == ("service_completed_successfully" if once else "service_healthy")


@EVERY_CONTAINER
def test_an_image_is_pinned(name: str) -> None:
    """An image is our own or has a full version."""
    image = CONTAINERS[name]["image"]

    assert image == "callboard:local" or re.search(r":v?\d+\.\d+\.\d+(-|$)", image)


def test_one_container_builds_the_image() -> None:
    """The image is built once: builds side by side under one name get in each other's way."""
    assert [name for name, container in CONTAINERS.items() if "build" in container] == ["mongodb-init"]


def test_only_the_front_doors_are_open() -> None:
    """The gateway and Grafana are published, on the loopback address; everything else is on a closed network."""
    published = {name: container["ports"] for name, container in CONTAINERS.items() if "ports" in container}

    assert published.keys() == {"gateway", "grafana"}
    assert all(port.startswith("127.0.0.1:") for ports in published.values() for port in ports)
    assert COMPOSE["networks"]["backend"] == {"internal": True}
    assert {name for name, container in CONTAINERS.items() if "edge" in container["networks"]} == published.keys()


@EVERY_CONTAINER
def test_a_log_has_an_end(name: str) -> None:
    """What a container writes is rotated: strangers cannot fill the disk."""
    logging = CONTAINERS[name]["logging"]
    assert logging["driver"] == "json-file"
    assert set(logging["options"]) == {"max-size", "max-file"}


@pytest.mark.parametrize("name", PROCESSES)
def test_a_process_gets_its_own_secrets_only(name: str) -> None:
    """No process can read another's credentials, and each one is told where to find its own."""
    environment = CONTAINERS[name]["environment"]
    told = {path for setting, path in environment.items() if setting.endswith("_FILE")}

    assert {secret for secret in granted(name) if not secret.startswith(f"{name}_")} == set()
    assert told == {f"/run/secrets/{secret}" for secret in granted(name)}


@pytest.mark.parametrize("name", PROCESSES)
def test_a_secret_is_the_one_its_setting_names(name: str) -> None:
    """CALLBOARD_AMQP_URL_FILE of talent is talent_amqp_url, and so on."""
    for setting, path in CONTAINERS[name]["environment"].items():
        if setting.endswith("_FILE"):
            what = setting.removeprefix("CALLBOARD_").removesuffix("_FILE").lower()
            assert path == f"/run/secrets/{name}_{what}"


def test_every_secret_is_made_and_used(secrets: Path) -> None:
    """secrets.sh makes exactly what the containers read."""
    files = {name: Path(secret["file"]) for name, secret in COMPOSE["secrets"].items()}

    assert {file.parent for file in files.values()} == {Path("deploy/docker/secrets")}
    assert {file.name for file in files.values()} == {path.name for path in secrets.iterdir()}
    assert set().union(*map(granted, CONTAINERS)) == files.keys()


@EVERY_CONTAINER
def test_what_is_mounted_exists(name: str) -> None:
    """Docker would make an empty folder of a missing file; named volumes are declared."""
    for volume in CONTAINERS[name].get("volumes", ()):
        source, _, *options = volume.split(":")
        if source.startswith("./"):
            assert (CHECKOUT / source).exists()
            assert options == ["ro"]
        else:
            assert source in COMPOSE["volumes"]


def test_every_process_is_scraped() -> None:
    """Prometheus asks every process on the port that it answers on."""
    prometheus = yaml.safe_load((CHECKOUT / "deploy/prometheus/prometheus.yml").read_text())
    (scrape,) = [job for job in prometheus["scrape_configs"] if job["job_name"] == "callboard"]
    (discovery,) = scrape["dns_sd_configs"]

    assert set(discovery["names"]) == set(PROCESSES)
    assert {CONTAINERS[name]["environment"]["CALLBOARD_INTERNAL_PORT"] for name in PROCESSES} == {
        str(discovery["port"])
    }
