"""Who may see and change learning resources."""

from collections.abc import Callable

from app.core.access import Actor
from app.resources.models import Resource


def view(actor: Actor, resource: Resource) -> bool:
    """Residents see what is published; its own staff and the city's editors see it before."""
    own = actor.works_at(resource.provider_id)
    return resource.is_public or own or actor.edits_for_the_city


def resource_of(provider_id: int) -> Callable[[Actor, Resource], bool]:
    """Only this provider's resources exist on its staff pages."""
    return lambda actor, resource: (
        resource.provider_id == provider_id and actor.works_at(provider_id)
    )
