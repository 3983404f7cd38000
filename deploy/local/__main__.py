"""``python -m deploy.local``, which ``./callboard`` runs."""

from deploy.local.cli import main

main(prog_name="./callboard")
