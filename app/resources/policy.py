"""Who may see and change learning resources."""

from collections.abc import Callable

from app.core.access import Actor
from app.resources.models import Resource


def view(actor: Actor, resource: Resource) -> bool:
    """Residents see what is published; its own staff see it before."""
    return resource.is_public or actor.works_at(resource.provider_id)


def resource_of(provider_id: int) -> Callable[[Actor, Resource], bool]:
    """Only this provider's resources exist on its staff pages."""
    return lambda actor, resource: (
        resource.provider_id == provider_id and actor.works_at(provider_id)
    )
