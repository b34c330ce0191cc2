"""Environments of the library with the NumPy arrays that it reads from and writes to."""

import ctypes
from ctypes import c_int64, c_void_p

import numpy as np

from . import _native
from ._native import Handle, InvalidArgument, library

_step = library.umwelt_environments_step
MOST = 1 << 20


class State:
    """A copy of one environment, random streams included: to branch, to rewind, to plan, to return to.

    It lives in the library, in this process: it cannot be pickled.
    """

    def __init__(self, handle):
        self._handle = handle

    def __reduce__(self):
        raise TypeError("a state lives in this process: it cannot be pickled or copied; keep the object itself")


class Batch:
    """N environments and their arrays: what Env, VectorEnv and the adapter for Stable-Baselines3 are made of."""

    def __init__(self, handle, *, facts, final):
        """Allocates and binds the arrays.

        facts: whether facts are written at every step; final: whether last observations of ended episodes are.
        """
        self.handle = handle
        self.number = handle.number
        about = self.about = _native.described("environments_describe", self.number)
        n = self.count = about["count"]
        dtype = np.dtype(about["elements"])
        self.field_names = [field["name"] for field in about["fields"]]
        self.fact_names = [fact["name"] for fact in about["facts"]]
        self.is_discrete = about["actions"]["kind"] == "discrete"
        if self.is_discrete:
            self.actions = np.zeros(n, np.int64)
        else:
            self.actions = np.zeros((n, len(about["actions"]["bounds"])), np.float32)
        self.rewards = np.zeros(n, np.float32)
        self.terminated = np.zeros(n, np.bool_)
        self.truncated = np.zeros(n, np.bool_)
        self.facts = np.zeros((n, len(self.fact_names)), np.float32) if facts else None
        # How many episodes ended, and how many began, in the last call, and how many missions are news: a ctypes array
        # reads faster than NumPy's.
        self.counts = (c_int64 * 3)()
        self.missions = ("",) * n
        self.fields = [np.zeros((n, *field["shape"]), dtype) for field in about["fields"]]
        self.final_fields = [np.zeros_like(array) for array in self.fields] if final else []
        self._bind()

    def _bind(self):
        arrays = [self.actions, self.rewards, self.terminated, self.truncated, self.facts]
        addresses = [None if array is None else array.ctypes.data for array in arrays]
        lengths = [0 if array is None else array.nbytes for array in arrays]
        addresses.append(ctypes.addressof(self.counts))
        lengths.append(ctypes.sizeof(self.counts))
        shown = self.fields + self.final_fields
        addresses += [array.ctypes.data for array in shown]
        lengths += [array.nbytes for array in shown]
        if not self.final_fields:
            addresses += [None] * len(self.fields)
            lengths += [0] * len(self.fields)
        total = len(addresses)
        _native.call(
            "environments_bind", self.number, (c_void_p * total)(*addresses), (c_int64 * total)(*lengths), total)

    def reset(self, seeds, mask=None):
        """Starts episodes; a seed that is None goes on with the environment's random stream."""
        n = self.count
        numbers = np.zeros(n, np.uint64)
        seeded = np.zeros(n, np.uint8)
        for slot, seed in enumerate(seeds):
            if seed is not None:
                numbers[slot] = _native.whole(seed, "seed", 0, (1 << 64) - 1)
                seeded[slot] = 1
        chosen = None if mask is None else np.ascontiguousarray(mask, np.uint8)
        _native.call(
            "environments_reset", self.number, numbers.ctypes.data, seeded.ctypes.data,
            None if chosen is None else chosen.ctypes.data, n)

    def take(self, actions):
        """Takes over the next actions, of the right kind and shape."""
        given = actions if type(actions) is np.ndarray else np.asarray(actions)
        wanted = self.actions
        if given.shape != wanted.shape:
            raise InvalidArgument(f"actions: an array of shape {given.shape}; give {wanted.shape}")
        if given.dtype.kind not in ("iu" if self.is_discrete else "fiu"):
            kind = "whole numbers" if self.is_discrete else "numbers"
            raise InvalidArgument(f"actions: an array of {given.dtype}; give {kind}")
        wanted[...] = given

    def take_one(self, action):
        """Takes over the next action of the only environment."""
        if self.is_discrete and (type(action) is int or isinstance(action, np.integer)):
            # An index that 64 bits do not hold is none.
            self.actions[0] = action if -1 <= action < 1 << 31 else -1
        else:
            self.take([action])

    def step(self):
        """Steps all environments by the actions taken over."""
        code = _step(self.number)
        if code:
            raise _native.failure(code)

    def read_missions(self):
        """Brings `missions`, what is asked of the agents, up to date."""
        if self.counts[2] == 0:
            return
        missions = list(self.missions)
        for slot, mission in _native.described("environments_missions", self.number).items():
            missions[int(slot)] = mission
        self.missions = tuple(missions)
        self.counts[2] = 0

    def draw(self, slot, size):
        """A picture of an environment for people, uint8 [height, width, 3]."""
        width, height = size
        picture = np.empty((height, width, 3), np.uint8)
        _native.call("environments_draw", self.number, slot, width, height, picture.ctypes.data, picture.nbytes)
        return picture

    def get_state(self, slot):
        """A copy of one environment."""
        return State(Handle("environments_state", self.number, self.checked_slot(slot)))

    def set_state(self, state, slot):
        """Puts a copy into an environment; its arrays show what the copy showed."""
        if not isinstance(state, State):
            raise InvalidArgument(f"state: {type(state).__name__} given; give what get_state returned")
        _native.call("environments_set_state", self.number, self.checked_slot(slot), state._handle.number)

    def checked_slot(self, slot):
        """The number of an environment."""
        return _native.whole(slot, "environment", 0, self.count - 1)

    def picture_size(self, size):
        """Width and height of pictures: as given, or 512 pixels high."""
        if size is None:
            return max(1, min(4096, round(512 * self.about["aspectRatio"]))), 512
        try:
            width, height = size
        except (TypeError, ValueError):
            raise InvalidArgument(f"render_size: {size!r} given; give (width, height)") from None
        return _native.whole(width, "width", 1, 4096), _native.whole(height, "height", 1, 4096)


_AUTORESET = {"SameStep": 0, "NextStep": 1, "Disabled": 2}


def make_batch(world, observation, count, threads, autoreset, *, facts, final):
    """Environments of a world: an id, or the path of a YAML file."""
    handle = Handle(
        "environments_make", _native.encoded(world, "world"),
        None if observation is None else _native.encoded(observation, "observation"),
        _native.whole(count, "count", 1, MOST), _native.whole(threads, "threads", 0, 64), _AUTORESET[autoreset])
    return Batch(handle, facts=facts, final=final)


def make_dream(run, count, autoreset, temperature, maximum_steps):
    """The dream of a run as environments."""
    if temperature is not None and not temperature > 0:
        raise InvalidArgument(f"temperature: {temperature} given; give a number above 0")
    steps = -1 if maximum_steps is None else _native.whole(maximum_steps, "max_steps", 0, (1 << 31) - 1)
    handle = Handle(
        "dream_make", run.number, _native.whole(count, "count", 1, 1 << 16), _AUTORESET[autoreset],
        float("nan") if temperature is None else temperature, steps)
    return Batch(handle, facts=False, final=autoreset == "SameStep")
