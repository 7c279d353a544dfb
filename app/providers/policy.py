"""Who may see and change providers."""

from app.core.access import Actor, CityRole
from app.providers.models import Provider, ProviderStatus


def view(actor: Actor, provider: Provider) -> bool:
    """Everybody once it is approved, also after it closed; before that its staff and the city's."""
    return (
        provider.status is not ProviderStatus.APPLIED
        or actor.works_at(provider.id)
        or edit_types(actor)
    )


def edit_types(actor: Actor) -> bool:
    """The list of provider types belongs to the city."""
    return bool(actor.city_roles & {CityRole.CATALOGUE_EDITOR, CityRole.ADMINISTRATOR})
