"""Episodes: of a run or a rollout as arrays; anybody's as a data set that the program trains on, from arrays, NumPy's
archives, LeRobot, films and Minari, and Minari's of ours."""

from .archives import from_npz
from .lerobot import from_lerobot
from .minari import from_minari, to_minari
from .reading import DataError, Episode, Episodes, Windows
from .videos import from_videos
from .writing import write

__all__ = [
    "DataError", "Episode", "Episodes", "Windows", "from_lerobot", "from_minari", "from_npz", "from_videos", "to_minari",
    "write"]
