"""What a run has learned: its model on arrays, its dream as an environment, its agent."""
import json
import unittest

import numpy as np
import umwelt
from gymnasium.utils.env_checker import check_env
from support import PROGRAM, dreaming_run, folder, program, run, same


@unittest.skipUnless(PROGRAM.is_file(), "the program is not built: make build")
class RunTests(unittest.TestCase):
    def test_latents_are_those_that_the_program_stored(self):
        path = dreaming_run()
        means = np.load(path / "latents" / "latent-means.npy")
        log_variances = np.load(path / "latents" / "latent-log-variances.npy")
        episodes = umwelt.data.Episodes(path)
        frames = np.concatenate([episode.observations for episode in episodes])
        model = umwelt.WorldModel(path)
        found, spread = model.encode(frames)
        self.assertEqual(found.shape, (len(frames), model.latent_size))
        self.assertEqual(found.tobytes(), means.tobytes())
        self.assertEqual(spread.tobytes(), log_variances.tobytes())
        # A latent depends neither on its neighbours nor on threads.
        self.assertEqual(umwelt.WorldModel(path, threads=1).encode(frames[5:6])[0].tobytes(), means[5:6].tobytes())
        pictures = model.decode(found[:3])
        self.assertEqual((pictures.shape, pictures.dtype), ((3, 64, 64, 3), np.uint8))

    def test_what_is_observed_is_what_the_agent_was_shown(self):
        path = dreaming_run()
        model = umwelt.WorldModel(path)
        self.assertEqual(set(model.features), {"latent", "cell", "hidden"})
        episode = umwelt.data.Episodes(path)[0]
        seen = model.observe(episode.observations, episode.actions)
        self.assertEqual(len(seen["latent"]), len(episode) + 1)
        self.assertEqual(seen["latent"].tobytes(), model.encode(episode.observations)[0].tobytes())
        self.assertFalse(seen["hidden"][0].any())
        self.assertTrue(seen["hidden"][1:].any(axis=1).all())
        other = model.observe(episode.observations[:3], (episode.actions[:2] + 1) % 3)
        self.assertNotEqual(other["hidden"][1].tobytes(), seen["hidden"][1].tobytes())

    def test_states_of_many_slots_are_those_of_each_alone(self):
        model = umwelt.WorldModel(dreaming_run())
        episodes = umwelt.data.Episodes(dreaming_run())[:3]
        many = model.states(3)
        many.begin(seed=20)
        for step in range(5):
            frames = np.stack([episode.observations[step] for episode in episodes])
            actions = None if step == 0 else [episode.actions[step - 1] for episode in episodes]
            shown = many.observe(frames, actions)
        dreamt = many.imagine([1, 1, 1], temperature=0.5)
        one = model.states()
        one.begin(seed=21)
        for step in range(5):
            actions = None if step == 0 else episodes[1].actions[step - 1:step]
            alone = one.observe(episodes[1].observations[step:step + 1], actions)
        for name in shown:
            self.assertEqual(shown[name][1].tobytes(), alone[name][0].tobytes())
        features, rewards, ends = one.imagine([1], temperature=0.5)
        self.assertEqual(features["latent"][0].tobytes(), dreamt[0]["latent"][1].tobytes())
        self.assertEqual((rewards[0], ends[0]), (dreamt[1][1], dreamt[2][1]))

    def test_a_state_of_the_model_branches(self):
        model = umwelt.WorldModel(dreaming_run())
        frames = umwelt.data.Episodes(dreaming_run())[0].observations
        states = model.states(2)
        states.begin(seed=4)
        states.observe(frames[:2])
        states.imagine([0, 0])
        kept = states.get_state(0)
        first = [states.imagine([2, 2])[0]["latent"][0].tobytes() for _ in range(5)]
        states.set_state(kept, 0)
        states.set_state(kept, 1)
        again = [states.imagine([2, 2])[0]["latent"] for _ in range(5)]
        self.assertEqual([latents[0].tobytes() for latents in again], first)
        self.assertEqual([latents[1].tobytes() for latents in again], first)
        # Out of the dream by a frame.
        self.assertEqual(
            states.observe(frames[2:4], [2, 2])["latent"].tobytes(), model.encode(frames[2:4])[0].tobytes())
        self.assertEqual(states.decode().shape, (2, 64, 64, 3))

    def test_imagined_frames_and_ends_come_with_the_features(self):
        model = umwelt.WorldModel(dreaming_run())
        episode = umwelt.data.Episodes(dreaming_run())[0]
        found = model.imagine(episode.observations[:4], np.full(13, 1), seed=8)
        self.assertEqual(found["latent"].shape, (10, model.latent_size))
        self.assertEqual(found["frames"].shape, (10, 64, 64, 3))
        self.assertTrue(((found["ends"] >= 0) & (found["ends"] <= 1)).all())
        again = model.imagine(episode.observations[:4], np.full(13, 1), seed=8)
        self.assertEqual(found["frames"].tobytes(), again["frames"].tobytes())
        self.assertEqual(found["frames"].tobytes(), model.decode(found["latent"]).tobytes())
        other = model.imagine(episode.observations[:4], np.full(13, 1), seed=9)
        self.assertNotEqual(found["latent"].tobytes(), other["latent"].tobytes())

    def test_the_dream_is_an_environment(self):
        env = umwelt.DreamEnv(dreaming_run(), render_mode="rgb_array", max_steps=30)
        check_env(env, skip_close_check=True)
        envs = umwelt.DreamVectorEnv(dreaming_run(), 4, max_steps=30, autoreset_mode="SameStep")
        shown, _ = envs.reset(seed=0)
        alone, _ = env.reset(seed=2)
        self.assertTrue(same({name: value[2] for name, value in shown.items()}, alone))
        ended = 0
        for _ in range(80):
            shown, rewards, terminated, truncated, infos = envs.step([1, 0, 2, 1])
            ended += (terminated | truncated).sum()
            self.assertEqual("final_obs" in infos, bool((terminated | truncated).any()))
        self.assertGreater(ended, 0)
        state = env.get_state()
        first = env.step(1)[0]
        env.set_state(state)
        self.assertTrue(same(env.step(1)[0], first))

    def test_the_agent_scores_what_the_program_says(self):
        path = dreaming_run()
        said = json.loads(program("evaluate", "dreaming", "--seeds", "700..703", "--json"))["returns"]["trained"]["mean"]
        policy = umwelt.Policy(path)
        env = umwelt.make(policy.run.world, policy.run.observation)
        returns = []
        for seed in range(700, 704):
            frame, _ = env.reset(seed=seed)
            policy.reset(seed=seed)
            returns.append(0.0)
            ended = False
            while not ended:
                frame, reward, terminated, truncated, _ = env.step(policy(frame))
                returns[-1] += reward
                ended = terminated or truncated
        self.assertAlmostEqual(np.mean(returns), said, places=4)

    def test_many_agents_act_as_one_alone_in_the_world_and_in_the_dream(self):
        path = dreaming_run()
        many, one = umwelt.Policy(path, slots=3), umwelt.Policy(path)
        frames = umwelt.data.Episodes(path)[0].observations[:9]
        many.reset(seed=5)
        one.reset(seed=6)
        for step in range(6):
            together = many(frames[step:step + 3])
            self.assertEqual(int(together[1]), one(frames[step + 1]))
        dream = umwelt.DreamEnv(path)
        shown, _ = dream.reset(seed=1)
        one.reset()
        self.assertIn(one(shown), range(3))

    def test_other_models_of_other_worlds_are_read_too(self):
        small = ("model.kind=autoencoder", "learner.in=world", "agent.input=[latent]")
        for world, settings in [
            ("MiniGrid-Empty-5x5-v0", (
                "agent.observation=symbols", "data.kind=cells", "model.network=dense", "model.likelihood=categorical",
                *small)), ("IcePuck", small)]:
            with self.subTest(world):
                path = run(f"other-{world}", world, *settings)
                policy = umwelt.Policy(path)
                env = umwelt.make(world, policy.run.observation)
                shown, _ = env.reset(seed=0)
                policy.reset(seed=0)
                for _ in range(5):
                    shown, *_ = env.step(policy(shown))
                with self.assertRaisesRegex(umwelt.InvalidArgument, "imagines nothing"):
                    umwelt.DreamEnv(path)

    def test_random_calls_never_kill(self):
        import ctypes
        import random
        from umwelt import _native
        chance, library = random.Random(5), _native.library
        run = umwelt.Run(dreaming_run())
        states = [umwelt.WorldModel(run).states(slots) for slots in (1, 3)]
        policy, dream = umwelt.Policy(run, slots=3), umwelt.DreamVectorEnv(run, 3)
        handles = [run.number, policy.number, dream._batch.number, *(state.number for state in states)]
        # Room for whatever may be written: frames of 64 slots.
        room = (ctypes.c_char * (64 * 64 * 64 * 3))()
        address, long, snapshots, codes = ctypes.addressof(room), ctypes.c_int64(), [0], {}
        def number():
            return chance.choice([0, 1, 2, 3, -1, chance.randint(-(1 << 31), (1 << 31) - 1)])
        def place():
            return chance.choice([None, address, address])
        frame, latent = 64 * 64 * 3, run.about["latentSize"]
        def bytes_of(size):
            return chance.choice([size, 3 * size, 0, -size, number()])
        def real():
            return chance.choice([1.0, 0.5, 0.0, -1.0, float("nan"), float("inf"), 1e30, 1e-30])
        features = sum(int(np.prod(field["shape"])) for field in run.about["features"])
        calls = [
            lambda h: library.umwelt_run_encode(
                h, place(), bytes_of(frame), number() % 4, place(), place(), bytes_of(latent)),
            lambda h: library.umwelt_run_decode(h, place(), bytes_of(latent), number() % 4, place(), bytes_of(frame)),
            lambda h: library.umwelt_model_begin(h, place(), place(), chance.choice([1, 3, number()])),
            lambda h: library.umwelt_model_observe(h, place(), bytes_of(frame), place(), place()),
            lambda h: library.umwelt_model_imagine(
                h, place(), place(), real(), place(), place(), chance.choice([1, 3, number()])),
            lambda h: library.umwelt_model_features(h, place(), bytes_of(features)),
            lambda h: library.umwelt_model_decode(h, place(), place(), bytes_of(frame)),
            lambda h: library.umwelt_model_snapshot(h, number(), long),
            lambda h: library.umwelt_model_restore(h, number(), chance.choice(snapshots)),
            lambda h: library.umwelt_policy_begin(h, place(), place(), chance.choice([3, number()])),
            lambda h: library.umwelt_policy_act(h, place(), bytes_of(frame), place(), place(), chance.choice([3, number()])),
            lambda h: library.umwelt_policy_act_on_features(
                h, place(), bytes_of(features), place(), place(), chance.choice([3, number()])),
            lambda h: library.umwelt_environments_step(h),
            lambda h: library.umwelt_environments_reset(h, place(), None, None, chance.choice([3, number()])),
            lambda h: library.umwelt_environments_draw(h, number(), 8, 8, place(), 192),
            lambda h: library.umwelt_run_describe(h, address, 4096, long),
        ]
        for turn in range(6000):
            if turn % 50 == 0:
                # Numbers, bytes and actions that are right, and wrong ones.
                ctypes.memset(address, chance.choice([0, 1, 255]), 1 << 16)
            which = chance.randrange(len(calls))
            code = calls[which](chance.choice(handles))
            codes[code] = codes.get(code, 0) + 1
            if which == 7 and code == 0:
                snapshots.append(long.value)
                if len(snapshots) > 20:
                    library.umwelt_close(snapshots.pop(0))
        self.assertEqual(set(codes) - {0, 1, 2, 5}, set())
        self.assertGreater(codes[0], 300)
        self.assertGreater(codes[1], 300)

    def test_mistakes_are_named(self):
        path = dreaming_run()
        model = umwelt.WorldModel(path)
        states, policy = model.states(2), umwelt.Policy(path)
        frames = np.zeros((2, 64, 64, 3), np.uint8)
        for words, work in [
            ("no such folder", lambda: umwelt.WorldModel(folder() / "nowhere")),
            ("not a run folder", lambda: umwelt.WorldModel(folder())),
            ("frames: an array of float64", lambda: model.encode(frames.astype(float))),
            ("frames: an array of shape", lambda: model.encode(frames[0])),
            ("latents: number 0 is nan", lambda: model.decode(np.full((1, model.latent_size), np.nan, np.float32))),
            ("give floats", lambda: model.decode(np.zeros((1, 3), np.float32))),
            ("it has seen no frame", lambda: states.imagine([0, 0])),
            ("frames: 1 given", lambda: states.observe(frames[:1])),
            ("slot 2|slot: 2", lambda: states.get_state(2)),
            ("no episode has begun", lambda: policy(frames[0])),
            ("seed", lambda: policy.reset(seed=-1)),
            ("temperature", lambda: umwelt.DreamEnv(path, temperature=0)),
        ]:
            with self.subTest(words), self.assertRaisesRegex(umwelt.InvalidArgument, words):
                work()
        states.observe(frames)
        for words, work in [
            ("it has had a frame", lambda: states.observe(frames)), ("action 3 of 3", lambda: states.imagine([0, 3])),
            ("temperature", lambda: states.imagine([0, 0], temperature=float("nan"))),
            ("mask", lambda: states.observe(frames, [0, 0], mask=[1, 0])),
        ]:
            with self.subTest(words), self.assertRaisesRegex(umwelt.InvalidArgument, words):
                work()
        model.run.close()
        with self.assertRaises(umwelt.Closed):
            model.encode(frames)


if __name__ == "__main__":
    unittest.main()
