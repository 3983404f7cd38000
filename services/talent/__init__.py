"""Talent: who works for a studio, with which permits, and on what terms.

Owns: the studios' files on people, their work permits, contracts with their documents and signatures, everybody's calendar.
Publishes: `events.talent` (people, permits, contracts, signatures, holds and days off).
Handles: `ProductionRegistered`, to know whose production a contract may name; its own `PersonErased`, to destroy the key, and
`ContractSigned`, to book the days.
"""
