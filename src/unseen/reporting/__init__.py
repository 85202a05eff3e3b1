"""One report object, several renderings: a self-contained HTML page, JSON, a terminal summary, charts as PNG and JSON."""

from unseen.reporting._report import Report, ReportedRun

__all__ = ["Report", "ReportedRun"]
