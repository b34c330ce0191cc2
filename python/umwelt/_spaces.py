"""Gymnasium's spaces, and its observations, of what the library shows."""

import string

import numpy as np
from gymnasium import spaces
from gymnasium.vector.utils import batch_space

from ._copies import Copies

# What missions are written in.
_LETTERS = string.ascii_letters + string.digits + string.punctuation + " "
_LONGEST_MISSION = 256
_MISSION_FAMILY = "MiniGrid-"
_BITS_FAMILY = "MinAtar/"


class View:
    """How the fields of an observation are shown: as one array, or as a dictionary.

    Where an id is borrowed, everything is as in that library: MiniGrid's observations are dictionaries of
    `image`, `direction` and `mission`, MinAtar's boards are arrays of truth values.
    """

    def __init__(self, batch):
        about = batch.about
        world, kind = about["world"], about["observation"]
        self.batch = batch
        self._is_of_bits = world.startswith(_BITS_FAMILY) and kind == "planes"
        self.has_mission = world.startswith(_MISSION_FAMILY) and len(about["fields"]) > 1
        self.is_dictionary = self.has_mission or len(about["fields"]) > 1
        self._fields = [
            (name, self._is_direction(name, field["shape"])) for name, field in zip(batch.field_names, about["fields"])]
        parts = {
            name: self._field_space(name, field["shape"], about["elements"], kind)
            for name, field in zip(batch.field_names, about["fields"])}
        if self.has_mission:
            parts["mission"] = spaces.Text(_LONGEST_MISSION, min_length=0, charset=_LETTERS)
        self._copies = [Copies(array) for array in batch.fields]
        self.space = spaces.Dict(parts) if self.is_dictionary else next(iter(parts.values()))

    def _is_direction(self, name, shape):
        return self.has_mission and name == "direction" and shape == [1]

    def _field_space(self, name, shape, elements, kind):
        if self._is_direction(name, shape):
            return spaces.Discrete(4)
        if elements != "uint8":
            return spaces.Box(-np.inf, np.inf, tuple(shape), np.float32)
        if self._is_of_bits:
            return spaces.Box(0, 1, tuple(shape), np.bool_)
        is_bits = kind.startswith(("onehot", "planes")) and name in ("image", "words")
        return spaces.Box(0, 1 if is_bits else 255, tuple(shape), np.uint8)

    def one(self, slot):
        """The observation of one environment, in arrays of its own."""
        return self._of(self.batch.fields, slot)

    def final(self, slot):
        """The last observation of an environment whose episode ended, in arrays of its own."""
        return self._of(self.batch.final_fields, slot)

    def _of(self, fields, slot):
        if not self.is_dictionary:
            shown = fields[0][slot].copy()
            return shown.view(np.bool_) if self._is_of_bits else shown
        found = {}
        for (name, is_direction), array in zip(self._fields, fields):
            found[name] = array.item(slot) if is_direction else array[slot].copy()
        if self.has_mission:
            found["mission"] = self.batch.missions[slot]
        return found

    def all(self, copy):
        """The observations of all environments; without `copy` in the arrays that the next step writes to."""
        if not self.is_dictionary:
            found = self._copies[0].take() if copy else self.batch.fields[0]
            return found.view(np.bool_) if self._is_of_bits else found
        found = {}
        for (name, is_direction), array, copies in zip(self._fields, self.batch.fields, self._copies):
            if is_direction:
                found[name] = array[:, 0].astype(np.int64)
            else:
                found[name] = copies.take() if copy else array
        if self.has_mission:
            found["mission"] = self.batch.missions
        return found


def action_space(batch):
    """What an agent may do in one environment."""
    actions = batch.about["actions"]
    if batch.is_discrete:
        return spaces.Discrete(len(actions["names"]))
    low, high = np.array(actions["bounds"], np.float32).T
    return spaces.Box(low, high, dtype=np.float32)


def batched(space, count):
    """The space of so many of them."""
    return batch_space(space, count)
