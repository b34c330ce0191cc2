"""Episodes: of a run or a rollout as arrays, anybody's as a data set that the program trains on, Minari's both ways."""

from .minari import from_minari, to_minari
from .reading import DataError, Episode, Episodes, Windows
from .writing import write

__all__ = ["DataError", "Episode", "Episodes", "Windows", "from_minari", "to_minari", "write"]
