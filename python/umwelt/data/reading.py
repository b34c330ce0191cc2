"""Episodes on disk as NumPy arrays, mapped into memory."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

FORMAT_VERSION = 2


class DataError(ValueError):
    """A data set that cannot be read: place, cause, remedy."""


@dataclass(frozen=True)
class Episode:
    """One episode of T steps. Where it was read, frames are read-only views of the file."""

    seed: int
    observations: np.ndarray  # [T+1, frame]
    actions: np.ndarray       # int32 [T], or float32 [T, components]
    rewards: np.ndarray       # float32 [T]
    terminated: np.ndarray    # bool [T]
    truncated: np.ndarray     # bool [T]
    facts: np.ndarray         # float32 [T+1, facts], NaN where absent

    def __len__(self):
        """Steps."""
        return len(self.rewards)

    @property
    def episode_return(self):
        """The sum of its rewards."""
        return float(self.rewards.sum(dtype=np.float64))


_ARRAYS = ("frames", "facts", "actions", "rewards", "terminated", "truncated", "episodes")


class Episodes(Sequence):
    """The episodes of a run (`RUN`, or `RUN/data`) or of a rollout.

    Frames are mapped into memory, not read: a data set may be larger than memory.
    """

    def __init__(self, path):
        folder = Path(path)
        if not (folder / "index.json").is_file() and (folder / "data" / "index.json").is_file():
            folder = folder / "data"
        self.folder = folder
        index = self._index(folder / "index.json")
        self.world = index["world"]
        self.frame_shape = tuple(index["frameShape"])
        fields = {field["name"]: tuple(field["shape"]) for field in index.get("fields", [])}
        # Several fields lie one after the other in a flat frame; that of a grid only says in which order its cells lie.
        self.fields = fields if len(self.frame_shape) == 1 else {}
        self.actions = index["actions"]
        self.fact_names = [fact["name"] for fact in index["facts"]]
        self._shards = [self._opened(shard) for shard in index["shards"]]
        # Shard, first frame, first step, steps and seed of every episode.
        self._spans = [span for number in range(len(self._shards)) for span in self._spans_of(number)]

    def __len__(self):
        return len(self._spans)

    @property
    def steps(self):
        """Steps of all episodes together."""
        return sum(steps for _, _, _, steps, _ in self._spans)

    def __getitem__(self, number):
        if isinstance(number, slice):
            return [self[one] for one in range(*number.indices(len(self)))]
        shard, frame, step, steps, seed = self._spans[number]
        arrays = self._shards[shard]
        taken = slice(step, step + steps)
        facts = arrays["facts"][frame:frame + steps + 1] if self.fact_names else np.zeros((steps + 1, 0), np.float32)
        return Episode(
            seed=seed, observations=arrays["frames"][frame:frame + steps + 1], actions=arrays["actions"][taken],
            rewards=arrays["rewards"][taken], terminated=arrays["terminated"][taken],
            truncated=arrays["truncated"][taken], facts=facts)

    def field(self, observations, name):
        """One field of observations of several: `field(episode.observations, "image")`."""
        first = 0
        for known, shape in self.fields.items():
            size = int(np.prod(shape))
            if known == name:
                return observations[..., first:first + size].reshape(*observations.shape[:-1], *shape)
            first += size
        raise DataError(f"{self.folder}: observations have no field '{name}'; give one of: {', '.join(self.fields)}")

    def windows(self, length):
        """All stretches of so many steps within an episode: a data set of PyTorch's kind."""
        return Windows(self, length)

    @staticmethod
    def _index(file):
        try:
            index = json.loads(file.read_text())
        except FileNotFoundError:
            raise DataError(f"{file}: there is no data set; give the folder of a run or of a rollout") from None
        except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
            raise DataError(f"{file}: it cannot be read ({error}); put it back as it was written") from None
        wanted = ("version", "world", "frameShape", "actions", "facts", "shards")
        lacking = [key for key in wanted if not isinstance(index, dict) or key not in index]
        if lacking:
            raise DataError(f"{file}: it has no {', '.join(lacking)}; put it back as it was written")
        if index["version"] != FORMAT_VERSION:
            raise DataError(f"{file}: it is of format {index['version']}, this package reads {FORMAT_VERSION}")
        return index

    def _opened(self, shard):
        arrays = {}
        for name in _ARRAYS:
            file = self.folder / f"{shard['name']}-{name}.npy"
            try:
                # A shard without steps or facts has nothing to be mapped.
                arrays[name] = np.load(file, mmap_mode="r" if name == "frames" else None, allow_pickle=False)
            except (OSError, ValueError, EOFError) as error:
                raise DataError(f"{file}: it cannot be read ({error}); put it back as it was written") from None
        self._check(shard, arrays)
        return arrays

    def _check(self, shard, arrays):
        frames, steps, episodes = shard["frames"], shard["steps"], shard["episodes"]
        facts = len(self.fact_names)
        wanted = {
            "frames": (frames, *self.frame_shape), "facts": (frames if facts else 0, facts), "rewards": (steps,),
            "terminated": (steps,), "truncated": (steps,), "episodes": (episodes, 3)}
        for name, shape in wanted.items():
            if arrays[name].shape != shape:
                raise DataError(
                    f"{self.folder}/{shard['name']}-{name}.npy: its shape is {arrays[name].shape}, index.json says {shape}; "
                    "put both back as they were written")
        lengths = arrays["episodes"][:, 2].astype(np.int64)
        if len(arrays["actions"]) != steps or lengths.sum() != steps or (lengths + 1).sum() != frames:
            raise DataError(
                f"{self.folder}/{shard['name']}: actions and episodes do not add up to {steps} steps and {frames} frames; "
                "put the files back as they were written")

    def _spans_of(self, number):
        step = 0
        for seed, frame, steps in self._shards[number]["episodes"].tolist():
            yield number, frame, step, steps, seed
            step += steps


class Windows(Sequence):
    """Stretches of episodes, all of the same length: `torch.utils.data.DataLoader(episodes.windows(16), 32)`.

    Each is a dictionary of arrays: `observations` `[length + 1, …]`, `actions`, `rewards`, `terminated`, `truncated`
    `[length, …]`.
    """

    def __init__(self, episodes, length):
        if length < 1:
            raise DataError(f"length: {length} given; give 1 or more")
        self.episodes = episodes
        self.length = length
        counts = [max(0, steps - length + 1) for _, _, _, steps, _ in episodes._spans]
        self._ends = np.cumsum(counts, dtype=np.int64)

    def __len__(self):
        return int(self._ends[-1]) if len(self._ends) else 0

    def __getitem__(self, number):
        if not -len(self) <= number < len(self):
            raise IndexError(f"window {number} of {len(self)}")
        number %= len(self)
        chosen = int(np.searchsorted(self._ends, number, side="right"))
        first = number - (int(self._ends[chosen - 1]) if chosen else 0)
        episode = self.episodes[chosen]
        taken = slice(first, first + self.length)
        found = {"observations": np.array(episode.observations[first:first + self.length + 1])}
        for name in ("actions", "rewards", "terminated", "truncated"):
            found[name] = np.array(getattr(episode, name)[taken])
        return found
