"""Owns the register of rights in; later localisation, releases, revenue and statements.

Publishes: RightsRegistered, RightsChanged.
Handles: ContractSigned, ContractAmended and ContractTerminated (registers what they grant and take back),
ProductionRegistered (knows the titles).
"""
