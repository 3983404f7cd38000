"""Talent: who works for a studio, with which permits, and on what terms.

Owns: the studios' files on people, their work permits, contracts with their documents and signatures.
Publishes: `events.talent` (people, permits, contracts, signatures).
Handles: `ProductionRegistered`, to know whose production a contract may name; its own `PersonErased`, to destroy the key.
"""
