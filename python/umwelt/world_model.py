"""A run's world model on NumPy arrays."""

import numpy as np

from . import _native
from ._native import Handle, InvalidArgument
from .run import Run, address, mask_array, seed_array


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
            address(log_variance), mean.size)
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
        seeds = None if seed is None else seed_array(seed, self.slots)
        chosen = mask_array(mask, self.slots)
        _native.call("model_begin", self.number, address(seeds), address(chosen), self.slots)

    def observe(self, frames, actions=None, mask=None):
        """Moves slots on to their next frame; returns the features of all slots.

        frames: `[slot, frame]`; actions: `[slot]`, what was done before, None at first frames.
        """
        frames = self.model.run.frames(frames, self.slots)
        done = None if actions is None else self.model.run.actions(actions, self.slots)
        chosen = mask_array(mask, self.slots)
        _native.call(
            "model_observe", self.number, frames.ctypes.data, frames.nbytes, address(done), address(chosen))
        return self.features()

    def imagine(self, actions, temperature=1.0, mask=None):
        """Moves slots on by themselves.

        actions: `[slot]`; temperature: τ, above 0.
        Returns the features of all slots, rewards and probabilities of an end, float32 `[slot]`; both are 0 in slots that
        the mask leaves out.
        """
        done = self.model.run.actions(actions, self.slots)
        rewards, ends = np.zeros(self.slots, np.float32), np.zeros(self.slots, np.float32)
        chosen = mask_array(mask, self.slots)
        _native.call(
            "model_imagine", self.number, done.ctypes.data, address(chosen), temperature, rewards.ctypes.data,
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
        chosen = mask_array(mask, self.slots)
        _native.call("model_decode", self.number, address(chosen), frames.ctypes.data, frames.nbytes)
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
