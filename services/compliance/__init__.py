"""Owns the rules and their findings, and the transparency ledger; later the filings and the public register.

Publishes: FindingRaised, FindingClosed.
Handles: PersonRegistered, PersonUpdated, PersonMerged, PermitRecorded, PermitRevoked, ScheduleChanged (judges the bookings anew),
ProductionRegistered (knows whose productions are), PersonErased (destroys the key of whom no studio knows any more),
every event of every service (the ledger).
"""
