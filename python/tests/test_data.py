"""Episodes on disk as arrays."""
import json
import shutil
import unittest

import numpy as np
import umwelt
from support import PROGRAM, folder, program


@unittest.skipUnless(PROGRAM.is_file(), "the program is not built: make build")
class DataTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        program(
            "rollout", "MiniGrid-DoorKey-5x5-v0", "--policy", "random", "--episodes", "5", "--observation", "symbols",
            "--save", "door")
        cls.path = folder() / "door"

    def test_episodes_have_their_parts(self):
        episodes = umwelt.data.Episodes(self.path)
        self.assertEqual((len(episodes), episodes.world), (5, "MiniGrid-DoorKey-5x5-v0"))
        self.assertEqual(episodes.steps, sum(len(episode) for episode in episodes))
        episode = episodes[-1]
        self.assertEqual(episode.seed, episodes[0].seed + 4)
        self.assertEqual(episode.observations.shape, (len(episode) + 1, 148))
        image = episodes.field(episode.observations, "image")
        self.assertEqual(image.shape, (len(episode) + 1, 7, 7, 3))
        env = umwelt.make(episodes.world)
        np.testing.assert_array_equal(image[0], env.reset(seed=episode.seed)[0]["image"])
        self.assertTrue(episode.terminated[-1] or episode.truncated[-1])
        self.assertFalse(episode.observations.flags.writeable)
        self.assertEqual([one.seed for one in episodes[1:3]], [episodes[1].seed, episodes[2].seed])
        with self.assertRaises(IndexError):
            episodes[5]

    def test_windows_lie_within_episodes_and_are_all_there(self):
        episodes = umwelt.data.Episodes(self.path)
        windows = episodes.windows(4)
        self.assertEqual(len(windows), sum(max(0, len(episode) - 3) for episode in episodes))
        number = 0
        for episode in episodes:
            for first in range(max(0, len(episode) - 3)):
                found = windows[number]
                np.testing.assert_array_equal(found["actions"], episode.actions[first:first + 4])
                np.testing.assert_array_equal(found["observations"], episode.observations[first:first + 5])
                number += 1
        with self.assertRaises(IndexError):
            windows[len(windows)]

    def test_pytorch_loads_windows(self):
        try:
            from torch.utils.data import DataLoader
        except ImportError:
            self.skipTest("torch is not installed")
        batch = next(iter(DataLoader(umwelt.data.Episodes(self.path).windows(3), batch_size=8, shuffle=True)))
        self.assertEqual(tuple(batch["observations"].shape), (8, 4, 148))

    def test_damage_is_named(self):
        def broken(change):
            copy = folder() / "broken"
            shutil.rmtree(copy, ignore_errors=True)
            shutil.copytree(self.path, copy)
            change(copy)
            with self.assertRaises(umwelt.data.DataError) as caught:
                umwelt.data.Episodes(copy)
            return str(caught.exception)
        def edit(copy, change):
            index = json.loads((copy / "index.json").read_text())
            change(index)
            (copy / "index.json").write_text(json.dumps(index))
        self.assertIn("no data set", broken(lambda copy: (copy / "index.json").unlink()))
        self.assertIn("cannot be read", broken(lambda copy: (copy / "index.json").write_text("{")))
        self.assertIn("format 9", broken(lambda copy: edit(copy, lambda index: index.update(version=9))))
        self.assertIn("no shards", broken(lambda copy: edit(copy, lambda index: index.pop("shards"))))
        self.assertIn("shape", broken(lambda copy: edit(copy, lambda index: index["shards"][0].update(frames=1))))
        self.assertIn("rewards.npy", broken(lambda copy: (copy / "shard-0000-rewards.npy").write_bytes(b"\x93NUM")))
        self.assertIn("actions.npy", broken(lambda copy: (copy / "shard-0000-actions.npy").unlink()))
        self.assertIn("add up", broken(lambda copy: np.save(copy / "shard-0000-actions.npy", np.zeros(3, np.int32))))


if __name__ == "__main__":
    unittest.main()
