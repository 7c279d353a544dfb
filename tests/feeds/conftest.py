"""Files of providers, written in the test."""

import csv
import io

import pytest
import xlsxwriter

from app.catalogue.vocabulary import ensure_vocabulary
from app.feeds import operations
from app.feeds.mapping import OWN
from app.feeds.operations import Wanted
from tests.factories import ProviderFactory, SiteFactory
from tests.feeds.rows import HEAD


@pytest.fixture
def provider(app):
    """A provider with one place, "Phòng 1", and the subjects of the city."""
    ensure_vocabulary()
    found = ProviderFactory(slug="hoa-sen")
    SiteFactory(provider=found, code="P1", venue__name_vi="Phòng 1")
    return found


@pytest.fixture
def table(tmp_path):
    """Write rows of dicts as a CSV file with these columns."""

    def write(rows, head=HEAD, delimiter=",", encoding="utf-8", name="table.csv"):
        out = io.StringIO()
        writer = csv.DictWriter(out, head, restval="", delimiter=delimiter, lineterminator="\r\n")
        writer.writeheader()
        writer.writerows(rows)
        file = tmp_path / name
        file.write_bytes(out.getvalue().encode(encoding))
        return file

    return write


@pytest.fixture
def workbook(tmp_path):
    """Write rows of cells as an XLSX file."""

    def write(rows, name="table.xlsx", **options):
        file = tmp_path / name
        with xlsxwriter.Workbook(file, options) as book:
            sheet = book.add_worksheet()
            day = book.add_format({"num_format": "dd/mm/yyyy"})
            for number, row in enumerate(rows):
                for column, cell in enumerate(row):
                    if hasattr(cell, "year"):
                        sheet.write_datetime(number, column, cell, day)
                    else:
                        sheet.write(number, column, cell)
        return file

    return write


@pytest.fixture
def read(provider):
    """Import a file for the provider, as `flask catalogue import` does."""

    def run(file, mapping=OWN, **wanted):
        return operations.import_catalogue(file, provider.slug, mapping, Wanted(**wanted))

    return run


@pytest.fixture
def codes():
    """Line and code of each problem of a report, in the order of the file."""

    def told(report):
        return sorted((problem.line, problem.code) for problem in report.findings.kept)

    return told
