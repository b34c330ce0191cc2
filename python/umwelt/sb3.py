"""Environments for Stable-Baselines3: `PPO("MlpPolicy", umwelt.sb3.VecEnvironment("MiniGrid-Empty-5x5-v0", 16))`."""

import secrets

import numpy as np
from gymnasium import spaces
from stable_baselines3.common.vec_env import VecEnv

from ._batch import make_batch
from ._spaces import View, action_space

_PICTURES = ("pixels", "partial", "full")


class VecEnvironment(VecEnv):
    """N environments of a world with Stable-Baselines3's interface; an episode that ends begins anew in the same step.

    world, observation, threads: as of `umwelt.VectorEnvironment`.
    flat: True shows all numbers of an observation as one row of floats, for "MlpPolicy"; False shows arrays and
    dictionaries as they are, without the mission; None makes rows of all that are no pictures.
    """

    def __init__(self, world, num_envs=1, observation=None, *, threads=0, flat=None, render_mode=None, render_size=None):
        batch = make_batch(world, observation, num_envs, threads, "SameStep", facts=False, final=True)
        self._batch = batch
        self._view = View(batch)
        self._flat = not batch.about["observation"].startswith(_PICTURES) if flat is None else flat
        self._size = batch.picture_size(render_size)
        self._has_seeds = False
        self.render_mode = render_mode
        super().__init__(num_envs, self._space(), action_space(batch))

    def _space(self):
        if self._flat:
            width = sum(int(np.prod(field["shape"])) for field in self._batch.about["fields"])
            return spaces.Box(0, 255, (width,), np.float32)
        if not self._view.is_dictionary:
            return self._view.space
        return spaces.Dict({name: space for name, space in self._view.space.items() if name != "mission"})

    def _shown(self, arrays):
        """Observations out of fields `[slot, …]`, in arrays of their own."""
        if self._flat:
            rows = [array.reshape(len(array), -1) for array in arrays]
            return np.concatenate(rows, axis=1).astype(np.float32)
        if not self._view.is_dictionary:
            return arrays[0].copy()
        found = {}
        for name, array in zip(self._batch.field_names, arrays):
            is_choice = isinstance(self.observation_space[name], spaces.Discrete)
            found[name] = array[:, 0].astype(np.int64) if is_choice else array.copy()
        return found

    def reset(self):
        """Starts episodes in all environments, from the seeds of `seed` where they were set."""
        seeds = list(self._seeds)
        if not self._has_seeds and seeds[0] is None:
            first = secrets.randbits(62)
            seeds = range(first, first + self.num_envs)
        self._batch.reset(seeds)
        self._has_seeds = True
        self._reset_seeds()
        self._reset_options()
        return self._shown(self._batch.fields)

    def step_async(self, actions):
        """Takes over the next actions."""
        self._batch.take(actions)

    def step_wait(self):
        """Steps all environments."""
        batch = self._batch
        batch.step()
        infos = [{} for _ in range(self.num_envs)]
        done = batch.terminated | batch.truncated
        for slot in np.flatnonzero(done):
            last = self._shown([array[slot:slot + 1] for array in batch.final_fields])
            infos[slot]["terminal_observation"] = (
                {name: array[0] for name, array in last.items()} if isinstance(last, dict) else last[0])
            infos[slot]["TimeLimit.truncated"] = bool(batch.truncated[slot] and not batch.terminated[slot])
        return self._shown(batch.fields), batch.rewards.copy(), done, infos

    def get_images(self):
        """A picture of each environment."""
        return [self._batch.draw(slot, self._size) for slot in range(self.num_envs)]

    def close(self):
        """Gives the environments up."""
        self._batch.handle.close()

    def get_attr(self, attr_name, indices=None):
        """An attribute, which all environments have in common."""
        value = getattr(self, attr_name)
        return [value for _ in self._get_indices(indices)]

    def set_attr(self, attr_name, value, indices=None):
        """Sets an attribute, which all environments have in common."""
        setattr(self, attr_name, value)

    def env_method(self, method_name, *method_args, indices=None, **method_kwargs):
        """Not there: environments are no objects of Python's. `get_state` and `set_state` are `VectorEnvironment`'s."""
        raise AttributeError(f"environments of umwelt have no method '{method_name}' in Python")

    def env_is_wrapped(self, wrapper_class, indices=None):
        """Never: nothing of Python's is around an environment."""
        return [False for _ in self._get_indices(indices)]
