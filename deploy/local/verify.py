"""`./callboard verify`: the ledger's own auditor, on the running stack."""

from __future__ import annotations

import subprocess
import sys

import click

from deploy.local.accounts import running_stack
from deploy.local.home import CHECKOUT


@click.command()
def verify() -> None:
    """Re-derive the whole ledger from what is stored, and say what is wrong where.

    Checks every leaf, tile and checkpoint, that checkpoints agree with one another, and that no event of any aggregate is
    missing. Exit code 1 when something is wrong.
    """
    stack = running_stack()
    command = (sys.executable, "-m", "services.compliance.verify")
    sys.exit(subprocess.run(command, cwd=CHECKOUT, env=stack.environment("compliance"), check=False).returncode)
