"""One report object, several renderings: a self-contained HTML page, JSON, a terminal summary, charts as PNG and JSON."""

from unseen.reporting._builders import sections
from unseen.reporting._report import Report, ReportedRun
from unseen.reporting._section import Exhibit, Figure, Section, StoredRun, Table, command

__all__ = ["Exhibit", "Figure", "Report", "ReportedRun", "Section", "StoredRun", "Table", "command", "sections"]
