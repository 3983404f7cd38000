"""Owns the register of rights in; later localisation, releases, revenue and statements.

Publishes: RightsRegistered.
Handles: ContractSigned (registers the rights that it grants), ProductionRegistered (knows the titles).
"""
