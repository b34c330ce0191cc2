"""The worlds of the catalogue among Gymnasium's: `gymnasium.make("umwelt/TakeCover")` after `import umwelt`."""

import gymnasium

from .environment import worlds


def gymnasium_id(world):
    """The id of a world among Gymnasium's: umwelt/<id>, a slash in it written as a dash."""
    return "umwelt/" + world.replace("/", "-")


def register_worlds():
    """Registers every world of the catalogue, once."""
    for world in worlds():
        name = gymnasium_id(world["id"])
        if name not in gymnasium.registry:
            gymnasium.register(
                id=name, entry_point="umwelt.environment:Environment",
                vector_entry_point="umwelt.vector:VectorEnvironment", kwargs={"world": world["id"]})
