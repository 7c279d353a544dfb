"""Every table, imported once so that migrations and backups see them all."""

import app.accounts.models
import app.catalogue.city_models
import app.catalogue.models
import app.catalogue.planning_models
import app.catalogue.revision_models
import app.core.audit
import app.core.jobs
import app.core.keys
import app.core.throttle
import app.enrolment.certificates.models
import app.enrolment.distance.models
import app.enrolment.feedback.models
import app.enrolment.models
import app.enrolment.register_models
import app.feeds.models
import app.indicators.models
import app.notices.models
import app.participation.models
import app.places.models
import app.providers.models
import app.resources.models
import app.search.models  # noqa: F401 - tables are registered by being imported
