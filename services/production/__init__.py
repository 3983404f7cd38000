"""Owns productions, their shooting days and the bookings of people; later scripts, call sheets and hours.

Publishes: ProductionRegistered, ShootingDaysPlanned, ScheduleChanged, BookingRequested.
Handles: ContractSigned, ContractAmended and ContractTerminated (books the person's days, moves and frees them),
BookingGranted and BookingRefused (a person's calendar gives the days to a booking, or does not), FindingRaised and
FindingClosed (put bookings on hold and free them), PersonRegistered and PersonMerged (knows whom a studio has on file).
"""
