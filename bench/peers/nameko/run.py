"""`nameko run module:Service` without its command line, which needs a package that setuptools no longer brings."""

import eventlet

eventlet.monkey_patch()

import os
import sys

from nameko.cli.run import import_service, run

MAX_WORKERS = 32
"""Also the prefetch count. nameko's 10 is as fast; 64, or more than kombu's 10 connections to publish, is slower."""

if __name__ == "__main__":
    config = {
        "AMQP_URI": os.environ["PEER_AMQP_URL"],
        "WEB_SERVER_ADDRESS": f"127.0.0.1:{os.environ['PEER_HTTP_PORT']}",
        "max_workers": MAX_WORKERS,
    }
    run(import_service(sys.argv[1]), config)
