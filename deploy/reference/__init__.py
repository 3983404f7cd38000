"""The references that are generated from the code: `python -m deploy.reference` writes them, `--check` compares."""
