"""Data sets as the program reads them, of anybody's episodes."""

import ctypes
import json
import os
from pathlib import Path

import numpy as np

from .. import _native
from .reading import FORMAT_VERSION, DataError, Episode

# What the program takes at most.
GREATEST_REWARD = 1e9
_BYTES_PER_SHARD = 4096 * 64 * 64 * 3


def write(folder, episodes, *, world, actions, fields=None, facts=(), frames_per_shard=None):
    """Writes episodes as a data set: `umwelt run --data FOLDER` and `umwelt train vision --frames FOLDER` train on it,
    `Episodes(folder)` reads it.

    folder: new or empty.
    episodes: of `Episode`, one after the other; they are not held in memory. Observations are uint8, `[T+1, frame]`.
    world: what the data are of, a word.
    actions: names of the choices, or how many there are; or of numbers a pair (low, high) per component.
    fields: where an observation has several, their shapes by name, one after the other in a frame.
    facts: names of the columns of each episode's facts.
    frames_per_shard: frames at which a shard closes, after the episode that reaches them; None for 50 MB.
    Returns the number of episodes. Where it fails, nothing of it is left.
    """
    folder = Path(folder)
    is_new = not folder.exists()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        held = list(folder.iterdir())
    except OSError as error:
        raise DataError(f"{folder}: cannot be written as a folder ({error}); give a new one") from None
    if held:
        raise DataError(f"{folder}: the folder is not empty; give a new one")
    try:
        return _write(folder, episodes, world, actions, fields, facts, frames_per_shard)
    except BaseException:
        for file in folder.iterdir():
            file.unlink()
        if is_new:
            folder.rmdir()
        raise


def _write(folder, episodes, world, actions, fields, facts, frames_per_shard):
    index = {
        "version": FORMAT_VERSION, "world": str(world), "frameShape": None, "actions": _action_space(actions),
        "facts": [{"name": str(name), "kind": "quantity"} for name in facts], "framesPerShard": frames_per_shard,
        "shards": []}
    if fields:
        index["fields"] = [{"name": name, "shape": list(shape)} for name, shape in fields.items()]
    shard, total = [], 0
    for number, episode in enumerate(episodes):
        _check(episode, index, f"episode {number}")
        shard.append(episode)
        if sum(len(one.observations) for one in shard) >= index["framesPerShard"]:
            _write_shard(folder, index, shard)
            total, shard = total + len(shard), []
    if shard:
        _write_shard(folder, index, shard)
        total += len(shard)
    if total == 0:
        raise DataError(f"{folder}: there are no episodes to be written; give one or more")
    _write_durably(folder / "index.json", json.dumps(index, indent=2).encode() + b"\n")
    return total


def _action_space(actions):
    """The space as the index has it."""
    if isinstance(actions, (int, np.integer)):
        actions = [str(number) for number in range(actions)]
    actions = list(actions)
    if not actions:
        raise DataError("actions: there are none; give their names, their number, or bounds")
    if all(isinstance(action, str) for action in actions):
        return {"kind": "discrete", "names": actions}
    try:
        bounds = [[float(low), float(high)] for low, high in actions]
    except (TypeError, ValueError):
        raise DataError(f"actions: {actions!r} given; give names, a number, or pairs (low, high)") from None
    if not all(np.isfinite(pair).all() and pair[0] <= pair[1] for pair in bounds):
        raise DataError(f"actions: bounds {bounds}; give finite pairs (low, high)")
    return {"kind": "continuous", "bounds": bounds}


def _check(episode, index, place):
    """Refuses an episode that does not fit; the first one says what shape a frame has."""
    if not isinstance(episode, Episode):
        raise DataError(f"{place}: {type(episode).__name__} given; give umwelt.data.Episode")
    frames, steps = np.asarray(episode.observations), len(episode.rewards)
    if frames.dtype != np.uint8 or frames.ndim < 2:
        raise DataError(f"{place}: observations of {frames.dtype} {frames.shape}; give uint8 [T+1, frame]")
    if index["frameShape"] is None:
        index["frameShape"] = list(frames.shape[1:])
        size = max(1, frames[0].size)
        index["framesPerShard"] = index["framesPerShard"] or max(1, min(1 << 20, _BYTES_PER_SHARD // size))
        fields = index.get("fields", [])
        if fields and (frames.ndim != 2 or sum(int(np.prod(field["shape"])) for field in fields) != frames.shape[1]):
            raise DataError(f"{place}: fields {fields} do not fill a frame of {frames.shape[1:]}")
    wanted = {
        "observations": (steps + 1, *index["frameShape"]), "terminated": (steps,), "truncated": (steps,),
        "actions": (steps,) if index["actions"]["kind"] == "discrete" else (steps, len(index["actions"]["bounds"])),
        "facts": (steps + 1, len(index["facts"]))}
    for name, shape in wanted.items():
        found = np.asarray(getattr(episode, name)).shape
        if found != shape:
            raise DataError(f"{place}: {name} of shape {found}; give {shape}")
    for name in ("terminated", "truncated"):
        early = np.flatnonzero(np.asarray(getattr(episode, name))[:-1])
        if len(early):
            raise DataError(f"{place}: {name} at step {early[0]} of {steps}, and it goes on; cut it in two there")
    _check_numbers(episode, index["actions"], place)


def _check_numbers(episode, space, place):
    actions = np.asarray(episode.actions)
    if space["kind"] == "discrete":
        count = len(space["names"])
        good = actions.dtype.kind in "iu" and ((actions >= 0) & (actions < count)).all()
        wanted = f"whole numbers 0 to {count - 1}"
    else:
        low, high = np.array(space["bounds"], np.float32).T
        rows = actions.astype(np.float32)
        good, wanted = ((rows >= low) & (rows <= high)).all(), f"numbers within {space['bounds']}"
    if not good:
        raise DataError(f"{place}: actions outside of the space; give {wanted}")
    if not (np.abs(np.asarray(episode.rewards, np.float64)) <= GREATEST_REWARD).all():
        raise DataError(f"{place}: a reward is no number, or beyond {GREATEST_REWARD:g}")


def _write_shard(folder, index, episodes):
    """Writes the files of a shard, and enters it."""
    name = f"shard-{len(index['shards']):04d}"
    steps = [len(episode) for episode in episodes]
    frames = [count + 1 for count in steps]
    firsts = np.concatenate([[0], np.cumsum(frames)[:-1]])
    is_discrete = index["actions"]["kind"] == "discrete"
    def joined(part, dtype):
        return np.concatenate([np.asarray(getattr(episode, part), dtype) for episode in episodes])
    arrays = {
        "frames": joined("observations", np.uint8),
        "facts": joined("facts", np.float32) if index["facts"] else np.zeros((0, 0), np.float32),
        "actions": joined("actions", np.int32 if is_discrete else np.float32), "rewards": joined("rewards", np.float32),
        "terminated": joined("terminated", np.bool_), "truncated": joined("truncated", np.bool_),
        "episodes": np.array([[one.seed, first, count] for one, first, count in zip(episodes, firsts, steps)], np.uint64)}
    for part, array in arrays.items():
        with open(folder / f"{name}-{part}.npy", "wb") as file:
            np.save(file, np.ascontiguousarray(array))
            file.flush()
            os.fsync(file.fileno())
    index["shards"].append({
        "name": name, "episodes": len(episodes), "frames": sum(frames), "steps": sum(steps),
        "checksums": {part: _checksum(array) for part, array in arrays.items()}})


def _checksum(array):
    """XXH64 of the elements, in 16 hexadecimal digits."""
    array, found = np.ascontiguousarray(array), ctypes.c_uint64()
    _native.call("checksum", array.ctypes.data, array.nbytes, ctypes.byref(found))
    return f"{found.value:016x}"


def _write_durably(path, data):
    """The whole file or none of it."""
    partial = path.with_name(f".{path.name}.partial")
    with open(partial, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.replace(partial, path)
