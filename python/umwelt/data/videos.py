"""Films as episodes."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from ._pictures import check_size, film, resized
from ._rows import ActionKind, Rows, files, numbered
from .reading import DataError
from .writing import write

_ENDINGS = (".mp4", ".gif", ".mkv", ".webm", ".avi", ".mov")


def from_videos(paths, folder, *, told=None, actions=None, size=None, every=1, steps=None, world=None):
    """Writes films as a data set that the program trains on, an episode each.

    paths: a folder of films (.mp4, .gif, .mkv, .webm, .avi, .mov), a file, or several. They are read by PyAV, by the program
        ffmpeg, or by imageio, whichever is there.
    folder: new or empty.
    told: called with the path of a film; gives a dictionary of what is known of it: `actions`, one per frame or one fewer,
        and of `rewards`, `terminated`, `truncated` as many. None: nothing was done, which is enough to train V.
    actions: as of `from_npz`.
    size: pixels of a side that frames are brought to, their middle square; None leaves them.
    every: takes every so many frames; with what is told it must be 1.
    steps: cuts films into episodes of so many steps at most; None leaves them whole.
    world: a word for what the data are of; None for `videos`.
    Returns the number of episodes.
    Raises `DataError`, which names the file; nothing is then written.
    """
    check_size(size)
    for name, number in (("every", every), ("steps", 1 if steps is None else steps)):
        if not isinstance(number, (int, np.integer)) or number < 1:
            raise DataError(f"{name}: {number!r} given; give 1 or more")
    if told is not None and every != 1:
        raise DataError(f"every: {every} given, and what is told is of every frame; give 1")
    listed = files(paths, _ENDINGS, "films")
    kind, known = ActionKind(["none"] if told is None else actions), {}
    if told is not None:
        for path in listed:
            known[path] = dict(told(Path(path)))
            if "actions" not in known[path]:
                raise DataError(f"{path}: told= gave {sorted(known[path])}; give 'actions' at least")
            kind.see(known[path]["actions"], path)
    def episodes():
        for path in listed:
            for frames in _parts(path, size, every, None if told is not None else steps):
                if told is None:
                    about = {"actions": np.zeros(len(frames) - 1, np.int64)}
                else:
                    about = known[path]
                count = len(about["actions"])
                order = "between" if len(frames) == count + 1 else "upon"
                rows = Rows(frames, np.asarray(about["actions"]), order=order, **{
                    name: about.get(name) for name in ("rewards", "terminated", "truncated")})
                for episode in rows.episodes(kind, path):
                    yield from _cut(episode, steps if told is not None else None)
    return write(folder, numbered(episodes()), world=world or "videos", actions=kind.space)


def _parts(path, size, every, steps):
    """Stretches of frames of a film, each but the first beginning with the last frame of the one before."""
    taken = []
    for number, frame in enumerate(film(path)):
        if number % every:
            continue
        taken.append(resized(frame[None], size)[0] if size is not None else frame)
        if taken[0].shape != taken[-1].shape:
            raise DataError(f"{path}: frame {number} is of {taken[-1].shape}, the first of {taken[0].shape}; give films of one size")
        if steps is not None and len(taken) == steps + 1:
            yield np.stack(taken)
            taken = taken[-1:]
    if len(taken) > 1:
        yield np.stack(taken)


def _cut(episode, steps):
    """An episode in stretches of so many steps at most."""
    if steps is None or len(episode) <= steps:
        yield episode
        return
    for first in range(0, len(episode), steps):
        part = slice(first, first + steps)
        truncated = episode.truncated[part].copy()
        truncated[-1] |= not episode.terminated[part][-1]
        yield replace(
            episode, observations=episode.observations[first:first + steps + 1], actions=episode.actions[part],
            rewards=episode.rewards[part], terminated=episode.terminated[part], truncated=truncated,
            facts=episode.facts[first:first + steps + 1])
