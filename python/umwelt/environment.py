"""One environment with Gymnasium's interface."""

import secrets

import gymnasium

from . import _native
from ._batch import make_batch
from ._native import InvalidArgument
from ._spaces import View, action_space


class SingleEnvironment(gymnasium.Env):
    """What a world and a dream have in common; the batch has one environment and resets nothing by itself."""

    metadata = {"render_modes": ["rgb_array"], "render_fps": 10}

    def __init__(self, batch, render_mode, render_size):
        if render_mode not in (None, "rgb_array"):
            raise InvalidArgument(f"render_mode: {render_mode!r} given; give 'rgb_array' or None")
        self._batch = batch
        self._view = View(batch)
        self._size = batch.picture_size(render_size)
        self._has_seed = False
        self.render_mode = render_mode
        self.metadata = {**self.metadata, "render_fps": max(1, round(batch.about["stepsPerSecond"]))}
        self.observation_space = self._view.space
        self.action_space = action_space(batch)

    @property
    def action_names(self):
        """What the choices are called, in order; empty where actions are numbers."""
        return list(self._batch.about["actions"].get("names", []))

    @property
    def max_steps(self):
        """Steps after which an episode is truncated."""
        return self._batch.about["maximumSteps"]

    def reset(self, *, seed=None, options=None):
        """Starts an episode. A seed restarts the random stream, None goes on with it; at first it is drawn."""
        super().reset(seed=seed)
        if seed is None and not self._has_seed:
            seed = secrets.randbits(63)
        self._batch.reset([seed])
        self._has_seed = True
        self._batch.read_missions()
        return self._view.one(0), self._info()

    def step(self, action):
        """Acts once."""
        batch = self._batch
        batch.take_one(action)
        batch.step()
        return (
            self._view.one(0), float(batch.rewards[0]), bool(batch.terminated[0]),
            bool(batch.truncated[0]), self._info())

    def render(self):
        """A picture for people, uint8 [height, width, 3]; None where no render_mode was given."""
        return None if self.render_mode is None else self._batch.draw(0, self._size)

    def get_state(self):
        """A copy of the environment, random stream included."""
        return self._batch.get_state(0)

    def set_state(self, state):
        """Puts a copy back, of this or of another environment of the same world and observation.

        Returns the observation and the info that the copy showed.
        """
        self._batch.set_state(state, 0)
        self._has_seed = True
        self._batch.read_missions()
        return self._view.one(0), self._info()

    def close(self):
        """Gives the environment up."""
        self._batch.handle.close()

    def _info(self):
        batch = self._batch
        info = {}
        if batch.facts is not None:
            # NaN equals nothing, so that no two infos would be alike.
            values = [None if value != value else value for value in batch.facts[0].tolist()]
            info["facts"] = dict(zip(batch.fact_names, values))
        if batch.missions[0] and not self._view.has_mission:
            info["mission"] = batch.missions[0]
        return info

    def __deepcopy__(self, memory):
        raise TypeError("an environment cannot be copied; get_state copies what happens in it")


class Environment(SingleEnvironment):
    """A world with Gymnasium's interface.

    world: an id of the catalogue, or the path of a YAML file.
    observation: one of the world's kinds, such as "symbols" or "pixels64"; None for its default.
    render_mode: "rgb_array" or None.
    render_size: width and height of pictures.
    facts: whether `info["facts"]` holds the world's true quantities by name; None where one is absent.
    """

    def __init__(self, world, observation=None, render_mode=None, *, render_size=None, facts=True):
        batch = make_batch(world, observation, 1, 1, "Disabled", facts=facts, final=False)
        super().__init__(batch, render_mode, render_size)


def worlds():
    """The catalogue: a list of dictionaries with `id`, `family` and `observations`, the default first."""
    return _native.described("worlds")
