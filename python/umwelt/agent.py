"""A run's dream as an environment, and its trained agent."""

import numpy as np
from gymnasium.vector import AutoresetMode

from . import _native
from ._batch import make_dream
from ._native import Handle, InvalidArgument
from .environment import SingleEnvironment
from .run import Run, address, mask_array, seed_array
from .vector import ManyEnvironments, autoreset_of


class DreamEnv(SingleEnvironment):
    """The dream of a run's world model as an environment: what an agent of the run sees there.

    run: a `Run`, or its folder.
    temperature: τ, above 0; None for the run's.
    max_steps: steps after which an episode is truncated; 0 for as many as in the world, None for the run's.
    """

    def __init__(self, run, render_mode=None, *, temperature=None, max_steps=None, render_size=None):
        self.run = Run.of(run)
        super().__init__(make_dream(self.run, 1, "Disabled", temperature, max_steps), render_mode, render_size)


class DreamVectorEnv(ManyEnvironments):
    """Many dreams of a run's world model at once.

    run, temperature, max_steps: as of `DreamEnv`; the rest as of `VectorEnvironment`.
    """

    def __init__(
        self, run, num_envs=1, render_mode=None, *, temperature=None, max_steps=None,
        autoreset_mode=AutoresetMode.NEXT_STEP, render_size=None, copy=True):
        self.run = Run.of(run)
        mode = autoreset_of(autoreset_mode)
        batch = make_dream(self.run, num_envs, mode.value, temperature, max_steps)
        super().__init__(batch, mode, render_mode, render_size, copy)


class Policy:
    """A run's trained agent.

    It sees frames through the run's model, which remembers what it has seen and what the agent did, so it is told where
    an episode begins; or it sees features, such as `DreamEnv` shows them.

    run: a `Run`, or its folder.
    slots: how many episodes are played at a time.
    """

    def __init__(self, run, slots=1):
        self.run = Run.of(run)
        self.slots = _native.whole(slots, "slots", 1, 1 << 16)
        self._handle = Handle("policy_make", self.run.number, self.slots)
        self.number = self._handle.number
        shapes = {field["name"]: tuple(field["shape"]) for field in self.run.about["features"]}
        self._inputs = {name: shapes[name] for name in self.run.about["agentInput"]}
        self._width = sum(int(np.prod(shape)) for shape in self._inputs.values())

    def reset(self, seed=0, mask=None):
        """Begins episodes: agent and model forget. Seeds S, S+1, …, or one per slot, are of the agent's own chance."""
        seeds = seed_array(seed, self.slots)
        chosen = mask_array(mask, self.slots)
        _native.call("policy_begin", self.number, seeds.ctypes.data, address(chosen), self.slots)

    def __call__(self, observations, mask=None):
        """Chooses actions: int64 `[slot]`, or float32 `[slot, component]`; 0 in slots that the mask leaves out.

        observations: frames `[slot, frame]`, or observations in a dictionary, of the world as the run sees it or of its
        dream. With one slot those of a single environment will do, and one action is returned.
        """
        frames, is_single = self._batched(observations)
        space = self.run.about["actions"]
        if space["kind"] == "discrete":
            actions = np.zeros(self.slots, np.int64)
        else:
            actions = np.zeros((self.slots, len(space["bounds"])), np.float32)
        chosen = mask_array(mask, self.slots)
        if self._are_features(frames):
            numbers = self._features(frames)
            _native.call(
                "policy_act_on_features", self.number, numbers.ctypes.data, numbers.size, address(chosen),
                actions.ctypes.data, self.slots)
        else:
            pictures = self.run.frames(frames, self.slots)
            _native.call(
                "policy_act", self.number, pictures.ctypes.data, pictures.nbytes, address(chosen),
                actions.ctypes.data, self.slots)
        return (actions[0] if actions.ndim == 2 else int(actions[0])) if is_single else actions

    def _batched(self, observations):
        """Observations with a leading axis, and whether it was put there."""
        if self.slots > 1:
            return observations, False
        if isinstance(observations, dict):
            single = {name: np.asarray(value) for name, value in observations.items() if name != "mission"}
            first = self._inputs.get(next(iter(single), ""))
            is_single = (
                single["image"].ndim == 3 if "image" in single
                else first is not None and next(iter(single.values())).shape == first)
            return {name: value[None] if is_single else value for name, value in single.items()}, is_single
        array = np.asarray(observations)
        is_single = array.shape in (self.run.frame_shape, *self._inputs.values())
        return array[None] if is_single else array, is_single

    def _are_features(self, observations):
        if isinstance(observations, dict):
            return set(observations) == set(self._inputs)
        return observations.dtype == np.float32 and self.run.frame_dtype == np.uint8

    def _features(self, observations):
        if not isinstance(observations, dict):
            observations = {next(iter(self._inputs)): observations} if len(self._inputs) == 1 else {}
        rows = [np.asarray(observations[name]) for name in self._inputs if name in observations]
        if len(rows) < len(self._inputs) or any(len(row) != self.slots for row in rows):
            raise InvalidArgument(f"observations: give features {self._inputs} of {self.slots} slots")
        numbers = np.concatenate([row.reshape(self.slots, -1) for row in rows], axis=1)
        if numbers.shape != (self.slots, self._width):
            raise InvalidArgument(f"observations: {numbers.shape} features; give {(self.slots, self._width)}")
        return np.ascontiguousarray(numbers, np.float32)

    def close(self):
        """Gives the policy up."""
        self._handle.close()
