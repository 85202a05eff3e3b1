"""Assay: the gate every family passes before anyone is measured with it."""

from unseen.assaying._assay import assay
from unseen.assaying._report import AssayReport, Check, Row

__all__ = ["AssayReport", "Check", "Row", "assay"]
