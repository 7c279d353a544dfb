"""Who may see and change figures, criteria and returns."""

from app.core.access import Actor, CityRole

STATISTICS = frozenset({CityRole.STATISTICIAN, CityRole.ADMINISTRATOR})


def all_figures(actor: Actor) -> bool:
    """Whose are the figures and returns of the whole city."""
    return bool(actor.city_roles & STATISTICS)


def see_commune(actor: Actor, unit_id: int) -> bool:
    """Its own officers, and the city's statisticians."""
    return unit_id in actor.communes or all_figures(actor)
