"""Why a whole file or a whole import was refused."""

from app.core.errors import DomainError
from app.core.i18n import Bilingual
from app.core.i18n import lazy as _
from app.feeds.problems import in_both
from app.feeds.report import Report


class NoSuchProvider(DomainError):
    message = _("There is no provider with that name in its address.")


class BadMapping(DomainError):
    """The mapping file contradicts itself or names what does not exist; the message says where."""


class HasBadRows(DomainError):
    """Some rows are wrong; `report` names them."""

    message = _("Nothing was written: some rows are wrong. Correct them, or take the good rows.")

    def __init__(self, report: Report) -> None:
        super().__init__()
        self.report = report


class CatalogueChanged(DomainError):
    message = _(
        "The catalogue has changed since you looked. The file was checked again: look once more."
    )


class TooManyWithdrawn(DomainError):
    message = _(
        "So many courses would be withdrawn that something may be wrong. Look at the list. If it "
        "is right, type their number below."
    )
    field = "confirmed"


class NotNow(DomainError):
    message = _("This import has gone on meanwhile. Look at its present state.")


class AddressNotAllowed(DomainError):
    message = _("This address is not allowed. Only public web addresses (https://…) can be read.")
    field = "address"


class AddressKnown(DomainError):
    message = _("This address is on the list already.")
    field = "address"


REFUSALS: dict[str, str] = {
    "file_too_big": _("The file is larger than %(most)s MB. Cut it into several."),
    "too_big_to_read": _("Reading the file took too much memory or time, so it was stopped."),
    "broken_file": _("The file is damaged or no table. Open it, save it again and try once more."),
    "encrypted": _("The file is locked with a password. Save it without one."),
    "not_a_workbook": _("This is an archive, but no Excel file. Save the table as .xlsx or .csv."),
    "not_a_table": _(
        "Line %(line)s holds bytes that no text has. Save the table as .xlsx or .csv."
    ),
    "unknown_encoding": _("The letters of the file cannot be read. Save it as “CSV UTF-8”."),
    "legacy_font": _(
        "The text is written for the old font family %(font)s, not in Unicode (line %(line)s: "
        "“%(value)s”). Convert it here, or with Unikey; save new files in Unicode (UTF-8)."
    ),
    "web_page": _("This is a web page. Open it in Excel and save it as .xlsx."),
    "unknown_feed": _("This is no feed we can read: our JSON, schema.org JSON-LD or XCRI-CAP 1.2."),
    "broken_feed": _("The JSON of the feed is damaged. Ask whoever makes it."),
    "broken_xml": _("The XML of the feed is damaged at line %(line)s. Ask whoever makes it."),
    "xml_with_entities": _(
        "The XML has a document type or entities of its own. Leave them out: they can do harm."
    ),
    "too_many_for_web": _(
        "The file has more than %(most)s rows. Cut it into several, or ask the city to read it in."
    ),
    "other_kind": _("The address answered with something else than the kind of feed you chose."),
    "zip_bomb": _("Unpacked, the file would have %(inflated)s MB. It was not opened."),
    "too_many_parts": _("The archive has more than %(most)s parts. It was not opened."),
    "too_many_rows": _("The file has more than %(most)s rows. Cut it into several."),
    "too_many_columns": _("Line %(line)s has more than %(most)s columns."),
    "cell_too_long": _("A cell in line %(line)s has more than %(most)s characters."),
    "open_quote": _("In line %(line)s a quote is opened and not closed."),
    "no_such_sheet": _("There is no sheet “%(sheet)s” in the file."),
    "no_rows": _("The file has no rows."),
    "no_header": _("No row has the needed column heads. Missing: %(missing)s."),
    "head_twice": _("The column head “%(head)s” stands there twice."),
}


class FileRefused(Exception):
    """The file cannot be read as a table at all; `reason` says why in both languages."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code, self.values = code, values

    @property
    def reason(self) -> Bilingual:
        return in_both(REFUSALS[self.code], self.values)
