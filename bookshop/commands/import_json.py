"""The result of an import as JSON, for other programs."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from bookshop.importing.import_stock import StockReport
from bookshop.importing.report import ImportReport
from bookshop.importing.rules.notifications import Outcome
from bookshop.importing.rules.stock_rows import MAX_LISTED
from bookshop.onix.record import RecordWarning, RefusedRecord

if TYPE_CHECKING:
    from bookshop.covers.cover_report import CoverReport


def import_to_json(
    reports: Sequence[ImportReport], covers: "CoverReport | None", *, dry_run: bool
) -> dict[str, Any]:
    totals = sum((report.counts for report in reports), Counter())
    seconds = sum(report.seconds for report in reports)
    return {
        **{str(outcome): totals[outcome] for outcome in Outcome},
        "seconds": round(seconds, 3),
        "per_second": round(totals.total() / seconds, 1) if seconds else 0,
        "dry_run": dry_run,
        "files": [file_to_json(report) for report in reports],
        "covers": asdict(covers) if covers else None,
    }


def file_to_json(report: ImportReport) -> dict[str, Any]:
    return {
        "file": report.file,
        "sender": report.sender,
        "problem": report.problem,
        **{str(outcome): report.counts[outcome] for outcome in Outcome},
        "refusals": [refusal_to_json(one) for one in report.refused],
        "warning_count": report.warning_count,
        "warnings": [refusal_to_json(one) for one in report.warnings],
        "unpriced": report.unpriced,
        "changes": [asdict(one) for one in report.changes],
        "ignored_columns": report.ignored[:MAX_LISTED],
        "guessed_encoding": report.guessed_encoding,
        "other_sheets": report.other_sheets,
        "unknown_codes": [
            {"element": element, "code": code, "times": times}
            for (element, code), times in report.unknown.most_common()
        ],
        "stock": stock_to_json(report.stock) if report.stock else None,
        "is_interrupted": report.is_interrupted,
        "seconds": round(report.seconds, 3),
    }


def stock_to_json(report: StockReport) -> dict[str, Any]:
    return {
        "file": report.file,
        "counted": report.counted,
        "changed": report.moved,
        "prices": report.priced,
        "imported_before": report.taken_before,
        "short": [{"isbn": one.isbn, "missing": one.short} for one in report.short],
        "unknown": report.unknown,
        "refusals": [refusal_to_json(one) for one in report.refused],
        "warnings": [refusal_to_json(one) for one in report.warnings],
        "other_sheets": report.other_sheets,
        "problem": report.problem,
        "is_interrupted": report.is_interrupted,
        "seconds": round(report.seconds, 3),
    }


def refusal_to_json(refused: RefusedRecord | RecordWarning) -> dict[str, Any]:
    return {
        "record": refused.position,
        "line": refused.line,
        "reference": refused.reference,
        "reason": refused.reason,
    }
