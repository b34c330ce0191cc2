"""Many environments: the three autoreset modes beside Gymnasium's own, masks, threads, copies."""
import unittest
import weakref

import numpy as np
import umwelt
from gymnasium.vector import AutoresetMode, SyncVectorEnv
from support import same

WORLDS = [("MiniGrid-Dynamic-Obstacles-5x5-v0", None), ("MiniGrid-GoToDoor-5x5-v0", None), ("TakeCover", None),
          ("IcePuck", "symbols")]


def actions_of(envs, steps, seed):
    envs.action_space.seed(seed)
    return [envs.action_space.sample() for _ in range(steps)]


class VectorTests(unittest.TestCase):
    def test_every_mode_is_gymnasiums_own_step_by_step(self):
        for world, observation in WORLDS:
            for mode in (AutoresetMode.NEXT_STEP, AutoresetMode.SAME_STEP):
                with self.subTest(world, mode=mode):
                    ours = umwelt.make_vec(world, 3, observation, autoreset_mode=mode, threads=1)
                    def one():
                        return umwelt.make(world, observation)
                    theirs = SyncVectorEnv([one] * 3, autoreset_mode=mode)
                    self.assertEqual(ours.metadata["autoreset_mode"], mode)
                    self.assertEqual(ours.observation_space, theirs.observation_space)
                    self.assertEqual(ours.action_space, theirs.action_space)
                    self.assertTrue(same(ours.reset(seed=9)[0], theirs.reset(seed=9)[0]))
                    self.compare(ours, theirs, mode)

    def compare(self, ours, theirs, mode):
        ended = 0
        for actions in actions_of(ours, 400, 1):
            a, b = ours.step(actions), theirs.step(actions)
            self.assertTrue(same(a[0], b[0]))
            np.testing.assert_array_equal(a[1], b[1].astype(np.float32))
            self.assertTrue(same(a[2], b[2]) and same(a[3], b[3]))
            done = a[2] | a[3]
            ended += done.sum()
            self.assertEqual("final_obs" in a[4], mode is AutoresetMode.SAME_STEP and done.any())
            if "final_obs" not in a[4]:
                continue
            np.testing.assert_array_equal(a[4]["_final_obs"], b[4]["_final_obs"])
            for slot in np.flatnonzero(done):
                self.assertTrue(same(a[4]["final_obs"][slot], b[4]["final_obs"][slot]))
        self.assertGreater(ended, 0)

    def test_disabled_waits_for_a_reset_by_mask(self):
        envs = umwelt.make_vec("MiniGrid-Dynamic-Obstacles-5x5-v0", 4, autoreset_mode="Disabled")
        envs.reset(seed=2)
        done = np.zeros(4, np.bool_)
        while not done.any():
            observation, _, terminated, truncated, _ = envs.step(np.full(4, 2))
            done = terminated | truncated
        with self.assertRaisesRegex(umwelt.InvalidArgument, "has ended"):
            envs.step(np.zeros(4, np.int64))
        again, _ = envs.reset(options={"reset_mask": done})
        for slot in range(4):
            self.assertEqual(bool(done[slot]), not np.array_equal(observation["image"][slot], again["image"][slot])
                             or bool(done[slot]))
        envs.step(np.zeros(4, np.int64))
        alone = umwelt.make("MiniGrid-Dynamic-Obstacles-5x5-v0")
        shown, _ = envs.reset(seed=[1, 2, 3, 40], options={"reset_mask": np.array([0, 0, 0, 1], np.bool_)})
        np.testing.assert_array_equal(shown["image"][3], alone.reset(seed=40)[0]["image"])

    def test_the_number_of_threads_and_the_neighbours_change_nothing(self):
        def play(n, threads):
            envs = umwelt.make_vec("MiniGrid-DoorKey-6x6-v0", n, threads=threads)
            seen = [envs.reset(seed=0)[0]]
            generator = np.random.default_rng(0)
            for _ in range(50):
                seen.append(envs.step(generator.integers(0, 7, 256)[:n])[0])
            return np.stack([observation["image"][:5] for observation in seen]).tobytes()
        wanted = play(256, 1)
        self.assertEqual(wanted, play(256, 2))
        self.assertEqual(wanted, play(256, 4))
        self.assertEqual(wanted, play(5, 1))

    def test_arrays_are_copies_unless_asked_otherwise(self):
        envs = umwelt.make_vec("TakeCover", 2)
        first, _ = envs.reset(seed=0)
        kept = first.copy()
        for _ in range(9):
            second, *_ = envs.step([1, 2])
        np.testing.assert_array_equal(first, kept)
        self.assertFalse(np.array_equal(first, second))
        views = umwelt.make_vec("TakeCover", 2, copy=False)
        first, _ = views.reset(seed=0)
        np.testing.assert_array_equal(first, kept)
        second, *_ = views.step([1, 2])
        self.assertTrue(np.shares_memory(first, second))

    def test_what_is_held_is_never_written_to_again(self):
        envs = umwelt.make_vec("TakeCover", 16)
        shown, _ = envs.reset(seed=0)
        held, wanted = [shown], [shown.tobytes()]
        for step in range(12):
            shown, *_ = envs.step(np.full(16, step % 3))
            # Now and then a view of it alone, or nothing.
            if step % 3 < 2:
                held.append(shown[3:5] if step % 3 else shown)
                wanted.append(held[-1].tobytes())
            del shown
            self.assertEqual([array.tobytes() for array in held], wanted)
        # What nobody holds is given out again.
        del held
        first = weakref.ref(envs.step(np.zeros(16, np.int64))[0])
        again = envs.step(np.zeros(16, np.int64))[0]
        self.assertIs(first(), again)

    def test_facts_states_and_pictures_are_there_too(self):
        envs = umwelt.make_vec("TakeCover", 3, facts=True, render_mode="rgb_array", render_size=(64, 48))
        _, infos = envs.reset(seed=6)
        self.assertEqual({value.shape for value in infos["facts"].values()}, {(3,)})
        self.assertEqual([picture.shape for picture in envs.render()], [(48, 64, 3)] * 3)
        alone = umwelt.make("TakeCover")
        np.testing.assert_equal(
            {name: values[1] for name, values in infos["facts"].items() if name[0] != "_"},
            {name: np.array(value, np.float32)[()] for name, value in alone.reset(seed=7)[1]["facts"].items()})
        state = envs.get_state(0)
        first = [envs.step([0, 1, 2])[0][0].tobytes() for _ in range(30)]
        envs.set_state(2, state)
        self.assertEqual([envs.step([1, 1, 0])[0][2].tobytes() for _ in range(30)], first)


if __name__ == "__main__":
    unittest.main()
