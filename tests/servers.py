"""A private RabbitMQ and MongoDB for a suite that patches the standard library: run as a process of its own.

`python -m tests.servers FOLDER` prints one JSON line with their addresses when both are ready, and stops them when its
standard input is closed, that is also when the suite dies.
"""

import json
import signal
import sys
from pathlib import Path

from deploy.local import rabbitmq
from deploy.local.stack import Stack


def main(folder: Path) -> None:
    """Serve until nobody holds the other end of standard input."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: None)  # sent to the suite's whole group: it ends, which closes our input
    with Stack(folder, processes=(), definitions=None) as stack:
        addresses = {
            "amqp_url": stack.amqp_url(),
            "mongo_url": stack.mongo_url(),
            "management_url": stack.rabbitmq.management_url,
            "admin_password": stack.rabbitmq.admin_password,
            "broker_pid": stack.record(rabbitmq.NODE).pid,
            "home": str(folder),
        }
        print(json.dumps(addresses), flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
