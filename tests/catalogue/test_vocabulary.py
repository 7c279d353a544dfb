"""The lists an installation starts with."""

from sqlalchemy import func, select

from app.catalogue import vocabulary as catalogue
from app.catalogue.models import Audience, Topic
from app.core.db import db
from app.providers import vocabulary as providers
from app.providers.models import ProviderType


def test_what_an_administrator_changed_stays_and_what_is_missing_comes_back(app):
    assert catalogue.ensure_vocabulary() == len(catalogue.TOPICS) + len(catalogue.AUDIENCES)
    assert providers.ensure_vocabulary() == len(providers.TYPES)
    topic = db.session.scalars(select(Topic).where(Topic.slug == "health")).one()
    topic.name_vi = "Sức khỏe cộng đồng"
    db.session.delete(db.session.scalars(select(Audience).where(Audience.slug == "youth")).one())
    db.session.commit()
    assert catalogue.ensure_vocabulary() == 1
    assert providers.ensure_vocabulary() == 0
    assert topic.name_vi == "Sức khỏe cộng đồng"


def test_every_provider_type_of_the_city_is_there_in_both_languages(app):
    providers.ensure_vocabulary()
    missing = select(func.count()).where(
        (ProviderType.name_vi == "") | (ProviderType.name_en == "")
    )
    assert db.session.scalar(missing) == 0
    museum = db.session.scalars(select(ProviderType).where(ProviderType.code == "museum")).one()
    assert museum.default_cla == "3.1.2", "a museum's guided visit is informal learning"
