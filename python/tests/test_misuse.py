"""Whatever is asked: an exception, never a dead process."""
import copy
import ctypes
import os
import pickle
import random
import threading
import time
import unittest

import numpy as np
import umwelt
from support import PROGRAM, dreaming_run
from umwelt import _native

FUZZ_CALLS = int(os.environ.get("UMWELT_FUZZ", "200000"))


class MisuseTests(unittest.TestCase):
    def refuse(self, words, work, kind=umwelt.InvalidArgument):
        with self.assertRaisesRegex(kind, words):
            work()

    def test_names_and_numbers_are_checked(self):
        self.refuse("did you mean 'TakeCover'", lambda: umwelt.make("TakeCovr"))
        self.refuse("no text", lambda: umwelt.make(None))
        self.refuse("no text", lambda: umwelt.make("Take\0Cover"))
        self.refuse("no such file", lambda: umwelt.make("nowhere.yaml"))
        self.refuse("give one of: pixels64", lambda: umwelt.make("TakeCover", "symbols"))
        self.refuse("rgb_array", lambda: umwelt.make("TakeCover", render_mode="human"))
        self.refuse("render_size", lambda: umwelt.make("TakeCover", render_size=3))
        self.refuse("width: 0", lambda: umwelt.make("TakeCover", render_size=(0, 3)))
        self.refuse("count: 0", lambda: umwelt.make_vec("TakeCover", 0))
        self.refuse("count: -1", lambda: umwelt.make_vec("TakeCover", -1))
        self.refuse("give fewer|count", lambda: umwelt.make_vec("TakeCover", 1 << 20))
        self.refuse("whole number", lambda: umwelt.make_vec("TakeCover", 2.5))
        self.refuse("threads: 65", lambda: umwelt.make_vec("TakeCover", 2, threads=65))
        self.refuse("NextStep", lambda: umwelt.make_vec("TakeCover", 2, autoreset_mode="sometimes"))

    def test_actions_are_checked_before_anything_moves(self):
        envs = umwelt.make_vec("MiniGrid-DoorKey-5x5-v0", 2)
        self.refuse("no episode has begun", lambda: envs.step([0, 0]))
        envs.reset(seed=0)
        state = envs.get_state(0)
        self.refuse("slot 1: action 7 of 7", lambda: envs.step([2, 7]))
        self.refuse("action -1", lambda: envs.step([-1, 0]))
        self.refuse("slot 0: action", lambda: envs.step(np.array([1 << 40, 0])))
        self.refuse("slot 0: action", lambda: envs.step(np.array([(1 << 64) - 1, 0], np.uint64)))
        self.refuse("shape", lambda: envs.step([0]))
        self.refuse("shape", lambda: envs.step(0))
        self.refuse("float64", lambda: envs.step([0.0, 1.0]))
        self.refuse("bool", lambda: envs.step([True, False]))
        self.refuse("array of", lambda: envs.step(["left", "right"]))
        after, before = umwelt.make_vec("MiniGrid-DoorKey-5x5-v0", 2), envs.step([2, 2])[0]["image"]
        after.reset(seed=0)
        np.testing.assert_array_equal(after.step([2, 2])[0]["image"], before)
        envs.set_state(1, state)
        rows = umwelt.make("IcePuck")
        rows.reset(seed=0)
        self.refuse("component 1 of its action is nan", lambda: rows.step([0, float("nan")]))
        self.refuse("component 0 of its action is 2.0", lambda: rows.step([2, 0]))
        self.refuse("shape", lambda: rows.step(1))

    def test_seeds_masks_and_indices_are_checked(self):
        envs = umwelt.make_vec("TakeCover", 2)
        for seed in (-1, 1 << 64, [1], [1, -2], [1, 2.5], "ab"):
            self.refuse("seed", lambda: envs.reset(seed=seed))
        envs.reset(seed=[None, 3])
        for mask in ([True, False], np.array([1, 0]), np.array([True]), np.zeros(2, np.bool_)):
            self.refuse("reset_mask", lambda: envs.reset(options={"reset_mask": mask}))
        for slot in (-1, 2, "0", None, 1 << 40):
            self.refuse("environment", lambda: envs.get_state(slot))
        self.refuse("state", lambda: envs.set_state(0, "a state"))

    def test_states_of_other_worlds_are_refused(self):
        take, empty, door = (umwelt.make(id) for id in ("TakeCover", "MiniGrid-Empty-5x5-v0", "MiniGrid-DoorKey-5x5-v0"))
        for env in (take, empty, door):
            env.reset(seed=0)
        state = empty.get_state()
        self.refuse("the state shows|another kind", lambda: take.set_state(state))
        self.refuse("another kind", lambda: door.set_state(state))
        self.refuse("no episode has begun", umwelt.make("TakeCover").get_state)
        for thing in (state, take):
            self.assertRaises(TypeError, copy.deepcopy, thing)
            self.assertRaises(TypeError, pickle.dumps, thing)

    def test_what_is_closed_stays_closed(self):
        env = umwelt.make("TakeCover", render_mode="rgb_array")
        env.reset(seed=0)
        env.close()
        env.close()
        for work in (env.reset, lambda: env.step(0), env.render, env.get_state):
            self.refuse("closed", work, umwelt.Closed)

    def test_numbers_that_were_never_handles_are_closed_ones(self):
        for number in (0, -1, 1 << 62, 999_999):
            self.assertEqual(_native.library.umwelt_close(number), 2)
            self.assertEqual(_native.library.umwelt_environments_step(number), 2)
            self.assertEqual(_native.library.umwelt_model_features(number, None, 0), 2)

    def test_two_threads_at_once_are_told_so_and_nothing_breaks(self):
        envs = umwelt.make_vec("TakeCover", 256, threads=2)
        envs.reset(seed=0)
        told, other = [], []
        def step():
            for _ in range(200):
                try:
                    envs.step(np.ones(256, np.int64))
                except umwelt.Busy as error:
                    told.append(str(error))
                except Exception as error:
                    other.append(error)
        self.run_threads([step] * 4)
        self.assertEqual(other, [])
        self.assertTrue(told and "one thread at a time" in told[0])
        envs.step(np.ones(256, np.int64))

    def test_closing_under_another_threads_hands_is_refused(self):
        for _ in range(5):
            envs = umwelt.make_vec("TakeCover", 4096, threads=1, copy=False)
            envs.reset(seed=0)
            starts = threading.Event()
            def step():
                starts.set()
                envs._batch.step()
            stepping = threading.Thread(target=step)
            stepping.start()
            starts.wait()
            # A step takes some twenty milliseconds.
            time.sleep(0.004)
            try:
                envs.close()
            except umwelt.Busy:
                stepping.join()
                envs.step(np.ones(4096, np.int64))
                envs.close()
                return
            stepping.join()
        self.fail("the handle was closed at once, five times over")

    def test_a_thread_each_works_as_one_alone(self):
        found = {}
        def play(seed):
            env = umwelt.make_vec("MiniGrid-DoorKey-6x6-v0", 64, threads=2)
            env.reset(seed=seed)
            generator = np.random.default_rng(seed)
            shown = [env.step(generator.integers(0, 7, 64))[0]["image"] for _ in range(100)]
            return np.stack(shown).tobytes()
        def keep(seed):
            found[seed] = play(seed)
        self.run_threads([lambda seed=seed: keep(seed) for seed in range(4)])
        self.assertEqual(found, {seed: play(seed) for seed in range(4)})

    @staticmethod
    def run_threads(works):
        threads = [threading.Thread(target=work) for work in works]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    @unittest.skipUnless(hasattr(os, "fork"), "this system has no fork")
    def test_a_fork_refuses_what_was_made_before_and_makes_its_own(self):
        envs = umwelt.make_vec("TakeCover", 256, threads=2)
        envs.reset(seed=0)
        wanted = envs.step(np.ones(256, np.int64))[0].tobytes()
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reader)
            said = b"nothing"
            try:
                try:
                    envs.step(np.ones(256, np.int64))
                except umwelt.Forked:
                    mine = umwelt.make_vec("TakeCover", 256, threads=2)
                    mine.reset(seed=0)
                    shown = mine.step(np.ones(256, np.int64))[0].tobytes()
                    said = b"well" if shown == wanted else b"otherwise"
            finally:
                os.write(writer, said)
                os._exit(0)
        os.close(writer)
        with os.fdopen(reader, "rb") as pipe:
            self.assertEqual(pipe.read(), b"well")
        self.assertEqual(os.waitpid(child, 0)[1], 0)
        envs.step(np.ones(256, np.int64))

    def test_worker_processes_of_gymnasium_work(self):
        from gymnasium.vector import AsyncVectorEnv
        umwelt.make_vec("TakeCover", 64).reset(seed=0)
        for context in ("fork", "spawn"):
            envs = AsyncVectorEnv([make_one] * 2, context=context)
            shown, _ = envs.reset(seed=5)
            np.testing.assert_array_equal(shown[0], make_one().reset(seed=5)[0])
            envs.step([0, 1])
            envs.close()

    def test_random_calls_never_kill(self):
        chance = random.Random(17)
        library, handles = _native.library, []
        for _ in range(6):
            handles += [umwelt.make_vec("MiniGrid-Dynamic-Obstacles-5x5-v0", 3, autoreset_mode=mode)._batch
                        for mode in ("SameStep", "NextStep", "Disabled")]
        keep, codes = [], {}
        room = (ctypes.c_char * 65536)()
        for _ in range(FUZZ_CALLS):
            code = self.random_call(library, chance, handles, room, keep)
            codes[code] = codes.get(code, 0) + 1
        self.assertEqual(set(codes) - {0, 1, 2, 5}, set())
        self.assertGreater(codes[0], 100)
        self.assertGreater(codes[1], 100)

    def random_call(self, library, chance, handles, room, keep):
        """A call with arguments of the right kinds and any values; what is written goes to room that is large enough."""
        def number(most=(1 << 31) - 1):
            return chance.choice([0, 1, 2, 3, 64, -1, most, -most, chance.randint(-most, most)])
        def handle():
            if chance.random() < 0.1:
                return number((1 << 62) - 1)
            held = chance.choice(handles)
            return held.number
        address = ctypes.addressof(room)
        long = ctypes.c_int64()
        which = chance.randrange(9)
        if which == 0:
            return library.umwelt_environments_step(handle())
        if which == 1:
            return library.umwelt_environments_reset(
                handle(), chance.choice([None, address]), chance.choice([None, address]),
                chance.choice([None, address]), chance.choice([3, 3, number()]))
        if which == 2:
            size = chance.choice([8, 8, number()])
            wanted = size * size * 3 if 0 < size <= 100 else chance.choice([0, 3, -1])
            return library.umwelt_environments_draw(handle(), number(), size, size, chance.choice([None, address]), wanted)
        if which == 3:
            return library.umwelt_environments_missions(
                handle(), chance.choice([None, address]), chance.choice([0, -1, 5, 65536]), long)
        if which == 4:
            return library.umwelt_environments_describe(handle(), address, chance.choice([0, -5, 100, 65536]), long)
        if which == 5:
            code = library.umwelt_environments_state(handle(), number(), long)
            if code == 0:
                keep.append(long.value)
                if len(keep) > 40:
                    library.umwelt_close(keep.pop(0))
            return code
        if which == 6:
            state = chance.choice(keep) if keep and chance.random() < 0.8 else number()
            return library.umwelt_environments_set_state(handle(), number(), state)
        if which == 7:
            name = chance.choice([None, b"", b"TakeCover", b"MiniGrid-Empty-5x5-v0", b"\xff\xfe", b"x.yaml"])
            kind = chance.choice([None, b"", b"symbols", b"pixels64", b"full", b"partial999", b"view4"])
            code = library.umwelt_environments_make(
                name, kind, chance.choice([1, 2, number()]), number(), number(), long)
            if code == 0:
                keep.append(long.value)
            return code
        return library.umwelt_run_encode(handle(), address, number(), number(), address, None, number())


    @unittest.skipUnless(PROGRAM.is_file(), "the program is not built: make build")
    def test_random_calls_on_a_run_never_kill(self):
        """Models, dreams and policies: whatever is lent, lengths that are said to be right are."""
        chance = random.Random(23)
        library, run = _native.library, umwelt.Run(dreaming_run(), threads=2)
        # Three slots of each; room for the frames of eight, in which any bytes lie.
        slots, size, room = 3, int(np.prod(run.frame_shape)), np.random.default_rng(1).integers(0, 256, 8 * 64 * 64 * 3, np.uint8)
        address, long, features = room.ctypes.data, ctypes.c_int64(), sum(
            int(np.prod(field["shape"])) for field in run.about["features"])
        latents, made, codes = run.about["latentSize"], {"model": [], "policy": [], "snapshot": [], "dream": []}, {}
        seen = sum(int(np.prod(field["shape"])) for field in run.about["features"] if field["name"] in run.about["agentInput"])
        def number(right):
            return right if chance.random() < 0.7 else chance.choice([0, 1, 2, -1, right - 1, right + 1, (1 << 31) - 1, -(1 << 31)])
        def lent(null=0.3):
            return None if chance.random() < null else address
        def handle(kind):
            if chance.random() < 0.1:
                return chance.choice([0, -1, run.number, 1 << 40, *(made[chance.choice(list(made))][-1:])])
            return chance.choice(made[kind]) if made[kind] else 0
        def keep(kind, code):
            if code == 0:
                made[kind].append(long.value)
                if len(made[kind]) > 6:
                    library.umwelt_close(made[kind].pop(chance.randrange(3)))
            return code
        owner = lambda: run.number if chance.random() < 0.9 else handle("model")
        calls = [
            lambda: keep("model", library.umwelt_model_make(owner(), number(slots), long)),
            lambda: keep("policy", library.umwelt_policy_make(owner(), number(slots), long)),
            lambda: keep("dream", library.umwelt_dream_make(
                owner(), number(slots), number(1), chance.choice([1, float("nan"), 0, -1, float("inf"), 1e-30, 1e30]),
                number(20), long)),
            lambda: keep("snapshot", library.umwelt_model_snapshot(handle("model"), number(1), long)),
            lambda: library.umwelt_model_restore(handle("model"), number(1), handle("snapshot")),
            lambda: library.umwelt_model_begin(handle("model"), lent(), lent(), number(slots)),
            lambda: library.umwelt_model_observe(handle("model"), lent(0.1), number(slots * size), lent(), lent()),
            lambda: library.umwelt_model_imagine(
                handle("model"), lent(0.1), lent(), chance.choice([1, 0.5, 0, -1, float("nan"), float("inf"), 1e-38, 1e38]),
                lent(0.1), lent(0.1), number(slots)),
            lambda: library.umwelt_model_features(handle("model"), lent(0.1), number(slots * features)),
            lambda: library.umwelt_model_decode(handle("model"), lent(), lent(0.1), number(slots * size)),
            lambda: library.umwelt_policy_begin(handle("policy"), lent(), lent(), number(slots)),
            lambda: library.umwelt_policy_act(handle("policy"), lent(0.1), number(slots * size), lent(), lent(0.1), number(slots)),
            lambda: library.umwelt_policy_act_on_features(
                handle("policy"), lent(0.1), number(slots * seen), lent(), lent(0.1), number(slots)),
            lambda: library.umwelt_run_encode(owner(), lent(0.1), number(2 * size), number(2), lent(0.1), lent(), number(2 * latents)),
            lambda: library.umwelt_run_decode(owner(), lent(0.1), number(2 * latents), number(2), lent(0.1), number(2 * size)),
            lambda: library.umwelt_run_describe(owner(), lent(0.1), number(60), long),
            lambda: library.umwelt_environments_reset(handle("dream"), lent(), lent(), None, number(slots)),
            lambda: library.umwelt_environments_step(handle("dream")),
            lambda: keep("snapshot", library.umwelt_environments_state(handle("dream"), number(1), long)),
        ]
        for turn in range(max(2_000, FUZZ_CALLS // 20)):
            if turn % 50 == 0:
                # Zeros are what actions, masks and numbers can be.
                room[:] = 0 if chance.random() < 0.6 else np.random.default_rng(turn).integers(0, 256, room.size, np.uint8)
            code = chance.choice(calls)()
            codes[code] = codes.get(code, 0) + 1
        self.assertEqual(set(codes) - {0, 1, 2, 5}, set())
        self.assertGreater(codes[0], 100)
        self.assertGreater(codes[1], 100)


def make_one():
    return umwelt.make("TakeCover")


if __name__ == "__main__":
    unittest.main()
