"""Parked messages on a real broker and database: replayed, discarded, parked again, never lost on the way."""

import json
from collections.abc import Iterator

import pytest
from click.testing import CliRunner, Result

from chassis import mongo
from chassis.amqp import open_connection
from chassis.parking import Parking, QueueGone
from deploy.local.cli import main
from tests.service.place import Place, Servers
from tests.service.toys import TallyCounted, counted, listener
from tests.service.waiting import until

QUEUE = "listener.listen"


@pytest.fixture
def parking(place: Place) -> Parking:
    """The place's parking."""
    made = Parking(place.database)
    made.ensure_indexes()
    return made


def park(parking: Parking, message_id: str = "evt_1", queue: str = QUEUE) -> str:
    """Park an event and return its row's id."""
    body = counted()["body"]
    parking.park(queue, "KeyError: 1", "traceback", 10, body, {"message_id": message_id, "type": TallyCounted.TYPE})
    (row,) = parking.collection.find({"message_id": message_id, "queue": queue})
    row_id: str = row["_id"]
    return row_id


def test_a_replayed_message_is_handled_afresh(place: Place, parking: Parking) -> None:
    """A replay puts the exact message back on its own queue with no attempts counted, and marks the row."""
    place.declare_exchange("toy.events")
    row_id = park(parking)
    heard: list[str] = []
    place.run(listener(lambda event: heard.append(event.type)))
    assert parking.replay(row_id, place.amqp_url)
    until(lambda: heard == [TallyCounted.TYPE])
    (row,) = parking.rows("replayed")
    assert row["resolved_at"]
    assert list(parking.rows()) == []
    assert not parking.replay(row_id, place.amqp_url), "a row is replayed once"


def test_a_message_that_is_parked_again_keeps_its_row(parking: Parking) -> None:
    """A replayed message that fails again returns to its row: first time kept, times counted, no expiry any more."""
    row_id = park(parking)
    (first,) = parking.rows()
    assert parking.resolve(row_id, "replayed")
    park(parking)
    (again,) = parking.rows()
    assert (again["_id"], again["first_at"], again["times"]) == (row_id, first["first_at"], 2)
    assert "resolved_at" not in again


def test_a_discarded_row_stays_discarded(parking: Parking) -> None:
    """Discarding keeps the row, marked; the same message parked later is a new matter."""
    row_id = park(parking)
    assert parking.resolve(row_id, "discarded")
    assert not parking.resolve(row_id, "replayed")
    parking.park(QUEUE, "KeyError: 1", "", 10, b"{}", {"message_id": "evt_1"})
    assert [row["_id"] for row in parking.rows("discarded")] == [row_id]
    assert len(list(parking.rows())) == 1


def test_two_queues_park_the_same_event_each(parking: Parking) -> None:
    """Two handlers that give up on one event have a row each."""
    assert park(parking) != park(parking, queue="listener.other")


def test_a_replay_to_a_queue_that_is_gone_is_refused(place: Place, parking: Parking) -> None:
    """A message whose queue no longer exists stays parked: it would vanish."""
    row_id = park(parking, queue="listener.renamed")
    with pytest.raises(QueueGone, match=r"listener\.renamed"):
        parking.replay(row_id, place.amqp_url)
    assert [row["state"] for row in parking.rows()] == ["parked"]


def test_a_replay_that_the_broker_did_not_confirm_is_no_replay(place: Place, parking: Parking) -> None:
    """While the broker stands still the row stays parked."""
    row_id = park(parking)
    with place.servers.broker_stopped(), pytest.raises(OSError):
        parking.replay(row_id, place.amqp_url, timeout=0.5)
    assert [row["_id"] for row in parking.rows()] == [row_id]


class Terminal:
    """`./callboard parked ...` on the suite's servers, with one parked message of talent."""

    def __init__(self, servers: Servers) -> None:
        self._servers = servers
        self.database = mongo.connect(servers.mongo_url, "talent", "test")
        self.parking = Parking(self.database)
        self.connection = open_connection(servers.amqp_url, "test")
        self.channel = self.connection.channel()
        self.channel.queue_declare("talent.toy", durable=True, auto_delete=False)

    def run(self, *arguments: str, answer: str = "") -> Result:
        """One command, and what is typed when it asks."""
        environment = {"CALLBOARD_HOME": self._servers.home, "COLUMNS": "200"}
        return CliRunner().invoke(main, ["parked", *arguments], env=environment, input=answer)

    def close(self) -> None:
        """Leave nothing behind."""
        self.channel.queue_delete("talent.toy")
        self.connection.close()
        self.database.client.drop_database("talent")
        self.database.client.close()


@pytest.fixture
def terminal(servers: Servers) -> Iterator[Terminal]:
    """The operator's terminal."""
    made = Terminal(servers)
    yield made
    made.close()


def test_an_operator_lists_shows_and_replays(terminal: Terminal) -> None:
    """`parked list`, `show` and `replay` work on a running stack, for people and for programs."""
    row_id = park(terminal.parking, queue="talent.toy")
    (listed,) = json.loads(terminal.run("list", "--json").stdout)
    assert (listed["id"], listed["service"], listed["attempts"]) == (row_id, "talent", 10)
    assert "KeyError: 1" in terminal.run("list").stdout
    assert "traceback" in terminal.run("show", row_id).stdout
    body = bytes(next(terminal.parking.rows())["body"])
    assert json.loads(terminal.run("show", row_id, "--json").stdout)["body"].encode() == body
    replayed = terminal.run("replay", row_id)
    assert (replayed.exit_code, replayed.stdout) == (0, f"{row_id} replayed\n"), replayed.stderr
    message = until(lambda: terminal.channel.basic_get("talent.toy", no_ack=True))
    assert message.body == body
    again = terminal.run("replay", row_id)
    assert again.exit_code == 1
    assert "resolved before" in again.stderr


def test_an_operator_discards_everything(terminal: Terminal) -> None:
    """`parked discard --all` asks first, marks every parked message and touches no queue."""
    for number in range(3):
        park(terminal.parking, f"evt_{number}", "talent.toy")
    for answer in ("", "n\n"):
        refused = terminal.run("discard", "--all", answer=answer)
        assert refused.exit_code == 1
        assert "Discard 3 messages" in refused.stdout
        assert len(list(terminal.parking.rows())) == 3
    assert terminal.run("discard", "--all", answer="y\n").stdout.count("discarded") == 3
    assert terminal.run("discard", "--all").stdout == ""  # nothing is left to ask about
    park(terminal.parking, "evt_3", "talent.toy")
    assert terminal.run("discard", "--all", "--yes").stdout.count("discarded") == 1
    assert list(terminal.parking.rows()) == []
    assert len(json.loads(terminal.run("list", "--state", "discarded", "--json").stdout)) == 4
    assert terminal.channel.basic_get("talent.toy", no_ack=True) is None


def test_an_operators_mistake_is_one_line(terminal: Terminal) -> None:
    """An unknown id, a queue that is gone, or no id at all is told in one line with a failing exit code."""
    unknown = terminal.run("show", "prk_0")
    assert (unknown.exit_code, unknown.stderr.strip().count("\n")) == (1, 0)
    gone = terminal.run("replay", park(terminal.parking, queue="talent.renamed"))
    assert gone.exit_code == 1
    assert "there is no queue talent.renamed" in gone.stderr
    assert terminal.run("replay").exit_code == 2
