"""Stable-Baselines3: its checker, its vectors, and that its PPO learns."""
import os
import time
import unittest

import numpy as np
import umwelt

try:
    import stable_baselines3
except ImportError:
    stable_baselines3 = None


@unittest.skipIf(stable_baselines3 is None, "stable-baselines3 is not installed: UMWELT_PYTHON_SB3=1 installs it, with PyTorch")
class StableBaselinesTests(unittest.TestCase):
    def test_its_checker_passes(self):
        from stable_baselines3.common.env_checker import check_env
        for world, observation in [("TakeCover", None), ("IcePuck", "pixels64"), ("MiniGrid-Empty-5x5-v0", "pixels64")]:
            check_env(umwelt.make(world, observation))

    def test_ends_carry_the_last_observation(self):
        import umwelt.sb3
        ours = umwelt.sb3.VecEnvironment("MiniGrid-Dynamic-Obstacles-5x5-v0", 3, "onehot")
        theirs = umwelt.make_vec("MiniGrid-Dynamic-Obstacles-5x5-v0", 3, "onehot", autoreset_mode="SameStep")
        ours.seed(4)
        first, _ = theirs.reset(seed=4)
        np.testing.assert_array_equal(ours.reset()[:, :-1], first["image"].reshape(3, -1))
        ended = 0
        for _ in range(60):
            shown, rewards, done, infos = ours.step(np.full(3, 2))
            wanted, _, terminated, truncated, more = theirs.step(np.full(3, 2))
            np.testing.assert_array_equal(shown[:, :-1], wanted["image"].reshape(3, -1))
            np.testing.assert_array_equal(done, terminated | truncated)
            for slot in np.flatnonzero(done):
                ended += 1
                np.testing.assert_array_equal(
                    infos[slot]["terminal_observation"][:-1], more["final_obs"][slot]["image"].reshape(-1))
                self.assertEqual(infos[slot]["TimeLimit.truncated"], truncated[slot] and not terminated[slot])
        self.assertGreater(ended, 0)

    def test_dictionaries_and_pictures_are_shown_as_they_are_if_asked(self):
        import umwelt.sb3
        envs = umwelt.sb3.VecEnvironment("MiniGrid-Empty-5x5-v0", 2, flat=False)
        shown = envs.reset()
        self.assertEqual(set(shown), {"image", "direction"})
        self.assertEqual(umwelt.sb3.VecEnvironment("TakeCover", 2).reset().shape, (2, 64, 64, 3))

    @unittest.skipUnless(os.environ.get("UMWELT_SLOW") == "1", "takes a minute: UMWELT_SLOW=1 runs it")
    def test_ppo_learns_an_empty_room_within_a_minute(self):
        import umwelt.sb3
        from stable_baselines3 import PPO
        envs = umwelt.sb3.VecEnvironment("MiniGrid-Empty-5x5-v0", 16, "onehot")
        start = time.monotonic()
        model = PPO("MlpPolicy", envs, n_steps=64, batch_size=256, n_epochs=4, learning_rate=1e-3, ent_coef=0.01, seed=1,
                    device="cpu")
        envs.seed(1)
        model.learn(30_000)
        seconds = time.monotonic() - start
        judged = umwelt.sb3.VecEnvironment("MiniGrid-Empty-5x5-v0", 32, "onehot")
        judged.seed(1000)
        shown, total, ended = judged.reset(), 0.0, 0
        while ended < 100:
            actions, _ = model.predict(shown)
            shown, rewards, done, _ = judged.step(actions)
            total, ended = total + rewards.sum(), ended + done.sum()
        print(f"PPO: mean return {total / ended:.3f} after {seconds:.0f} s")
        self.assertGreater(total / ended, 0.85)
        self.assertLess(seconds, 60)


if __name__ == "__main__":
    unittest.main()
