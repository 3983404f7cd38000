"""Talent: who works for a studio, with which permits, when, and on what terms.

Owns: the studios' files on people with their documents, everybody's calendar, castings, contracts from template to last payment.
Publishes: `events.talent`.
Handles: `ProductionRegistered`, to know whose production a contract may name; its own `PersonErased`, to destroy the key;
`ContractSigned`, to book the days and to schedule the instalments; and `AmendmentSigned`, to put the new terms in force.
"""
