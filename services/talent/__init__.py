"""Talent: who works for a studio, with which permits, when, and on what terms.

Owns: the studios' files on people with their documents, everybody's calendar, castings, contracts from template to last payment,
and who may use a performer's own page.
Publishes: `events.talent`.
Handles: `ProductionRegistered`, to know whose production a contract may name; `StudioAdmitted`, to say in letters who writes; its
own `PortalInvited`, to write to who is invited; its own `PersonErased`, to destroy the key; `ContractSigned`, to book the days; `BookingRequested`, to hold, book and free the days of productions' bookings; it,
`ContractAmended`, `ContractTerminated` and `ShootingDaysPlanned`, to schedule the instalments, and what happens to these, to count
how punctual a studio pays; `PermitRecorded`, `PermitRevoked` and `ScheduleChanged`, to count days of short-term work;
`PersonMerged`, to join two files; and `AmendmentSigned`, to put the new terms in force.
"""
