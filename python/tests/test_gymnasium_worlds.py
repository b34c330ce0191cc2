"""Environments of Gymnasium's as worlds of the program: `gym:ID`."""
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import unittest
from pathlib import Path

import gymnasium
import numpy as np

import umwelt.data
from support import PROGRAM, ROOT, folder

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import odd_environments  # noqa: E402,F401

PAGE = ROOT / "docs" / "gymnasium-worlds.md"
ODD = "gym:odd_environments:"
LITTLE = [
    "--preset", "ppo", "--set", "learner.environments=8", "--set", "learner.horizon=64", "--set",
    "learner.checkpointEvery=2", "--set", "evaluate.episodes=4"]


def environment(**more):
    """The variables of a program that finds this Python and the odd environments."""
    return {**os.environ, "UMWELT_PYTHON": sys.executable, "PYTHONPATH": str(HERE), **more}


def start(*arguments, **more):
    return subprocess.Popen(
        [PROGRAM, *map(str, arguments)], cwd=folder(), env=environment(**more), stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True)


def finish(process, seconds=120):
    output, errors = process.communicate(timeout=seconds)
    return process.returncode, output, errors


def done(*arguments, **more):
    return finish(start(*arguments, **more))


def children(process):
    """The numbers of a process's workers."""
    numbers = []
    for task in Path(f"/proc/{process}/task").glob("*/children"):
        try:
            numbers += map(int, task.read_text().split())
        except OSError:
            pass
    return numbers


def wait_for(condition, seconds=30):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = condition()
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError("it did not come to pass")


def is_gone(number):
    try:
        return Path(f"/proc/{number}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except OSError:
        return True


def named_files():
    return {
        str(path) for place in ("/dev/shm", os.environ.get("TMPDIR", "/tmp")) if os.path.isdir(place)
        for path in Path(place).glob("umwelt-??????")}


def same_file_names(run):
    return sorted(path for path in run.rglob("*") if path.is_file() and path.suffix in (".npy", ".safetensors"))


def differences(one, other):
    names = [path.relative_to(one) for path in same_file_names(one)]
    assert names == [path.relative_to(other) for path in same_file_names(other)] and names
    return [str(name) for name in names if (one / name).read_bytes() != (other / name).read_bytes()]


def played(world, actions, *options, observation=None, seed=3):
    """What the program records of given actions."""
    place = folder() / "actions.txt"
    place.write_text("".join(line + "\n" for line in actions))
    target = folder() / "recorded"
    shutil.rmtree(target, ignore_errors=True)
    code, _, errors = done(
        "rollout", world, "--actions", place, "--seed", seed, "--save", target,
        *(["--observation", observation] if observation else []), *options)
    assert code == 0, errors
    return umwelt.data.Episodes(str(target))[0]


def original(name, actions, seed=3, **options):
    """What Gymnasium gives of the same: observations, rewards, ends."""
    env = gymnasium.make(name, **options)
    observations, rewards, ends = [env.reset(seed=seed)[0]], [], []
    for action in actions:
        observation, reward, terminated, truncated, _ = env.step(action)
        observations.append(observation)
        rewards.append(reward)
        ends.append((terminated, truncated))
        if terminated or truncated:
            break
    return env, observations, rewards, ends


def floats(episode):
    """The numbers of an observation: the bytes of Float32."""
    return np.ascontiguousarray(episode.observations).view("<f4")[..., 0]


def area_resized(picture, side=64):
    """A picture of 64 by 64, each pixel the mean of the area it covers."""
    def weights(old):
        matrix = np.zeros((side, old))
        for new in range(side):
            for place in range(old):
                matrix[new, place] = max(0, min((new + 1) * old, (place + 1) * side) - max(new * old, place * side))
        return matrix
    rows, columns = weights(picture.shape[0]), weights(picture.shape[1])
    total = np.einsum("yr,rcn,xc->yxn", rows, picture.astype(np.float64), columns)
    return np.floor((2 * total + picture.shape[0] * picture.shape[1]) / (2 * picture.shape[0] * picture.shape[1]))


@unittest.skipUnless(PROGRAM.is_file(), "the program is not built: make build")
class GymnasiumWorldTests(unittest.TestCase):
    def check(self, world, name, choices, actions, shown, observation=None, **options):
        """Compares what the program records with what Gymnasium gives."""
        episode = played(world, choices, observation=observation)
        env, observations, rewards, ends = original(name, actions, **options)
        self.assertEqual(len(episode.rewards), len(rewards))
        np.testing.assert_array_equal(episode.rewards, np.array(rewards, np.float32))
        self.assertEqual((bool(episode.terminated[-1]), bool(episode.truncated[-1])), ends[-1])
        for step, one in enumerate(observations):
            np.testing.assert_array_equal(shown(episode, step), one, err_msg=f"step {step}")

    def test_numbers_are_what_gymnasium_gives(self):
        draws = np.random.default_rng(1).integers(0, 2, 60)
        self.check(
            "gym:CartPole-v1", "CartPole-v1", map(str, draws), draws, lambda episode, step: floats(episode)[step])
        draws = np.random.default_rng(1).integers(0, 3, 60)
        episode = played(ODD + "Count-v0", map(str, draws))
        _, observations, rewards, _ = original("Count-v0", draws + 2)
        np.testing.assert_array_equal(floats(episode), np.array(observations, np.float32))
        np.testing.assert_array_equal(episode.rewards, np.array(rewards, np.float32))
        np.testing.assert_array_equal(np.array(episode.facts), np.array(observations, np.float32))

    def test_actions_that_are_numbers(self):
        draws = np.random.default_rng(1).uniform(-2, 2, (200, 1)).astype(np.float32)
        self.check(
            "gym:Pendulum-v1", "Pendulum-v1", [str(float(row[0])) for row in draws], draws,
            lambda episode, step: floats(episode)[step])

    def test_dictionaries_become_numbers_as_gymnasium_flattens_them(self):
        draws = np.random.default_rng(1).integers(0, 6, 60)
        episode = played(ODD + "Mixed-v0", map(str, draws))
        env, observations, rewards, _ = original("Mixed-v0", [np.array([draw // 2, draw % 2]) for draw in draws])
        space = gymnasium.spaces.Dict({
            key: part for key, part in env.observation_space.spaces.items() if key != "note"})
        flat = [gymnasium.spaces.flatten(space, {key: one[key] for key in space.spaces}) for one in observations]
        np.testing.assert_array_equal(floats(episode), np.array(flat, np.float32))
        np.testing.assert_array_equal(episode.rewards, np.array(rewards, np.float32))

    def test_symbols_of_minigrid(self):
        draws = np.random.default_rng(1).integers(0, 3, 60)
        world = "MiniGrid-DoorKey-5x5-v0"
        import minigrid  # noqa: F401
        episode = played("gym:" + world, map(str, draws))
        _, observations, rewards, _ = original(world, draws)
        for step, one in enumerate(observations):
            wanted = np.concatenate([one["image"].ravel(), [one["direction"]]])
            np.testing.assert_array_equal(episode.observations[step].ravel(), wanted)
        native = played(world, map(str, draws))
        np.testing.assert_array_equal(native.observations, episode.observations)
        np.testing.assert_array_equal(native.rewards, episode.rewards)

    def test_pictures_are_what_is_observed_or_rendered(self):
        rows = np.random.default_rng(1).uniform([-1, 1], [0, 2], (20, 2)).astype(np.float32)
        lines = [f"{float(row[0])} {float(row[1])}" for row in rows]
        _, observations, _, _ = original("Picture-v0", rows[:, None])
        for kind in ("image", "pixels64"):
            episode = played(ODD + "Picture-v0", lines, observation=kind)
            for step, one in enumerate(observations):
                np.testing.assert_array_equal(
                    episode.observations[step], one if kind == "image" else area_resized(one))
        _, observations, _, _ = original("Grey-v0", rows[:, None])
        episode = played(ODD + "Grey-v0", lines, observation="pixels64")
        for step, one in enumerate(observations):
            np.testing.assert_array_equal(
                episode.observations[step], np.repeat(area_resized(one[:, :, None]), 3, 2))
        env = gymnasium.make("Count-v0", render_mode="rgb_array")
        env.reset(seed=3)
        episode = played(ODD + "Count-v0", ["0"] * 5, observation="pixels64")
        for step in range(5):
            np.testing.assert_array_equal(episode.observations[step], area_resized(env.render()))
            env.step(2)

    def test_results_do_not_depend_on_workers(self):
        places = []
        for workers in (1, 2, 3):
            places.append(folder() / f"workers-{workers}")
            code, _, errors = done(
                "rollout", ODD + "Mixed-v0", "--episodes", 9, "--gym-workers", workers, "--save", places[-1])
            self.assertEqual(code, 0, errors)
        for other in places[1:]:
            self.assertEqual(differences(places[0], other), [])

    def test_the_contract_holds_and_is_asked_for(self):
        for name in ("Count", "Mixed", "Picture"):
            code, output, errors = done("check", f"{ODD}{name}-v0", "--seeds", 4)
            self.assertEqual(code, 0, output + errors)
            self.assertIn("8 checks pass", output)
        code, output, errors = done("check", ODD + "Undetermined-v0", "--seeds", 0)
        self.assertEqual(code, 1, output + errors)
        self.assertRegex(output, "FAILED the same seed gives the same episodes")
        self.assertRegex(output, "FAILED a batch's snapshot(.|\n)*did not come to the same place")

    def test_what_goes_wrong_is_said_in_one_error(self):
        before = named_files()
        expected = [
            ("step", 1, ["slot ", "step: ValueError: no step", "odd_environments.py:", "in go_wrong"]),
            ("reset", 1, ["reset: ValueError: no reset", "odd_environments.py:"]),
            ("init", 2, ["ValueError: no init", "odd_environments.py:"]),
            ("hang", 1, ["did not answer for", "in go_wrong", "--gym-timeout"]),
            ("exit", 1, ["ended with exit code 7", "good bye"]),
            ("leave", 1, ["step: SystemExit: 3"]),
            ("nan", 1, ["number 0 of the observation is nan"]),
            ("reward", 1, ["the reward is nan"]),
            ("shape", 1, ["has shape (2,), its space says (3,)"]),
            ("kind", 1, ["no number"]),
            ("space", 2, ["Graph", "wrap the environment"]),
            ("unbounded", 2, ["no finite bounds", "RescaleAction"]),
            ("many", 2, ["10000 choices", "wrap the environment"]),
        ]
        for part in (expected[:5], expected[5:9], expected[9:]):
            running = [
                start(
                    "rollout", f"{ODD}Faulty-v0?fault={fault}", "--episodes", 4, "--save", folder() / f"fault-{fault}",
                    "--gym-timeout", 1 if fault == "hang" else 60, "--gym-workers", 2) for fault, _, _ in part]
            for process, (fault, code, words) in zip(running, part):
                with self.subTest(fault):
                    found, output, errors = finish(process)
                    self.assertEqual(found, code, output + errors)
                    for word in words:
                        self.assertIn(word, errors)
                    self.assertEqual(errors.count("error:"), 1, errors)
        self.assertEqual(named_files(), before)

    def test_what_an_environment_prints_does_no_harm(self):
        code, output, errors = done(
            "rollout", ODD + "Faulty-v0?fault=print", "--episodes", 4, "--save", folder() / "fault-print")
        self.assertEqual(code, 0, errors)
        self.assertNotIn("noise", output + errors)

    def test_names_that_are_none(self):
        for name, words in [
            ("gym:", ["no environment is named"]),
            ("gym:CartPol-v1", ["did you mean gym:CartPole-v1?"]),
            ("gym:no_such_module:X-v0", ["no module 'no_such_module'"]),
            ("gym:CartPole-v1?steps", ["'steps' is no option"]),
            ("gym:CartPole-v1?wings=2", ["wings"]),
        ]:
            with self.subTest(name):
                code, output, errors = done("envs", name)
                self.assertEqual(code, 2, output + errors)
                for word in words:
                    self.assertIn(word, errors)
        code, _, errors = done("envs", "gym:CartPole-v1", "--python", "/no/python")
        self.assertEqual((code, "/no/python" in errors, "--python" in errors), (2, True, True), errors)
        code, _, errors = done("envs", "gym:CartPole-v1", PYTHONPATH=str(folder() / "hidden"))
        self.assertEqual(code, 0, errors)
        hidden = folder() / "hidden" / "gymnasium"
        hidden.mkdir(parents=True)
        (hidden / "__init__.py").write_text("raise ImportError('hidden')\n")
        code, _, errors = done("envs", "gym:CartPole-v1", PYTHONPATH=str(folder() / "hidden"))
        self.assertEqual(code, 2, errors)
        self.assertIn("-m pip install gymnasium", errors)
        for option in (["--gym-workers", "0"], ["--gym-timeout", "-1"]):
            code, _, errors = done("envs", "gym:CartPole-v1", *option)
            self.assertEqual(code, 2, errors)
            self.assertIn(option[0], errors)

    def test_why_there_are_no_pictures_is_said(self):
        code, _, errors = done(
            "run", ODD + "Faulty-v0?fault=render", "--preset", "ppo-pixels", "--run-dir", folder() / "no-pictures")
        self.assertEqual(code, 2, errors)
        self.assertIn("it has no pictures, as render() gives no picture but ndarray", errors)

    def test_the_listing_says_what_it_is(self):
        code, output, errors = done("envs", ODD + "Mixed-v0")
        self.assertEqual(code, 0, errors)
        for word in ("numbers, pixels64", "place[1]", "kept", "parts[0][1]", "2-1"):
            self.assertIn(word, output)


@unittest.skipUnless(PROGRAM.is_file(), "the program is not built: make build")
class GymnasiumRunTests(unittest.TestCase):
    def run_to_end(self, name, *more):
        code, output, errors = done(
            "run", ODD + "Count-v0?least=20", *LITTLE, "--steps", 4096, "--run-dir", folder() / name, *more)
        self.assertEqual(code, 0, output + errors)
        return folder() / name

    def test_a_killed_worker_is_started_again_and_a_stopped_run_goes_on(self):
        before = named_files()
        whole = self.run_to_end("whole")
        arguments = ["run", ODD + "Count-v0?least=20", *LITTLE, "--steps", 4096]
        killed = start(*arguments, "--run-dir", folder() / "killed", "--gym-workers", 2)
        wait_for(lambda: (folder() / "killed" / "metrics.jsonl").exists() and (
            folder() / "killed" / "metrics.jsonl").read_text().count("\n") > 1)
        for worker in children(killed.pid)[:1]:
            os.kill(worker, signal.SIGKILL)
        code, _, errors = finish(killed)
        self.assertEqual(code, 0, errors)
        self.assertRegex(errors, "worker process of slots .* was ended by signal 9")
        self.assertEqual(differences(whole, folder() / "killed"), [])

        for number, kind in enumerate((signal.SIGINT, signal.SIGKILL)):
            place = folder() / f"stopped-{number}"
            stopped = start(*arguments, "--run-dir", place, "--gym-workers", 3)
            wait_for(lambda: (place / "metrics.jsonl").exists() and (
                place / "metrics.jsonl").read_text().count("\n") > 2)
            workers = children(stopped.pid)
            self.assertGreaterEqual(len(workers), 2)
            stopped.send_signal(kind)
            code, _, errors = finish(stopped)
            self.assertEqual(code, 130 if kind == signal.SIGINT else -9, errors)
            for worker in workers:
                wait_for(lambda: is_gone(worker), 5)
            code, _, errors = done("run", "--run-dir", place)
            self.assertEqual(code, 0, errors)
            self.assertEqual(differences(whole, place), [])
        self.assertEqual(named_files(), before)

    def test_a_parent_that_is_killed_takes_hanging_workers_with_it(self):
        hanging = start(
            "rollout", ODD + "Faulty-v0?fault=hang", "--episodes", 2, "--save", folder() / "hanging", "--gym-workers", 2)
        workers = wait_for(lambda: len(children(hanging.pid)) == 2 and children(hanging.pid))
        time.sleep(2)
        hanging.kill()
        finish(hanging)
        for worker in workers:
            wait_for(lambda: is_gone(worker), 5)

    def test_models_see_its_pictures(self):
        settings = [part for setting in (
            "loop.frames=300", "model.steps=20", "learner.populationSize=4", "learner.generations=2",
            "learner.episodesPerCandidate=1", "learner.evaluationEpisodes=2", "evaluate.episodes=4")
            for part in ("--set", setting)]
        code, _, errors = done(
            "run", ODD + "Picture-v0", "--preset", "tiny", *settings, "--run-dir", folder() / "pictures", "--set",
            "agent.observation=pixels64")
        self.assertEqual(code, 0, errors)
        for command in (
                ["watch", folder() / "pictures", "--frames", 5, "--save", folder() / "watch.gif"],
                ["evaluate", "policy", folder() / "pictures", "--seeds", 4],
                ["report", folder() / "pictures"]):
            code, output, errors = done(*command)
            self.assertEqual(code, 0, f"{command}: {output}{errors}")
        code, _, errors = done(
            "train", "vision", "--frames", ODD + "Picture-v0", "--preset", "tiny", "--set", "loop.frames=300", "--set",
            "model.steps=20", "--run-dir", folder() / "vision")
        self.assertEqual(code, 0, errors)
        code, _, errors = done("run", ODD + "Count-v0", "--preset", "tiny", "--set", "agent.observation=numbers",
                               "--set", "data.kind=vectors", "--run-dir", folder() / "numbers")
        self.assertEqual(code, 2, errors)
        self.assertIn("--preset ppo", errors)

    @unittest.skipUnless(os.environ.get("UMWELT_SLOW"), "half a minute: UMWELT_SLOW=1")
    def test_cartpole_is_learned(self):
        code, output, errors = done(
            "run", "gym:CartPole-v1", "--preset", "ppo", "--steps", 100_000, "--run-dir", folder() / "cartpole")
        self.assertEqual(code, 0, errors)
        found = json.loads((folder() / "cartpole" / "summary.json").read_text())["returns"]["trained"]["mean"]
        self.assertGreaterEqual(found, 400)

    def test_it_is_played_without_a_display(self):
        code, output, errors = done(
            "play", ODD + "Count-v0", "--frames", 10, "--save", folder() / "play.gif")
        self.assertEqual(code, 0, output + errors)
        self.assertTrue((folder() / "play.gif").is_file())


@unittest.skipUnless(PROGRAM.is_file(), "the program is not built: make build")
class GymnasiumPageTests(unittest.TestCase):
    def test_every_command_of_the_page_runs(self):
        lines = [
            line.split("#")[0].strip() for block in re.findall(r"```sh\n(.*?)```", PAGE.read_text(), re.S)
            for line in block.replace("\\\n", " ").splitlines()]
        commands = [line for line in lines if line.startswith("umwelt ")]
        self.assertGreater(len(commands), 5)
        place = folder() / "page"
        place.mkdir()
        shutil.copy(HERE / "odd_environments.py", place / "my_module.py")
        for line in commands:
            with self.subTest(line):
                line = line.replace("umwelt ", f"{PROGRAM} ", 1).replace("MyEnv-v0", "Count-v0")
                line = line.replace("venv/bin/python", sys.executable)
                line = re.sub(r"--steps \d+", "--steps 1024 --set evaluate.episodes=2", line)
                ran = subprocess.run(
                    line, shell=True, cwd=place, env={**environment(), "PYTHONPATH": ""}, capture_output=True,
                    text=True, timeout=200)
                self.assertEqual(ran.returncode, 0, ran.stderr)


if __name__ == "__main__":
    unittest.main()
