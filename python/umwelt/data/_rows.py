"""Rows of frames, actions, rewards and ends, as others write them, cut into episodes."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from ._pictures import as_pictures, resized
from .reading import DataError, Episode


def files(paths, ending, what):
    """The files of some paths: of a folder all that end so, by name."""
    listed = [paths] if isinstance(paths, (str, Path)) else list(paths)
    found = []
    for path in map(Path, listed):
        if path.is_dir():
            inside = sorted(one for one in path.iterdir() if one.name.lower().endswith(ending) and one.is_file())
            if not inside:
                raise DataError(f"{path}: the folder holds no {what}; give a folder or files of them")
            found += inside
        elif path.is_file():
            found.append(path)
        else:
            raise DataError(f"{path}: there is no such file; check the path")
    if not found:
        raise DataError(f"paths: none given; give a folder or files of {what}")
    return found


class ActionKind:
    """What all actions of a data set have in common, found in a first look at them, or as the caller says.

    Whole numbers of one extent are choices, and so are rows with a single 1 in each; floats are numbers, whose bounds
    are the least and the greatest of them.
    """

    def __init__(self, stated=None):
        self.stated = stated
        self._low = self._high = self._place = None
        self._kinds = set()
        self._widths = set()

    def see(self, actions, place):
        """Looks at the actions of some rows."""
        actions = np.asarray(actions)
        if actions.ndim not in (1, 2) or actions.dtype.kind not in "biuf":
            raise DataError(f"{place}: actions of {actions.dtype} {actions.shape}; give numbers [T] or [T, components]")
        if actions.dtype.kind == "f" and not np.isfinite(actions).all():
            raise DataError(f"{place}: an action is no number; mend the file or leave it out")
        width = actions.shape[1] if actions.ndim == 2 else 0
        if self._widths and width not in self._widths:
            raise DataError(f"{place}: actions of {width or 1} numbers, those of {self._place} have {max(self._widths) or 1}; "
                            "give episodes of one kind")
        self._widths.add(width)
        self._place = self._place or place
        if width == 0:
            self._kinds.add("choices" if actions.dtype.kind in "biu" else "numbers")
        else:
            # The first row of a recording may be all zeros: nothing was done yet.
            ones = np.isin(actions, (0, 1)).all() and (actions[1:].sum(axis=1) == 1).all() and actions[:1].sum() <= 1
            self._kinds.add("one of several" if ones and width > 1 and len(actions) > 1 else "numbers")
        rows = actions.astype(np.float64).reshape(len(actions), -1)
        if len(rows):
            low, high = rows.min(axis=0), rows.max(axis=0)
            self._low = low if self._low is None else np.minimum(self._low, low)
            self._high = high if self._high is None else np.maximum(self._high, high)

    @property
    def kind(self):
        """`choices`, `one of several` or `numbers`."""
        if isinstance(self.stated, (int, np.integer)) or (self.stated and isinstance(self.stated[0], str)):
            return "one of several" if max(self._widths, default=0) > 1 else "choices"
        if self.stated is not None:
            return "numbers"
        return next(iter(self._kinds)) if len(self._kinds) == 1 else "numbers"

    @property
    def space(self):
        """As `write` takes it."""
        if self.stated is not None:
            return self.stated
        if self._low is None:
            raise DataError(f"{self._place}: there are no actions; say which there are by actions=")
        if self.kind == "one of several":
            return len(self._low)
        if self.kind == "choices":
            if self._low.min() < 0:
                raise DataError(f"{self._place}: an action is {int(self._low.min())}; give choices from 0 on, or bounds by actions=")
            return int(self._high.max()) + 1
        # What never varies still needs an extent that holds it.
        return [(low, high) for low, high in zip(
            self._low.astype(np.float32).tolist(), np.maximum(self._high, self._low).astype(np.float32).tolist())]

    def taken(self, actions):
        """Actions as `Episode` has them."""
        actions = np.asarray(actions)
        if self.kind == "one of several":
            return actions.argmax(axis=1).astype(np.int64)
        if self.kind == "choices":
            return actions.reshape(len(actions)).astype(np.int64)
        return actions.astype(np.float32).reshape(len(actions), -1)


class Rows:
    """Rows of a recording: a frame and what was done, in one of three orders.

    `between`: T + 1 frames and T actions. `upon`: an action was taken upon the frame of its row. `led`: it led to the
    frame of its row, and the first row's counts for nothing.
    """

    def __init__(self, frames, actions, *, rewards=None, terminated=None, truncated=None, after=None, facts=None, order="upon"):
        self.frames, self.actions, self.rewards = frames, actions, rewards
        self.terminated, self.truncated, self.after, self.facts, self.order = terminated, truncated, after, facts, order

    def episodes(self, kind, place, *, reward=0.0, terminates=False, size=None):
        """The episodes of these rows.

        kind: the `ActionKind` of the whole data set.
        reward: of every step, where the rows have none.
        terminates: whether an episode whose end is not told ended by its task, not by being cut off.
        """
        count = len(self.actions)
        for name in ("rewards", "terminated", "truncated"):
            part = getattr(self, name)
            if part is not None and np.shape(part) not in ((count,), (count, 1)):
                raise DataError(f"{place}: {name} of shape {np.shape(part)} beside {count} actions; give one per action")
        if len(self.frames) != count + (self.order == "between"):
            raise DataError(f"{place}: {len(self.frames)} frames and {count} actions; give as many, or one frame more")
        frames = self.frames
        if frames.ndim == 4 and size is not None:
            frames = resized(frames, size)
        facts = np.zeros((len(frames), 0), np.float32) if self.facts is None else np.asarray(self.facts, np.float32)
        told = self.rewards is not None or self.terminated is not None or self.truncated is not None
        rewards = np.full(count, reward, np.float32) if self.rewards is None else np.asarray(self.rewards, np.float32).reshape(count)
        terminated, truncated = (
            np.zeros(count, np.bool_) if part is None else np.asarray(part).reshape(count).astype(np.bool_)
            for part in (self.terminated, self.truncated))
        ends = terminated | truncated
        for start, stop in self._stretches(ends, count):
            yield from self._episode(kind, frames, facts, rewards, terminated, truncated, start, stop, told, terminates, size)

    def _stretches(self, ends, count):
        """Where episodes begin and end, in rows."""
        if self.order == "between":
            return [(0, count)]
        starts = [0, *(np.flatnonzero(ends[:-1]) + 1).tolist()] if count else [0]
        return list(zip(starts, [*starts[1:], count]))

    def _episode(self, kind, frames, facts, rewards, terminated, truncated, start, stop, told, terminates, size):
        rows = slice(start, stop)
        if self.order == "between":
            shown, known = frames, facts
        elif self.order == "led":
            shown, known, rows = frames[rows], facts[rows], slice(start + 1, stop)
        elif self.after is not None:
            last = self.after[stop - 1:stop]
            last = resized(last, size) if last.ndim == 4 and size is not None else last
            shown, known = np.concatenate([frames[rows], last]), np.concatenate([facts[rows], facts[stop - 1:stop]])
        elif told:
            # What the last action led to was not recorded, what came of it was: the frame is shown once more.
            shown, known = (np.concatenate([part[rows], part[stop - 1:stop]]) for part in (frames, facts))
        else:
            shown, known, rows = frames[rows], facts[rows], slice(start, stop - 1)
        steps = rows.stop - rows.start
        if steps < 1:
            return
        by_task, by_time = terminated[rows].copy(), truncated[rows].copy()
        by_task[:-1], by_time[:-1] = False, False
        if not (by_task[-1] or by_time[-1]):
            (by_task if terminates else by_time)[-1] = True
        by_time &= ~by_task
        yield Episode(
            seed=0, observations=shown, actions=kind.taken(self.actions[rows]), rewards=rewards[rows], terminated=by_task,
            truncated=by_time, facts=known)


def numbered(episodes):
    """Episodes with their numbers for seeds: where they come from, nobody has told one."""
    for number, episode in enumerate(episodes):
        yield replace(episode, seed=number)


def frames_of(array, frame, place):
    """Frames as `frame` makes them, or pictures of a usual kind."""
    if frame is None:
        return as_pictures(array, place)
    found = np.asarray(frame(array))
    if found.dtype != np.uint8 or len(found) != len(array):
        raise DataError(f"{place}: frame= gave {found.dtype} {found.shape} of {len(array)} frames; give uint8, as many")
    return found
