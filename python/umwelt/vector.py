"""Many environments at once with Gymnasium's interface."""

import secrets

import numpy as np
from gymnasium.vector import AutoresetMode, VectorEnv

from . import _native
from ._batch import make_batch
from ._native import InvalidArgument
from ._spaces import View, action_space, batched


def autoreset_of(mode):
    """Gymnasium's mode of a mode or of its name."""
    try:
        return mode if isinstance(mode, AutoresetMode) else AutoresetMode(mode)
    except ValueError:
        names = ", ".join(repr(known.value) for known in AutoresetMode)
        raise InvalidArgument(f"autoreset_mode: {mode!r} given; give one of {names}") from None


class ManyEnvironments(VectorEnv):
    """What worlds and dreams have in common."""

    def __init__(self, batch, autoreset, render_mode, render_size, copy):
        if render_mode not in (None, "rgb_array"):
            raise InvalidArgument(f"render_mode: {render_mode!r} given; give 'rgb_array' or None")
        self._batch = batch
        self._view = View(batch)
        self._mode = autoreset
        self._copy = copy
        self._size = batch.picture_size(render_size)
        self._has_seeds = False
        self._everyone = np.ones(batch.count, np.bool_)
        self.num_envs = batch.count
        self.render_mode = render_mode
        self.metadata = {
            "render_modes": ["rgb_array"], "render_fps": max(1, round(batch.about["stepsPerSecond"])),
            "autoreset_mode": autoreset}
        self.single_observation_space = self._view.space
        self.single_action_space = action_space(batch)
        self.observation_space = batched(self.single_observation_space, batch.count)
        self.action_space = batched(self.single_action_space, batch.count)

    @property
    def action_names(self):
        """What the choices are called, in order; empty where actions are numbers."""
        return list(self._batch.about["actions"].get("names", []))

    def reset(self, *, seed=None, options=None):
        """Starts episodes in all environments, or in those of `options["reset_mask"]`.

        seed: a number S for S, S+1, …; or one per environment, None to go on with its random stream.
        """
        mask = self._mask(options)
        seeds = self._seeds(seed)
        self._batch.reset(seeds, mask)
        self._has_seeds = True
        chosen = self._everyone if mask is None else mask
        self._batch.read_missions()
        return self._view.all(self._copy), self._infos(chosen)

    def step(self, actions):
        """Acts once in every environment."""
        batch = self._batch
        batch.take(actions)
        batch.step()
        terminated, truncated = batch.terminated.copy(), batch.truncated.copy()
        infos = {} if batch.facts is None else self._infos(self._everyone)
        if batch.counts[0] and self._mode is AutoresetMode.SAME_STEP:
            self._add_final(infos, terminated | truncated)
        batch.read_missions()
        return self._view.all(self._copy), batch.rewards.copy(), terminated, truncated, infos

    def render(self):
        """A picture of each environment, uint8 [height, width, 3]; None where no render_mode was given."""
        if self.render_mode is None:
            return None
        return tuple(self._batch.draw(slot, self._size) for slot in range(self.num_envs))

    def get_state(self, index):
        """A copy of one environment, random stream included."""
        return self._batch.get_state(index)

    def set_state(self, index, state):
        """Puts a copy into an environment, of this or of another batch of the same world and observation.

        Returns the observation that the copy showed, as of a single environment.
        """
        self._batch.set_state(state, index)
        self._batch.read_missions()
        return self._view.one(index)

    def close_extras(self, **_):
        """Gives the environments up."""
        self._batch.handle.close()

    def _seeds(self, seed):
        n = self.num_envs
        if seed is None:
            if self._has_seeds:
                return [None] * n
            seed = secrets.randbits(62)
        if hasattr(seed, "__index__"):
            first = _native.whole(seed, "seed", 0, (1 << 64) - n)
            return range(first, first + n)
        seeds = list(seed)
        if len(seeds) != n:
            raise InvalidArgument(f"seed: {len(seeds)} given; give one number, or {n}")
        return seeds

    def _mask(self, options):
        mask = (options or {}).get("reset_mask")
        if mask is None:
            return None
        if not isinstance(mask, np.ndarray) or mask.dtype != np.bool_:
            raise InvalidArgument("reset_mask: give a NumPy array of bool")
        if mask.shape != (self.num_envs,) or not mask.any():
            raise InvalidArgument(
                f"reset_mask: shape {mask.shape}, {int(mask.sum())} set; give shape ({self.num_envs},), at least one set")
        return mask

    def _infos(self, chosen):
        batch = self._batch
        if batch.facts is None:
            return {}
        facts = batch.facts.copy()
        named = {}
        for place, name in enumerate(batch.fact_names):
            named[name] = facts[:, place]
            named["_" + name] = chosen
        return {"facts": named, "_facts": chosen}

    def _add_final(self, infos, ended):
        last = np.empty(self.num_envs, object)  # of None
        for slot in ended.nonzero()[0].tolist():
            last[slot] = self._view.final(slot)
        infos["final_obs"], infos["_final_obs"] = last, ended
        infos["final_info"], infos["_final_info"] = {}, ended


class VectorEnvironment(ManyEnvironments):
    """N environments of a world, stepped by the library's own threads, with Gymnasium's interface.

    world, observation, render_mode, render_size: as of `Environment`.
    num_envs: how many.
    threads: that step them; 0 for as many as there are processors. The results do not depend on it.
    autoreset_mode: Gymnasium's three, or their names "NextStep", "SameStep", "Disabled".
    facts: whether `infos["facts"]` holds the worlds' true quantities by name at every step; NaN where one is absent.
    copy: False returns the arrays that the next step writes to, which is faster.
    """

    def __init__(
        self, world, num_envs=1, observation=None, render_mode=None, *, threads=0,
        autoreset_mode=AutoresetMode.NEXT_STEP, render_size=None, facts=False, copy=True):
        mode = autoreset_of(autoreset_mode)
        batch = make_batch(
            world, observation, num_envs, threads, mode.value, facts=facts, final=mode is AutoresetMode.SAME_STEP)
        super().__init__(batch, mode, render_mode, render_size, copy)
