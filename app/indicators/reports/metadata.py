"""What says how the CSV file of a report is to be read: CSVW and Frictionless, from its columns."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from app.core.i18n import Bilingual
from app.indicators.reports.content import Frozen, Sign
from app.indicators.reports.rows import COLUMNS, HIDDEN_MEANS, NONE_MEANS, SIGNS, Typed

CSVW, PACKAGE = "csv-metadata.json", "datapackage.json"
_NO_FIGURE = ["", *SIGNS.values()]
_KEY = [each.name for each in COLUMNS if each.is_key]


def csvw(report: Frozen, revision: int, file: str) -> str:
    """Metadata by CSV on the Web, with heads in both languages."""
    return _written(
        {
            "@context": "http://www.w3.org/ns/csvw",
            "url": file,
            "dc:title": _both(title(report, revision)),
            "dc:language": ["vi", "en"],
            "dialect": {"encoding": "utf-8", "lineTerminators": ["\r\n"], "header": True},
            "tableSchema": {
                "columns": [_csvw_column(each) for each in COLUMNS],
                "primaryKey": _KEY,
            },
            "notes": _notes(),
        }
    )


def package(report: Frozen, revision: int, file: str, content: bytes) -> str:
    """A Frictionless data package of the one file, with its size and its hash."""
    period = report.stated.period
    return _written(
        {
            "name": f"pho-hoc-{period.code.lower()}-r{revision}",
            "title": title(report, revision).vi,
            "description": title(report, revision).en,
            "version": str(revision),
            "resources": [
                {
                    "name": "figures",
                    "path": file,
                    "profile": "tabular-data-resource",
                    "format": "csv",
                    "mediatype": "text/csv",
                    "encoding": "utf-8-sig",
                    "bytes": len(content),
                    "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
                    "dialect": {"delimiter": ",", "lineTerminator": "\r\n"},
                    "schema": {
                        "fields": [_field(each) for each in COLUMNS],
                        "primaryKey": _KEY,
                        "missingValues": _NO_FIGURE,
                    },
                }
            ],
        }
    )


def title(report: Frozen, revision: int) -> Bilingual:
    """What the report is called."""
    name, city = report.stated.period.label, report.stated.city_name
    return Bilingual(
        f"Báo cáo học tập suốt đời, {city.vi}: {name.vi}, lần {revision}",
        f"Lifelong learning report, {city.text('en')}: {name.en}, revision {revision}",
    )


def _csvw_column(each: Typed) -> dict[str, Any]:
    column = each.column
    kind: dict[str, Any] = {"base": each.kind}
    if each.lowest is not None:
        kind["minimum"] = each.lowest
    if each.allowed:
        kind["format"] = "|".join(each.allowed)
    return {
        "name": each.name,
        "titles": {"und": [each.name], **_both(column.label)},
        "dc:description": _both(column.meaning),
        "datatype": kind if len(kind) > 1 else each.kind,
        "required": each.required,
        "null": _NO_FIGURE if each.kind == "number" else "",
    }


def _field(each: Typed) -> dict[str, Any]:
    constraints: dict[str, Any] = {"required": True} if each.required else {}
    if each.allowed:
        constraints["enum"] = list(each.allowed)
    if each.lowest is not None:
        constraints["minimum"] = each.lowest
    column = each.column
    return {
        "name": each.name,
        "type": each.kind,
        "title": column.label.vi,
        "description": f"{column.meaning.vi} | {column.meaning.en}",
        **({"constraints": constraints} if constraints else {}),
    }


def _notes() -> list[dict[str, Any]]:
    return [
        {"sign": SIGNS[Sign.HIDDEN], **_both(HIDDEN_MEANS)},
        {"sign": SIGNS[Sign.NONE], **_both(NONE_MEANS)},
    ]


def _both(text: Bilingual) -> dict[str, str]:
    return {"vi": text.vi, "en": text.text("en")}


def _written(content: Mapping[str, Any]) -> str:
    return f"{json.dumps(content, ensure_ascii=False, indent=2)}\n"
