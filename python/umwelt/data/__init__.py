"""Episodes: those of a run or a rollout as NumPy arrays, anybody's as a data set that the program trains on, and Minari's."""

from .minari import from_minari, to_minari
from .reading import DataError, Episode, Episodes, Windows
from .writing import write

__all__ = ["DataError", "Episode", "Episodes", "Windows", "from_minari", "to_minari", "write"]
