"""The mailbox's process."""

import asyncio
import sys
from pathlib import Path

from deploy.local.mailbox.server import serve

asyncio.run(serve(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])))
