"""Episodes on disk as arrays."""
import dataclasses
import json
import os
import shutil
import unittest
import warnings

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

    def test_what_is_written_again_has_the_same_bytes_and_trains(self):
        episodes = umwelt.data.Episodes(self.path)
        copy = folder() / "copied"
        count = umwelt.data.write(
            copy, episodes, world=episodes.world, actions=episodes.actions["names"], fields=episodes.fields,
            facts=episodes.fact_names)
        self.assertEqual(count, 5)
        for file in sorted(self.path.glob("shard-*.npy")):
            self.assertEqual((copy / file.name).read_bytes(), file.read_bytes(), file.name)
        theirs, ours = (json.loads((place / "index.json").read_text()) for place in (self.path, copy))
        self.assertEqual(ours["shards"], theirs["shards"])
        program(
            "train", "vision", "--frames", "copied", "--kind", "cells", "--preset", "tiny", "--steps", "3", "--set",
            "model.network=dense", "--set", "model.likelihood=categorical", "--run-dir", "trained-on-copied")

    def test_anybodys_episodes_are_written_in_shards_and_read_back(self):
        generator = np.random.default_rng(0)
        def made(steps):
            flags = np.zeros(steps, np.bool_)
            return umwelt.data.Episode(
                seed=steps, observations=generator.integers(0, 256, (steps + 1, 16, 16, 3), np.uint8),
                actions=generator.uniform(-1, 1, (steps, 2)).astype(np.float32), rewards=np.arange(steps, dtype=np.float32),
                terminated=flags, truncated=flags, facts=np.zeros((steps + 1, 0), np.float32))
        given = [made(steps) for steps in (3, 1, 7, 2, 5)]
        place = folder() / "written"
        umwelt.data.write(place, given, world="mine", actions=[(-1, 1), (-1, 1)], frames_per_shard=8)
        found = umwelt.data.Episodes(place)
        self.assertEqual(len(json.loads((place / "index.json").read_text())["shards"]), 2)
        for one, other in zip(given, found, strict=True):
            self.assertEqual(one.seed, other.seed)
            for part in ("observations", "actions", "rewards", "terminated", "truncated", "facts"):
                np.testing.assert_array_equal(getattr(one, part), getattr(other, part))
        program(
            "train", "vision", "--frames", "written", "--preset", "tiny", "--steps", "3", "--run-dir",
            "trained-on-written")
        # The autoencoder alone.
        model = umwelt.WorldModel(folder() / "trained-on-written")
        self.assertEqual(model.features, {})
        frames = model.decode(model.encode(np.zeros((2, *model.run.frame_shape), np.uint8))[0])
        self.assertEqual(frames.shape, (2, *model.run.frame_shape))
        with self.assertRaisesRegex(umwelt.InvalidArgument, "no agent"):
            umwelt.Policy(model.run)

    def test_episodes_that_do_not_fit_are_refused(self):
        good = umwelt.data.Episodes(self.path)[0]
        def refused(words, actions=7, facts=(), **parts):
            place = folder() / "refused"
            episode = dataclasses.replace(good, **{"facts": np.zeros((len(good) + 1, 0)), **parts})
            with self.assertRaisesRegex(umwelt.data.DataError, words):
                umwelt.data.write(place, [episode], world="w", actions=actions, facts=facts)
            shutil.rmtree(place, ignore_errors=True)
        refused("outside of the space", actions=1)
        refused("there are none", actions=[])
        refused("pairs", actions=[1, 2])
        refused("finite pairs", actions=[(1, 0)])
        refused("give uint8", observations=good.observations.astype(np.float32))
        refused("observations of shape", observations=good.observations[1:])
        refused("terminated of shape", terminated=good.terminated[1:])
        refused("facts of shape", facts=("a",))
        refused("no number", rewards=np.full(len(good), np.nan))
        with self.assertRaisesRegex(umwelt.data.DataError, "not empty"):
            umwelt.data.write(self.path, [good], world="w", actions=7)
        with self.assertRaisesRegex(umwelt.data.DataError, "no episodes"):
            umwelt.data.write(folder() / "none", [], world="w", actions=7)

    def test_minari_takes_and_gives_every_byte(self):
        try:
            import minari  # noqa: F401
        except ImportError:
            self.skipTest("minari is not installed")
        os.environ["MINARI_DATASETS_PATH"] = str(folder() / "minari")
        program("rollout", "IcePuck", "--policy", "random", "--episodes", "2", "--observation", "pixels64", "--save", "ice")
        for name, path in (("door/random-v0", self.path), ("ice/random-v0", folder() / "ice")):
            with self.subTest(name), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                theirs = umwelt.data.to_minari(path, name)
                ours = umwelt.data.Episodes(path)
                self.assertEqual((theirs.total_episodes, theirs.total_steps), (len(ours), ours.steps))
                first = next(iter(theirs.iterate_episodes()))
                self.assertEqual(len(first.rewards), len(ours[0]))
                back = folder() / f"back-{name.split('/')[0]}"
                umwelt.data.from_minari(name, back)
                again = umwelt.data.Episodes(back)
                # Gymnasium sorts the fields of a dictionary.
                self.assertEqual(sorted(ours.fields), list(again.fields))
                for one, other in zip(ours, again, strict=True):
                    for part in ("actions", "rewards", "terminated", "truncated"):
                        np.testing.assert_array_equal(getattr(one, part), getattr(other, part))
                    for field in ours.fields:
                        np.testing.assert_array_equal(
                            ours.field(one.observations, field), again.field(other.observations, field))
                    if not ours.fields:
                        np.testing.assert_array_equal(one.observations, other.observations)

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
