"""One environment: Gymnasium's contract, seeds, states, facts, pictures, users' files."""
import tempfile
import unittest
import warnings
from pathlib import Path

import gymnasium
import numpy as np
import umwelt
from gymnasium.utils.env_checker import check_env
from support import ROOT, same


class EnvironmentTests(unittest.TestCase):
    def test_gymnasium_finds_no_fault_with_worlds_of_every_family(self):
        for world, observation in [
            ("TakeCover", None), ("IcePuck", "symbols"), ("IcePuck", "pixels64"), ("MinAtar/Breakout-v1", None),
            ("MiniGrid-DoorKey-5x5-v0", None), ("MiniGrid-GoToDoor-5x5-v0", "onehot-mission"), ("Sokoban-Small", "symbols"),
            ("MiniGrid-Empty-5x5-v0", "full4"), ("KeyCorridor-Six", None)]:
            with self.subTest(world, observation=observation), warnings.catch_warnings():
                warnings.simplefilter("error")
                # Letters of a mission are no pictures, and bits no floats: what else is warned of is a fault.
                warnings.filterwarnings("ignore", message=".*Box observation space.*")
                env = gymnasium.make(umwelt.gymnasium_id(world), observation=observation, render_mode="rgb_array")
                self.assertIsInstance(env.unwrapped, umwelt.Environment)
                check_env(env.unwrapped)

    def test_every_world_of_the_catalogue_is_registered_and_can_be_made(self):
        worlds = umwelt.worlds()
        self.assertGreater(len(worlds), 90)
        for world in worlds:
            name = umwelt.gymnasium_id(world["id"])
            self.assertIn(name, gymnasium.registry)
        env = gymnasium.make("umwelt/MiniGrid-DoorKey-5x5-v0")
        observation, _ = env.reset(seed=1)
        self.assertEqual(list(observation), ["image", "direction", "mission"])
        envs = gymnasium.make_vec("umwelt/TakeCover", num_envs=3)
        self.assertIsInstance(envs.unwrapped, umwelt.VectorEnvironment)
        self.assertEqual(envs.reset(seed=1)[0].shape, (3, 64, 64, 3))

    def test_every_world_plays_in_every_way_to_observe_it(self):
        for world in umwelt.worlds():
            for kind in world["observations"]:
                env = umwelt.make(world["id"], kind)
                env.action_space.seed(5)
                observation, _ = env.reset(seed=5)
                for _ in range(4):
                    self.assertTrue(env.observation_space.contains(observation), (world["id"], kind))
                    observation, _, terminated, truncated, _ = env.step(env.action_space.sample())
                    if terminated or truncated:
                        observation, _ = env.reset()
                env.close()

    def test_missions_are_shown_as_numbers_beside_their_text(self):
        colors = ["red", "green", "blue", "purple", "yellow", "grey"]
        env = umwelt.make("MiniGrid-GoToDoor-5x5-v0", "onehot-mission")
        self.assertEqual(env.observation_space["words"], gymnasium.spaces.Box(0, 1, (6,), np.uint8))
        missions = set()
        for seed in range(30):
            observation, _ = env.reset(seed=seed)
            color = colors[int(np.flatnonzero(observation["words"])[0])]
            self.assertEqual(observation["mission"], f"go to the {color} door")
            missions.add(color)
        self.assertEqual(missions, set(colors))
        self.assertNotIn("onehot-mission", next(
            world["observations"] for world in umwelt.worlds() if world["id"] == "MiniGrid-DoorKey-5x5-v0"))

    def test_a_borrowed_id_shows_what_its_library_shows(self):
        env = umwelt.make("MiniGrid-Empty-5x5-v0")
        self.assertEqual(env.observation_space["image"], gymnasium.spaces.Box(0, 255, (7, 7, 3), np.uint8))
        self.assertEqual(env.observation_space["direction"], gymnasium.spaces.Discrete(4))
        self.assertEqual(env.reset(seed=0)[0]["mission"], "get to the green goal square")
        self.assertEqual(umwelt.make("MinAtar/Breakout-v0").observation_space.dtype, np.bool_)
        self.assertEqual(umwelt.make("MiniGrid-Empty-5x5-v0", "pixels64").observation_space.shape, (64, 64, 3))

    def test_a_seed_makes_the_episode_and_none_goes_on(self):
        def play(env, seed):
            seen = [env.reset(seed=seed)[0], env.reset()[0], env.reset()[0]]
            return [observation["image"].tobytes() for observation in seen]
        first = play(umwelt.make("MiniGrid-FourRooms-v0"), 7)
        self.assertEqual(first, play(umwelt.make("MiniGrid-FourRooms-v0"), 7))
        self.assertEqual(len(set(first)), 3)
        unseeded = {umwelt.make("MiniGrid-FourRooms-v0").reset()[0]["image"].tobytes() for _ in range(8)}
        self.assertGreater(len(unseeded), 1)

    def test_a_state_brings_an_environment_back_stream_included(self):
        env = umwelt.make("TakeCover")
        env.reset(seed=3)
        for _ in range(20):
            env.step(1)
        state = env.get_state()
        def on(env):
            return [env.step(action % 3)[0].tobytes() for action in range(60)]
        wanted = on(env)
        observation, _ = env.set_state(state)
        self.assertEqual(on(env), wanted)
        other = umwelt.make("TakeCover")
        shown, info = other.set_state(state)
        self.assertTrue(same(shown, observation))
        self.assertEqual(on(other), wanted)
        self.assertIn("facts", info)

    def test_facts_stand_in_info_by_name(self):
        env = umwelt.make("MiniGrid-DoorKey-5x5-v0")
        _, info = env.reset(seed=0)
        self.assertGreater(len(info["facts"]), 3)
        self.assertTrue(all(value is None or isinstance(value, float) for value in info["facts"].values()))
        self.assertNotIn("facts", umwelt.make("MiniGrid-DoorKey-5x5-v0", facts=False).reset(seed=0)[1])

    def test_pictures_have_the_size_asked_for_and_show_the_world(self):
        env = umwelt.make("MiniGrid-Empty-8x8-v0", render_mode="rgb_array", render_size=(320, 240))
        env.reset(seed=0)
        before = env.render()
        self.assertEqual((before.shape, before.dtype), ((240, 320, 3), np.uint8))
        self.assertGreater(len(np.unique(before.reshape(-1, 3), axis=0)), 3)
        env.step(0)
        self.assertFalse(np.array_equal(before, env.render()))
        self.assertIsNone(umwelt.make("TakeCover").render())

    def test_a_file_of_a_user_is_a_world(self):
        source = (ROOT / "envs" / "worlds" / "catch.yaml").read_text()
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "mine.yaml"
            path.write_text(source)
            mine, theirs = umwelt.make(str(path)), umwelt.make("Catch")
            self.assertTrue(same(mine.reset(seed=4)[0], theirs.reset(seed=4)[0]))
            self.assertTrue(same(mine.step(0)[0], theirs.step(0)[0]))
            self.assertTrue(same(umwelt.make_vec(path, 2).reset(seed=4)[0][0], theirs.reset(seed=4)[0]))
            path.write_text(source + "\nnonsense: 1\n")
            with self.assertRaisesRegex(umwelt.InvalidArgument, "mine.yaml:[0-9]+"):
                umwelt.make(str(path))


if __name__ == "__main__":
    unittest.main()
