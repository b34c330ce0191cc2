"""A run's folder, and arrays as its models take them."""

import os

import numpy as np

from . import _native
from ._native import Handle, InvalidArgument


class Run:
    """A run's folder, read once: give it to `WorldModel`, `DreamEnv` and `Policy` in the place of its path.

    path: the folder.
    threads: of its models; 0 for as many as there are processors. The results do not depend on it.
    """

    def __init__(self, path, threads=0):
        encoded = _native.encoded(path, "path")
        self.path = os.fspath(path)
        self._handle = Handle("run_open", encoded, _native.whole(threads, "threads", 0, 64))
        self.number = self._handle.number
        # What a run has not is left out of the description.
        self.about = {
            "latentSize": None, "latentKind": None, "actions": None, "imagination": None,
            **_native.described("run_describe", self.number)}

    @classmethod
    def of(cls, run, threads=0):
        """The run itself, or the one in a folder."""
        return run if isinstance(run, cls) else cls(run, threads)

    @property
    def world(self):
        """The world's id; empty where the run is one of an autoencoder on frames."""
        return self.about["world"]

    @property
    def observation(self):
        """How the run's model sees its world."""
        return self.about["observation"]

    def close(self):
        """Gives the run up; what was made of it lives on."""
        self._handle.close()

    @property
    def frame_shape(self):
        """Extents of a frame."""
        return tuple(self.about["frameShape"])

    @property
    def frame_dtype(self):
        """uint8 of pictures and cells, else float32."""
        return np.dtype(np.uint8 if self.about["frameKind"] in ("pictures", "cells") else np.float32)

    def frames(self, given, count=None):
        """Frames as the model takes them, `[count, frame]`, contiguous.

        given: an array, or observations in a dictionary, whose field `image` is the frame where it has a frame's
        shape, and all numbers of whose fields are where it has not.
        """
        shape, dtype = self.frame_shape, self.frame_dtype
        if isinstance(given, dict):
            given = self._joined(given)
        array = np.asarray(given)
        if array.shape[-len(shape):] != shape or array.ndim != len(shape) + 1:
            raise InvalidArgument(f"frames: an array of shape {array.shape}; give (frames, {', '.join(map(str, shape))})")
        if array.dtype != dtype:
            raise InvalidArgument(f"frames: an array of {array.dtype}; give {dtype}")
        if count is not None and len(array) != count:
            raise InvalidArgument(f"frames: {len(array)} given; give {count}")
        return np.ascontiguousarray(array)

    def _joined(self, fields):
        shape = self.frame_shape
        image = fields.get("image")
        if image is not None and np.asarray(image).shape[1:] == shape:
            return image
        rows = [np.asarray(value) for name, value in fields.items() if name != "mission"]
        rows = [row.reshape(len(row), -1).astype(np.uint8) for row in rows]
        return np.concatenate(rows, axis=1) if rows else np.zeros((0, 0), np.uint8)

    def actions(self, given, count):
        """Actions as the library takes them: int64 `[count]`, or float32 `[count, components]`."""
        space = self.about["actions"]
        if space is None:
            raise InvalidArgument("this run is one of an autoencoder alone: there is no agent and no world in it")
        array = np.asarray(given)
        is_discrete = space["kind"] == "discrete"
        shape = (count,) if is_discrete else (count, len(space["bounds"]))
        if array.shape != shape or array.dtype.kind not in ("iu" if is_discrete else "fiu"):
            raise InvalidArgument(
                f"actions: an array of {array.dtype} {array.shape}; give {'whole ' if is_discrete else ''}numbers {shape}")
        return np.ascontiguousarray(array, np.int64 if is_discrete else np.float32)


def mask_array(mask, count):
    """A mask as the library takes it; None for all."""
    if mask is None:
        return None
    array = np.asarray(mask)
    if array.shape != (count,) or array.dtype != np.bool_:
        raise InvalidArgument(f"mask: an array of {array.dtype} {array.shape}; give bool ({count},)")
    return np.ascontiguousarray(array, np.uint8)


def address(array):
    return None if array is None else array.ctypes.data


def seed_array(seed, count):
    """Seeds S, S+1, …, or as given, one per slot."""
    if hasattr(seed, "__index__"):
        first = _native.whole(seed, "seed", 0, (1 << 64) - count)
        return np.arange(count, dtype=np.uint64) + np.uint64(first)
    seeds = [_native.whole(number, "seed", 0, (1 << 64) - 1) for number in seed]
    if len(seeds) != count:
        raise InvalidArgument(f"seed: {len(seeds)} given; give one number, or {count}")
    return np.array(seeds, np.uint64)
