"""The mailbox of the embedded stack: a mail server on this machine that keeps every letter, whomever it is for, to be read here."""
