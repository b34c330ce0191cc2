"""Minari's data sets into the toolkit's and back."""

import numpy as np

from .reading import DataError, Episode, Episodes
from .writing import write


def _minari():
    try:
        import minari
    except ImportError:
        raise DataError("minari is not installed; pip install 'minari[hdf5]'") from None
    return minari


def from_minari(dataset, folder, *, frame=None, world=None):
    """Writes a data set of Minari as one that the program trains on.

    dataset: a `minari.MinariDataset`, or its id.
    folder: new or empty.
    frame: makes uint8 frames `[T+1, …]` of an episode's observations, where they are none: floats, say. None takes
        observations that are uint8, and the uint8 fields of a dictionary one after the other.
    world: a word for what the data are of; None for the data set's id.
    Returns the number of episodes.
    """
    from gymnasium import spaces
    if isinstance(dataset, str):
        dataset = _minari().load_dataset(dataset)
    space, fields = dataset.action_space, None
    if isinstance(space, spaces.Discrete):
        actions = int(space.n)
    elif isinstance(space, spaces.Box) and len(space.shape) == 1 and space.is_bounded():
        actions = list(zip(space.low.tolist(), space.high.tolist()))
    else:
        raise DataError(
            f"{dataset.id}: its actions are {space}; the program takes Discrete, and Box of one extent with bounds")
    if frame is None:
        frame, fields = _frames_of(dataset)
    first = int(getattr(space, "start", 0))
    def episodes():
        for number, episode in enumerate(dataset.iterate_episodes()):
            taken = np.asarray(episode.actions)
            observations = np.asarray(frame(episode.observations))
            yield Episode(
                seed=number, observations=observations, actions=taken - first if isinstance(actions, int) else taken,
                rewards=np.asarray(episode.rewards, np.float32), terminated=np.asarray(episode.terminations, np.bool_),
                truncated=np.asarray(episode.truncations, np.bool_), facts=np.zeros((len(observations), 0), np.float32))
    return write(folder, episodes(), world=world or dataset.id, actions=actions, fields=fields)


def _frames_of(dataset):
    """What makes frames of observations, and the fields of a frame where it has several."""
    from gymnasium import spaces
    space = dataset.observation_space
    if isinstance(space, spaces.Box) and space.dtype == np.uint8:
        return np.asarray, None
    if isinstance(space, spaces.Dict):
        parts = {name: part.shape for name, part in space.items() if isinstance(part, spaces.Box) and part.dtype == np.uint8}
        if len(parts) == 1:
            only = next(iter(parts))
            return lambda observations: np.asarray(observations[only]), None
        if parts:
            def joined(observations):
                rows = [np.asarray(observations[name]) for name in parts]
                return np.concatenate([row.reshape(len(row), -1) for row in rows], axis=1)
            return joined, parts
    raise DataError(
        f"{dataset.id}: its observations are {space}, and a frame is of uint8; say by frame= how one is made of them")


def to_minari(episodes, id, **about):
    """Writes episodes as a data set of Minari, pixel by pixel as they are; returns it.

    episodes: `Episodes`, or the folder of a run or a rollout.
    id: the name that Minari is to keep it under, such as `takecover/random-v0`.
    about: what `minari.create_dataset_from_buffers` is told besides: `author`, `description` …
    """
    minari = _minari()
    from gymnasium import spaces
    from minari.data_collector import EpisodeBuffer
    if not isinstance(episodes, Episodes):
        episodes = Episodes(episodes)
    if episodes.fields:
        observation = spaces.Dict({name: spaces.Box(0, 255, shape, np.uint8) for name, shape in episodes.fields.items()})
    else:
        observation = spaces.Box(0, 255, episodes.frame_shape, np.uint8)
    if episodes.actions["kind"] == "discrete":
        action = spaces.Discrete(len(episodes.actions["names"]))
    else:
        low, high = np.array(episodes.actions["bounds"], np.float32).T
        action = spaces.Box(low, high, dtype=np.float32)
    def shown(frames):
        if not episodes.fields:
            return np.array(frames)
        return {name: np.array(episodes.field(frames, name)) for name in episodes.fields}
    buffers = [
        EpisodeBuffer(
            id=number, seed=None, observations=shown(episode.observations),
            actions=episode.actions.astype(action.dtype), rewards=episode.rewards.tolist(),
            terminations=episode.terminated.tolist(), truncations=episode.truncated.tolist(),
            infos={name: episode.facts[:, place] for place, name in enumerate(episodes.fact_names)} or None)
        for number, episode in enumerate(episodes)]
    return minari.create_dataset_from_buffers(
        id, buffers, observation_space=observation, action_space=action, jpeg_encoding=False,
        **{"description": f"Episodes of {episodes.world}, by umwelt.", **about})
