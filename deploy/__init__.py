"""How Callboard is deployed: on this machine (`local`), in containers, and what watches it."""
