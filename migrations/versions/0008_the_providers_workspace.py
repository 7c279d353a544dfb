"""the provider's workspace"""

revision, down_revision = "0008", "0007"


def upgrade() -> None:
    """Each part of the workspace makes its own tables."""


def downgrade() -> None:
    """The other way round."""
