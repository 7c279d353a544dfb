"""What happened to certificates."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CertificateIssued:
    """Somebody can have it, for the first time or in place of another."""

    certificate_id: int


@dataclass(frozen=True, slots=True)
class CertificateRevoked:
    """It holds no longer, and no other has taken its place."""

    certificate_id: int
