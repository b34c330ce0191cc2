"""The same seed gives the same bytes as in the program, and as in MiniGrid's own package."""
import unittest

import gymnasium
import numpy as np
import umwelt
from support import PROGRAM, folder, program

try:
    import minigrid  # noqa: F401  registers its worlds
    from minigrid.wrappers import FullyObsWrapper, OneHotPartialObsWrapper, RGBImgObsWrapper, RGBImgPartialObsWrapper
except ImportError:
    minigrid = None

IDS = [
    "MiniGrid-Empty-Random-5x5-v0", "MiniGrid-DoorKey-6x6-v0", "MiniGrid-FourRooms-v0", "MiniGrid-Fetch-5x5-N2-v0",
    "MiniGrid-Dynamic-Obstacles-6x6-v0", "MiniGrid-GoToDoor-5x5-v0", "MiniGrid-KeyCorridorS3R1-v0",
    "MiniGrid-LavaCrossingS9N1-v0", "MiniGrid-MultiRoom-N2-S4-v0", "MiniGrid-PutNear-6x6-N2-v0",
    "MiniGrid-ObstructedMaze-1Dlhb-v0", "MiniGrid-RedBlueDoors-6x6-v0"]


@unittest.skipIf(minigrid is None, "minigrid is not installed")
class MiniGridTests(unittest.TestCase):
    def test_episodes_are_minigrids_own(self):
        for id in IDS:
            for seed in (0, 12345):
                with self.subTest(id, seed=seed):
                    self.compare(gymnasium.make(id), umwelt.make(id), seed, 3)

    def test_wrappers_are_kinds_of_observation(self):
        id = "MiniGrid-DoorKey-6x6-v0"
        for wrapper, kind in [
            (FullyObsWrapper, "grid"), (OneHotPartialObsWrapper, "onehot"), (RGBImgPartialObsWrapper, "partial"),
            (RGBImgObsWrapper, "full")]:
            with self.subTest(kind):
                self.compare(wrapper(gymnasium.make(id)), umwelt.make(id, kind), 3, 1)

    def compare(self, theirs, ours, seed, episodes):
        generator = np.random.default_rng(seed)
        (a, _), (b, _) = theirs.reset(seed=seed), ours.reset(seed=seed)
        for episode in range(episodes):
            ended = False
            while not ended:
                self.check(a, b)
                # Forward more often than the rest, or hardly anything happens.
                action = int(generator.choice([0, 1, 2, 2, 2, 3, 4, 5, 6])) % theirs.action_space.n
                a, reward, terminated, truncated, _ = theirs.step(action)
                b, *ours_then = ours.step(action)
                self.assertEqual(ours_then[:3], [np.float32(reward), terminated, truncated])
                ended = terminated or truncated
            self.check(a, b)
            (a, _), (b, _) = theirs.reset(), ours.reset()

    def check(self, a, b):
        np.testing.assert_array_equal(a["image"], b["image"])
        self.assertEqual((int(a["direction"]), a["mission"]), (b["direction"], b["mission"]))


@unittest.skipUnless(PROGRAM.is_file(), "the program is not built: make build")
class ProgramTests(unittest.TestCase):
    def test_frames_rewards_and_facts_are_those_of_a_rollout(self):
        for world, observation in [
            ("TakeCover", "pixels64"), ("MiniGrid-DoorKey-8x8-v0", "symbols"), ("IcePuck", "pixels64"),
            ("MinAtar/Seaquest-v0", "planes"), ("Recall-Near", "symbols")]:
            with self.subTest(world):
                name = f"rollout-{world.replace('/', '-')}"
                program(
                    "rollout", world, "--policy", "random", "--episodes", "2", "--seed", "11", "--observation",
                    observation, "--save", name)
                for number, episode in enumerate(umwelt.data.Episodes(folder() / name)):
                    self.replay(world, observation, episode, 11 + number)

    def replay(self, world, observation, episode, seed):
        self.assertEqual(episode.seed, seed)
        env = umwelt.make(world, observation)
        shown, info = env.reset(seed=seed)
        for step in range(len(episode) + 1):
            self.assertEqual(self.bytes(shown), episode.observations[step].tobytes(), (world, step))
            facts = np.array(list(info["facts"].values()), np.float32)  # None becomes NaN
            np.testing.assert_array_equal(facts, episode.facts[step])
            if step == len(episode):
                return
            action = episode.actions[step]
            shown, reward, terminated, truncated, info = env.step(action)
            self.assertEqual(
                (np.float32(reward), terminated, truncated),
                (episode.rewards[step], episode.terminated[step], episode.truncated[step]))

    @staticmethod
    def bytes(observation):
        if not isinstance(observation, dict):
            return observation.tobytes()
        parts = [np.asarray(value, np.uint8).tobytes() for name, value in observation.items() if name != "mission"]
        return b"".join(parts)


if __name__ == "__main__":
    unittest.main()
