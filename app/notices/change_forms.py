"""What staff fill in to move a session or to hold a class elsewhere."""

import secrets

from wtforms import HiddenField, SelectField
from wtforms.validators import Length

from app.catalogue.models import ClassSession
from app.catalogue.operations import Meeting
from app.core import clock
from app.core.fields import DayField, TimeField, VersionField
from app.core.formats import clock_time
from app.core.forms import BaseForm, ProseField, TextField, choices, required
from app.core.i18n import gettext
from app.core.i18n import lazy as _
from app.places.models import Venue

LONGEST_SUBJECT = 80


class MoveForm(BaseForm):
    """Another day, other hours or another place; `seen` is the version of the session."""

    day = DayField(_("Day"), [required(_("Enter the day."))])
    begins = TimeField(_("From"), [required(_("Enter when a session begins."))])
    ends = TimeField(_("To"), [required(_("Enter when a session ends."))])
    venue_id = SelectField(_("Place"), coerce=int)
    seen = VersionField()

    def offer(self, session: ClassSession, venues: list[Venue]) -> None:
        """The place of the whole class first, then the provider's others."""
        here = session.run.venue
        name = here.name.text() if here else gettext("No place (online)")
        others = [(str(venue.id), venue.name.text()) for venue in venues if venue != here]
        choices(self.venue_id, [("0", name), *others])

    def show(self, session: ClassSession) -> None:
        """Fill the boxes with the session as it is."""
        self.process(
            data={
                "day": f"{clock.local(session.starts_at):%d/%m/%Y}",
                "begins": clock_time(session.starts_at),
                "ends": clock_time(session.ends_at),
                "venue_id": session.venue_id or 0,
                "seen": session.sequence,
            }
        )

    def meeting(self) -> Meeting:
        """What was sent; the form is valid."""
        day, begins, ends = self.day.value, self.begins.value, self.ends.value
        if day is None or begins is None or ends is None:
            message = "a form that was validated has all three"
            raise ValueError(message)
        return Meeting(
            starts_at=clock.at(day, begins),
            ends_at=clock.at(day, ends),
            venue_id=self.venue_id.data or None,
        )


class PlaceForm(BaseForm):
    """Where everything that is still to come is held."""

    venue_id = SelectField(_("New place"), coerce=int)

    def offer(self, venues: list[Venue]) -> None:
        mine = [(str(venue.id), venue.name.text()) for venue in venues]
        choices(self.venue_id, [*mine, ("0", gettext("No place (online)"))])


class MessageForm(BaseForm):
    """What a provider writes to the people of a class, in its own words."""

    subject = TextField(
        _("In one line"), [required(_("Write what it is about."))], longest=LONGEST_SUBJECT
    )
    body = ProseField(_("Message"), [required(_("Write the message."))], longest=2000)
    form_key = HiddenField(
        default=lambda: secrets.token_urlsafe(18), validators=[Length(min=10, max=64)]
    )
