"""Small environments of Gymnasium's for the tests of `gym:` worlds: plain ones of every space, and ones that go wrong."""
import os
import time

import gymnasium
import numpy as np
from gymnasium import spaces


class Count(gymnasium.Env):
    """Shows the step, a number drawn at reset and one drawn at every step; ends at a step drawn at reset."""

    metadata = {"render_modes": ["rgb_array"], "render_fps": 10}
    observation_space = spaces.Box(-np.inf, np.inf, (3,), np.float64)
    action_space = spaces.Discrete(3, start=2)

    def __init__(self, render_mode=None, least=10):
        self.render_mode, self.least = render_mode, least

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.luck, self.end, self.steps = self.np_random.normal(), self.np_random.integers(self.least, 30), 0
        return self.seen(), {}

    def seen(self):
        return np.array([self.steps, self.luck, self.np_random.random()])

    def step(self, action):
        assert self.action_space.contains(action), action
        self.steps += 1
        return self.seen(), float(action) * self.luck, self.steps >= self.end, False, {}

    def render(self):
        picture = np.zeros((32, 48, 3), np.uint8)
        picture[:, : self.steps] = 255
        return picture


class OwnBox(spaces.Box):
    """A space that some library derives from Gymnasium's."""


class Mixed(Count):
    """A dictionary of all kinds, with a text; two choices at once."""

    observation_space = spaces.Dict({
        "place": OwnBox(-1, 1, (2,), np.float32), "kept": spaces.Discrete(4, start=1),
        "doors": spaces.MultiBinary(3), "parts": spaces.Tuple([spaces.MultiDiscrete([3, 5])]),
        "note": spaces.Text(10)})
    action_space = spaces.MultiDiscrete([3, 2])

    def seen(self):
        draw = self.np_random
        return {
            "place": draw.uniform(-1, 1, 2).astype(np.float32), "kept": int(draw.integers(1, 5)),
            "doors": draw.integers(0, 2, 3, np.int8), "parts": (draw.integers(0, [3, 5]),), "note": "hello"}

    def step(self, action):
        return *super_step(self, float(action[0] * 2 + action[1])), {}


def super_step(env, reward):
    env.steps += 1
    return env.seen(), reward, env.steps >= env.end, False


class Picture(Count):
    """A picture, and actions that are numbers of some shape."""

    observation_space = spaces.Box(0, 255, (32, 48, 3), np.uint8)
    action_space = spaces.Box(np.array([[-1, 0]], np.float32), np.array([[1, 2]], np.float32))

    def seen(self):
        return self.np_random.integers(0, 256, (32, 48, 3), np.uint8)

    def step(self, action):
        assert action.shape == (1, 2) and self.action_space.contains(action), action
        return *super_step(self, float(action[0, 0] + action[0, 1])), {}


class Grey(Picture):
    """A grey picture without a channel."""

    observation_space = spaces.Box(0, 255, (20, 30), np.uint8)

    def seen(self):
        return self.np_random.integers(0, 256, (20, 30), np.uint8)


class Undetermined(Count):
    """Depends on more than seed and actions."""

    def seen(self):
        return np.array([self.steps, self.luck, int.from_bytes(os.urandom(2), "little")])


class Faulty(Count):
    """Goes wrong, as `fault` says, at the third step, or before."""

    def __init__(self, render_mode=None, fault="", least=10):
        super().__init__(render_mode, least)
        self.fault = fault
        if fault == "init":
            raise ValueError("no init")
        if fault == "space":
            self.observation_space = spaces.Graph(spaces.Box(0, 1, (2,)), None)
        if fault == "unbounded":
            self.action_space = spaces.Box(-np.inf, np.inf, (2,))
        if fault == "many":
            self.action_space = spaces.MultiDiscrete([100, 100])

    def reset(self, *, seed=None, options=None):
        if self.fault == "reset" and seed != 0:
            raise ValueError("no reset")
        return super().reset(seed=seed)

    def seen(self):
        seen = super().seen()
        if self.steps < 3:
            return seen
        if self.fault == "nan":
            return seen * np.nan
        return seen[:2] if self.fault == "shape" else seen.astype(str) if self.fault == "kind" else seen

    def step(self, action):
        if self.steps == 2:
            self.go_wrong()
        observation, reward, *rest = super().step(action)
        return observation, np.nan if self.fault == "reward" and self.steps == 3 else reward, *rest

    def go_wrong(self):
        if self.fault == "step":
            raise ValueError("no step")
        if self.fault == "hang":
            time.sleep(1000)
        if self.fault == "exit":
            print("good bye")
            os._exit(7)
        if self.fault == "leave":
            raise SystemExit(3)
        if self.fault == "print":
            print("noise " * 1000)

    def render(self):
        return super().render() if self.fault != "render" else None


for kind in (Count, Mixed, Picture, Grey, Undetermined, Faulty):
    gymnasium.register(f"{kind.__name__}-v0", entry_point=kind, max_episode_steps=50)
