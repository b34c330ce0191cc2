"""Episodes in NumPy's archives: World Models' records, Crafter's and Dreamer's recordings, tables of transitions."""

import zipfile
import zlib

import numpy as np

from ._pictures import check_size
from ._rows import ActionKind, Rows, files, frames_of, numbered
from .reading import DataError
from .writing import write

# What others call the parts; the first that is there counts.
_FRAMES = ("obs", "image", "observations", "observation", "frames", "images")
_ACTIONS = ("action", "actions")
_REWARDS = ("reward", "rewards")
_TERMINATED = ("terminated", "terminals", "terminations", "is_terminal")
_TRUNCATED = ("truncated", "timeouts", "truncations")
_DONE = ("done", "dones", "is_last")
_AFTER = ("next_observations", "next_obs", "next_observation")


def from_npz(paths, folder, *, actions=None, frame=None, size=None, world=None, reward=0.0, terminates=False, led=None):
    """Writes the episodes in `.npz` files as a data set that the program trains on.

    paths: a folder of them, a file, or several. Known are the records of World Models (`obs`, `action`), the recordings
        of Crafter and Dreamer (`action`, `image`, `reward`, `done` or `is_last` …, in which a row's action led to its
        frame), and tables of transitions (`observations`, `actions`, `rewards`, `terminals`, `timeouts`), which are cut
        where episodes end. One number a row under another name becomes a fact.
    folder: new or empty.
    actions: names of the choices, how many there are, or a pair (low, high) per number; None finds it in the files.
    frame: makes uint8 frames `[T, …]` of the array of observations; None takes pictures.
    size: pixels of a side that pictures are brought to, their middle square; None leaves them.
    world: a word for what the data are of; None for `npz`.
    reward: of each step, where the files tell none.
    terminates: whether an episode ended by its task where the files do not tell: so do World Models' in DoomTakeCover.
    led: whether a row's action led to its frame, else it was taken upon it; None for what is usual of the names.
    Returns the number of episodes.
    Raises `DataError`, which names the file; nothing is then written.
    """
    check_size(size)
    listed = files(paths, ".npz", ".npz files")
    kind, facts = ActionKind(actions), None
    for path in listed:
        with _Archive(path) as archive:
            kind.see(archive.get(_ACTIONS), path)
            names = archive.facts()
            facts = names if facts is None else [name for name in facts if name in names]
    def episodes():
        for path in listed:
            with _Archive(path) as archive:
                rows = archive.rows(frame, facts, led)
            yield from rows.episodes(kind, path, reward=reward, terminates=terminates, size=size)
    return write(folder, numbered(episodes()), world=world or "npz", actions=kind.space, facts=facts)


class _Archive:
    """An open file of arrays."""

    def __init__(self, path):
        self.path = path
        try:
            self._stream = open(path, "rb")
            self._file = np.load(self._stream, allow_pickle=False)
        except OSError as error:
            raise self._damaged(error) from None
        except (ValueError, EOFError, zipfile.BadZipFile) as error:
            self._stream.close()
            raise self._damaged(error) from None
        if not hasattr(self._file, "files"):
            self._stream.close()
            raise DataError(f"{path}: is no archive of arrays; give files that numpy.savez wrote")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._file.close()
        self._stream.close()

    def _damaged(self, error):
        return DataError(f"{self.path}: cannot be read as an archive of arrays ({error}); put the whole file there, or leave it out")

    def _name(self, names):
        return next((name for name in names if name in self._file.files), None)

    def get(self, names, lacking_is_none=False):
        """The array of the first of these names that there is."""
        name = self._name(names)
        if name is None:
            if lacking_is_none:
                return None
            raise DataError(
                f"{self.path}: holds no array {' or '.join(repr(one) for one in names)}, but "
                f"{', '.join(self._file.files) or 'none'}; give episodes with frames and actions")
        try:
            return self._file[name]
        except (OSError, ValueError, EOFError, zipfile.BadZipFile, zlib.error) as error:
            raise self._damaged(error) from None

    def facts(self):
        """Names of what else is told of each row by one number."""
        known = {*_FRAMES, *_ACTIONS, *_REWARDS, *_TERMINATED, *_TRUNCATED, *_DONE, *_AFTER, "discount", "is_first", "reset"}
        rows = len(self.get(_ACTIONS))
        found = []
        for name in self._file.files:
            if name in known:
                continue
            array = self.get((name,))
            if array.shape == (rows,) and array.dtype.kind in "biuf":
                found.append(name)
        return found

    def rows(self, frame, facts, led):
        """Its rows."""
        name = self._name(_FRAMES)
        frames = frames_of(self.get(_FRAMES), frame, self.path)
        actions, rewards = self.get(_ACTIONS), self.get(_REWARDS, True)
        terminated, truncated, done, after = (self.get(names, True) for names in (_TERMINATED, _TRUNCATED, _DONE, _AFTER))
        if done is not None:
            done = np.asarray(done).astype(np.bool_)
            if terminated is None:
                discount = self.get(("discount",), True)
                # Where an episode ran out of time its discount stays 1.
                terminated = done if discount is None or len(discount) != len(done) else done & (np.asarray(discount) == 0)
            if truncated is None:
                truncated = done & ~np.asarray(terminated).astype(np.bool_)
        if after is not None:
            after = frames_of(after, frame, self.path)
        if led is None:
            led = name == "image" and after is None
        order = "between" if len(frames) == len(actions) + 1 else "led" if led else "upon"
        told = np.stack([np.asarray(self.get((one,)), np.float32) for one in facts], axis=1) if facts else None
        if told is not None and order == "between":
            told = np.concatenate([told, told[-1:]])
        return Rows(
            frames, actions, rewards=rewards, terminated=terminated, truncated=truncated, after=after, facts=told, order=order)
