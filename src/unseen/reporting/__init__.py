"""One report object, several renderings: a self-contained HTML page, JSON, a terminal summary, charts as PNG and JSON."""

from unseen.reporting._builders import sections
from unseen.reporting._error_section import error_section
from unseen.reporting._gain_section import answer as gain_answer
from unseen.reporting._gain_section import tables as gain_tables
from unseen.reporting._json_schema import report_schema
from unseen.reporting._report import Asked, Report, ReportedRun
from unseen.reporting._scaling_section import scaling_section
from unseen.reporting._section import Exhibit, Figure, Section, StoredRun, Table, command

__all__ = [
    "Asked",
    "Exhibit",
    "Figure",
    "Report",
    "ReportedRun",
    "Section",
    "StoredRun",
    "Table",
    "command",
    "error_section",
    "gain_answer",
    "gain_tables",
    "report_schema",
    "scaling_section",
    "sections",
]
