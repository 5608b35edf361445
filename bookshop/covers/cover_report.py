"""What came of an import of covers."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class RefusedPicture:
    """A file or link that could not be imported."""

    name: str
    reason: str


@dataclass(slots=True)
class CoverReport:
    """Counts of pictures, and those that were not imported.

    `kept_own` counts linked pictures of books for which the shop has a picture of its own; `unknown` names
    files of books that the shop does not have.
    """

    imported: int = 0
    unchanged: int = 0
    kept_own: int = 0
    unknown: list[str] = field(default_factory=list)
    refused: list[RefusedPicture] = field(default_factory=list)

    @property
    def has_failed(self) -> bool:
        """Whether something was wrong and nothing right."""
        return bool(self.unknown or self.refused) and not (self.imported or self.unchanged or self.kept_own)
