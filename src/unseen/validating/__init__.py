"""Validating: the engine's own estimators, put to the test on simulated examinees with planted truth.

``selfcheck()`` is what ``unseen selfcheck`` prints. Every estimator has examinees that it must flag and others that it must not.
"""

from unseen.validating._check import Case, Found, Line, PlantedCheck
from unseen.validating._lab import Lab
from unseen.validating._selfcheck import CHECKS, FALSE_ALARM, Selfcheck, alpha_of, checks_named, selfcheck

__all__ = ["CHECKS", "FALSE_ALARM", "Case", "Found", "Lab", "Line", "PlantedCheck", "Selfcheck", "alpha_of", "checks_named", "selfcheck"]
