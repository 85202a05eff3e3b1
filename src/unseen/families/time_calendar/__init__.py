"""Dates, durations, time zones, working days and rotas, in the Gregorian calendar and in three that contradict habit."""

from unseen.families.time_calendar._family import Calendar

__all__ = ["Calendar"]
