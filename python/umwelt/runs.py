"""What a run has learned: its world model, its dream, its policy."""

import os

import numpy as np
from gymnasium.vector import AutoresetMode

from . import _native
from ._batch import make_dream
from ._native import Handle, InvalidArgument
from .environment import SingleEnvironment
from .vector import ManyEnvironments, autoreset_of


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


def _mask(mask, count):
    """A mask as the library takes it; None for all."""
    if mask is None:
        return None
    array = np.asarray(mask)
    if array.shape != (count,) or array.dtype != np.bool_:
        raise InvalidArgument(f"mask: an array of {array.dtype} {array.shape}; give bool ({count},)")
    return np.ascontiguousarray(array, np.uint8)


def _address(array):
    return None if array is None else array.ctypes.data


def _seed_array(seed, count):
    """Seeds S, S+1, …, or as given, one per slot."""
    if hasattr(seed, "__index__"):
        first = _native.whole(seed, "seed", 0, (1 << 64) - count)
        return np.arange(count, dtype=np.uint64) + np.uint64(first)
    seeds = [_native.whole(number, "seed", 0, (1 << 64) - 1) for number in seed]
    if len(seeds) != count:
        raise InvalidArgument(f"seed: {len(seeds)} given; give one number, or {count}")
    return np.array(seeds, np.uint64)


class WorldModel:
    """A run's world model on NumPy arrays: V and M.

    run: a `Run`, or its folder.
    """

    def __init__(self, run, threads=0):
        self.run = Run.of(run, threads)
        about = self.run.about
        self.latent_size = about["latentSize"]
        self.features = {field["name"]: tuple(field["shape"]) for field in about["features"]}
        self.imagination = about["imagination"]

    def encode(self, frames):
        """Frames to latents.

        frames: `[count, frame]`.
        Returns means and log variances, float32 `[count, latent]`; the second is None where latents are not Gaussian:
        the first then holds chances of categories, or the vectors of codes.
        """
        frames = self.run.frames(frames)
        mean = np.empty((len(frames), self._needed_latents()), np.float32)
        is_gaussian = self.run.about["latentKind"] == "gaussian"
        log_variance = np.empty_like(mean) if is_gaussian else None
        _native.call(
            "run_encode", self.run.number, frames.ctypes.data, frames.nbytes, len(frames), mean.ctypes.data,
            _address(log_variance), mean.size)
        return mean, log_variance

    def decode(self, latents):
        """Latents, `[count, latent]`, to frames, `[count, frame]`."""
        size = self._needed_latents()
        array = np.asarray(latents)
        if array.ndim != 2 or array.shape[1] != size or array.dtype.kind != "f":
            raise InvalidArgument(f"latents: an array of {array.dtype} {array.shape}; give floats (latents, {size})")
        array = np.ascontiguousarray(array, np.float32)
        frames = np.empty((len(array), *self.run.frame_shape), self.run.frame_dtype)
        _native.call(
            "run_decode", self.run.number, array.ctypes.data, array.size, len(array), frames.ctypes.data, frames.nbytes)
        return frames

    def states(self, slots=1):
        """States of the model: what it keeps of so many episodes at a time."""
        return ModelStates(self, slots)

    def observe(self, frames, actions, seed=0):
        """What the model keeps along an episode.

        frames: `[T+1, frame]`; actions: `[T]`, what was done after each but the last.
        Returns its features by name, float32 `[T+1, …]`.
        """
        frames = self.run.frames(frames)
        actions = self.run.actions(actions, max(0, len(frames) - 1))
        states = self.states()
        states.begin(seed)
        shown = [
            states.observe(frames[t:t + 1], None if t == 0 else actions[t - 1:t]) for t in range(len(frames))]
        return _joined_in_time(shown, self.features)

    def imagine(self, frames, actions, temperature=1.0, seed=0):
        """What the model imagines after an episode's first frames.

        frames: `[S, frame]`, seen first, 1 or more; actions: `[T]`, T ≥ S: the first S−1 led from frame to frame, the
        others are imagined.
        Returns a dictionary: the features by name, float32 `[T−S+1, …]`; `frames`, what they look like; `rewards` and
        `ends`, float32 `[T−S+1]`, the second the probability of an end as the model says it.
        """
        frames = self.run.frames(frames)
        actions = self.run.actions(actions, len(np.asarray(actions)))
        if not 1 <= len(frames) <= len(actions):
            raise InvalidArgument(
                f"frames: {len(frames)} for {len(actions)} actions; give 1 or more, and no more than there are actions")
        states = self.states()
        states.begin(seed)
        for t in range(len(frames)):
            states.observe(frames[t:t + 1], None if t == 0 else actions[t - 1:t])
        shown, pictures, rewards, ends = [], [], [], []
        for t in range(len(frames) - 1, len(actions)):
            features, reward, end = states.imagine(actions[t:t + 1], temperature)
            shown.append(features)
            pictures.append(states.decode())
            rewards.append(reward)
            ends.append(end)
        found = _joined_in_time(shown, self.features)
        found["frames"] = np.concatenate(pictures)
        found["rewards"], found["ends"] = np.concatenate(rewards), np.concatenate(ends)
        return found

    def _needed_latents(self):
        if self.latent_size is None:
            raise InvalidArgument(f"the model of this run is of kind '{self.run.about['model']}', which has no autoencoder")
        return self.latent_size


def _joined_in_time(shown, features):
    if not shown:
        return {name: np.zeros((0, *shape), np.float32) for name, shape in features.items()}
    return {name: np.concatenate([one[name] for one in shown]) for name in features}


class ModelStates:
    """What a world model keeps of some slots, each an episode of its own.

    A slot is moved on by a frame (`observe`) or by itself (`imagine`), in any order after its first frame.
    """

    def __init__(self, model, slots):
        self.model = model
        self.slots = _native.whole(slots, "slots", 1, 1 << 16)
        self._handle = Handle("model_make", model.run.number, self.slots)
        self.number = self._handle.number
        self._width = sum(int(np.prod(shape)) for shape in model.features.values())

    def begin(self, seed=None, mask=None):
        """Lets slots forget: their next frame is an episode's first.

        seed: S for the streams of S, S+1, …, or one per slot; None goes on with them.
        """
        seeds = None if seed is None else _seed_array(seed, self.slots)
        chosen = _mask(mask, self.slots)
        _native.call("model_begin", self.number, _address(seeds), _address(chosen), self.slots)

    def observe(self, frames, actions=None, mask=None):
        """Moves slots on to their next frame; returns the features of all slots.

        frames: `[slot, frame]`; actions: `[slot]`, what was done before, None at first frames.
        """
        frames = self.model.run.frames(frames, self.slots)
        done = None if actions is None else self.model.run.actions(actions, self.slots)
        chosen = _mask(mask, self.slots)
        _native.call(
            "model_observe", self.number, frames.ctypes.data, frames.nbytes, _address(done), _address(chosen))
        return self.features()

    def imagine(self, actions, temperature=1.0, mask=None):
        """Moves slots on by themselves.

        actions: `[slot]`; temperature: τ, above 0.
        Returns the features of all slots, rewards and probabilities of an end, float32 `[slot]`; both are 0 in slots that
        the mask leaves out.
        """
        done = self.model.run.actions(actions, self.slots)
        rewards, ends = np.zeros(self.slots, np.float32), np.zeros(self.slots, np.float32)
        chosen = _mask(mask, self.slots)
        _native.call(
            "model_imagine", self.number, done.ctypes.data, _address(chosen), temperature, rewards.ctypes.data,
            ends.ctypes.data, self.slots)
        return self.features(), rewards, ends

    def features(self):
        """The features of all slots by name, float32 `[slot, …]`."""
        numbers = np.empty((self.slots, self._width), np.float32)
        _native.call("model_features", self.number, numbers.ctypes.data, numbers.size)
        found, first = {}, 0
        for name, shape in self.model.features.items():
            size = int(np.prod(shape))
            found[name] = numbers[:, first:first + size].reshape(self.slots, *shape)
            first += size
        return found

    def decode(self, mask=None):
        """What the model makes of the slots, as frames `[slot, frame]`; 0 in slots that the mask leaves out."""
        frames = np.zeros((self.slots, *self.model.run.frame_shape), self.model.run.frame_dtype)
        chosen = _mask(mask, self.slots)
        _native.call("model_decode", self.number, _address(chosen), frames.ctypes.data, frames.nbytes)
        return frames

    def get_state(self, slot=0):
        """A copy of one slot, streams included: to branch, rewind, plan."""
        return ModelSnapshot(Handle("model_snapshot", self.number, _native.whole(slot, "slot", 0, self.slots - 1)))

    def set_state(self, state, slot=0):
        """Puts a copy into a slot of any states of the same run."""
        if not isinstance(state, ModelSnapshot):
            raise InvalidArgument(f"state: {type(state).__name__} given; give what get_state returned")
        _native.call("model_restore", self.number, _native.whole(slot, "slot", 0, self.slots - 1), state._handle.number)

    def close(self):
        """Gives the states up."""
        self._handle.close()


class ModelSnapshot:
    """A copy of one slot of `ModelStates`; it lives in this process."""

    def __init__(self, handle):
        self._handle = handle

    def __reduce__(self):
        raise TypeError("a state lives in this process: it cannot be pickled or copied; keep the object itself")


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
        seeds = _seed_array(seed, self.slots)
        chosen = _mask(mask, self.slots)
        _native.call("policy_begin", self.number, seeds.ctypes.data, _address(chosen), self.slots)

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
        chosen = _mask(mask, self.slots)
        if self._are_features(frames):
            numbers = self._features(frames)
            _native.call(
                "policy_act_on_features", self.number, numbers.ctypes.data, numbers.size, _address(chosen),
                actions.ctypes.data, self.slots)
        else:
            pictures = self.run.frames(frames, self.slots)
            _native.call(
                "policy_act", self.number, pictures.ctypes.data, pictures.nbytes, _address(chosen),
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
