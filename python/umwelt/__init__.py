"""Umwelt's worlds and world models in Python: fast native environments with Gymnasium's interface.

    import umwelt
    env = umwelt.make("MiniGrid-DoorKey-8x8-v0")              # a gymnasium.Env
    envs = umwelt.make_vec("MiniGrid-DoorKey-8x8-v0", 1024)   # a gymnasium.vector.VectorEnv
    model = umwelt.WorldModel("runs/…")                       # what a run has learned

`umwelt.data` reads episodes, `umwelt.sb3` is the adapter for Stable-Baselines3.
"""

from . import data
from ._batch import State
from ._native import Busy, Closed, Failed, Forked, InvalidArgument, UmweltError
from .agent import DreamEnv, DreamVectorEnv, Policy
from .environment import Environment, worlds
from .registration import gymnasium_id, register_worlds
from .run import Run
from .vector import VectorEnvironment
from .world_model import ModelStates, WorldModel

__version__ = "0.1.0"

__all__ = [
    "Busy", "Closed", "DreamEnv", "DreamVectorEnv", "Environment", "Failed", "Forked", "InvalidArgument", "ModelStates",
    "Policy", "Run", "State", "UmweltError", "VectorEnvironment", "WorldModel", "data", "gymnasium_id", "make",
    "make_vec", "register_worlds", "worlds",
]


def make(world, observation=None, render_mode=None, **options):
    """One environment: `Environment` says what the arguments are."""
    return Environment(world, observation, render_mode, **options)


def make_vec(world, num_envs=1, observation=None, render_mode=None, **options):
    """Many environments stepped together: `VectorEnvironment` says what the arguments are."""
    return VectorEnvironment(world, num_envs, observation, render_mode, **options)


register_worlds()
