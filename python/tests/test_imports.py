"""Episodes of others: what is imported trains, and what cannot be leaves nothing behind."""
import json
import shutil
import unittest
from unittest import mock

import numpy as np
import umwelt
from support import PROGRAM, folder, program
from umwelt.data import DataError, Episodes

# A dot that goes where it is told.
STEPS, SIDE = 12, 64


def drive(number, steps=STEPS, side=SIDE):
    """Frames `[steps + 1, side, side, 3]` of a dot, and the choices 0, 1, 2 that move it left, not, right."""
    generator = np.random.default_rng(number)
    actions = generator.integers(0, 3, steps)
    places = np.clip(20 + 4 * np.concatenate([[number], np.cumsum(actions - 1)]), 4, side - 5)
    frames = np.full((steps + 1, side, side, 3), 30, np.uint8)
    for frame, place in zip(frames, places):
        frame[side // 2 - 3:side // 2 + 4, place - 3:place + 4] = (220, 90 + 10 * number, 60)
    return frames, actions


@unittest.skipUnless(PROGRAM.is_file(), "the program is not built: make build")
class ImportTests(unittest.TestCase):
    def setUp(self):
        self.place = folder() / self.id().split(".")[-1]
        shutil.rmtree(self.place, ignore_errors=True)
        self.place.mkdir()

    def trains(self, name, run=True):
        """Trains V on a folder, and V, M and C."""
        path = self.place / name
        program(
            "train", "vision", "--frames", path, "--preset", "tiny", "--steps", "2", "--run-dir", self.place / "vision")
        if run:
            small = ["model.steps=4", "learner.generations=2", "learner.populationSize=4", "evaluate.episodes=2"]
            settings = [part for setting in small for part in ("--set", setting)]
            program("run", "--data", path, "--preset", "tiny", *settings, "--run-dir", self.place / "run")
            summary = json.loads((self.place / "run" / "summary.json").read_text())
            self.assertEqual(summary["data"]["episodes"], len(Episodes(path)))
            model = umwelt.WorldModel(self.place / "run")
            frames = Episodes(path)[0].observations
            self.assertEqual(len(model.encode(frames)[0]), len(frames))

    def refuse(self, words, work):
        """Nothing is written where something is wrong."""
        target = self.place / "target"
        with self.assertRaisesRegex(DataError, words):
            work(target)
        self.assertFalse(target.exists())

    def test_records_of_world_models(self):
        records = self.place / "record"
        records.mkdir()
        for number in range(4):
            frames, actions = drive(number)
            rows = np.stack([actions - 1, 0.5 * actions, 0 * actions], axis=1).astype(np.float16)
            np.savez_compressed(records / f"{number}.npz", obs=frames[:-1], action=rows)
        self.assertEqual(umwelt.data.from_npz(records, self.place / "out", reward=1, terminates=True), 4)
        episodes = Episodes(self.place / "out")
        self.assertEqual(episodes.actions, {"kind": "continuous", "bounds": [[-1, 1], [0, 1], [0, 0]]})
        frames, actions = drive(2)
        episode = episodes[2]
        # The frame after the last action is not in a record.
        np.testing.assert_array_equal(episode.observations, frames[:-1])
        np.testing.assert_array_equal(episode.actions[:, 0], actions[:-1] - 1)
        self.assertTrue(episode.terminated[-1] and episode.rewards.min() == 1 and not episode.truncated.any())
        self.trains("out")

    def test_recordings_of_crafter(self):
        records = self.place / "crafter"
        records.mkdir()
        for number in range(3):
            frames, actions = drive(number)
            rows = len(frames)
            np.savez_compressed(
                records / f"2026-ach{number}-len{rows}.npz", image=frames, action=np.concatenate([[0], actions]),
                reward=np.arange(rows, dtype=np.float32), done=np.arange(rows) == rows - 1,
                discount=np.ones(rows, np.float32), achievement_wood=np.arange(rows))
        umwelt.data.from_npz(records, self.place / "out", actions=["left", "stay", "right"])
        episodes = Episodes(self.place / "out")
        self.assertEqual((episodes.fact_names, episodes.actions["names"]), (["achievement_wood"], ["left", "stay", "right"]))
        frames, actions = drive(1)
        np.testing.assert_array_equal(episodes[1].observations, frames)
        np.testing.assert_array_equal(episodes[1].actions, actions)
        np.testing.assert_array_equal(episodes[1].rewards, np.arange(1, len(frames)))
        np.testing.assert_array_equal(episodes[1].facts[:, 0], np.arange(len(frames)))
        # Time was up: its discount stayed 1.
        self.assertTrue(episodes[1].truncated[-1] and not episodes[1].terminated.any())
        self.trains("out")

    def test_tables_of_transitions_are_cut_where_episodes_end(self):
        parts = [drive(number, steps) for number, steps in enumerate((5, 1, 7))]
        ends = np.concatenate([np.arange(len(actions)) == len(actions) - 1 for _, actions in parts])
        table = {
            "observations": np.concatenate([frames[:-1] for frames, _ in parts]),
            "next_observations": np.concatenate([frames[1:] for frames, _ in parts]),
            "actions": np.eye(3, dtype=np.float32)[np.concatenate([actions for _, actions in parts])],
            "rewards": np.arange(13.0), "terminals": ends}
        np.savez(self.place / "table.npz", **table)
        umwelt.data.from_npz(self.place / "table.npz", self.place / "out", size=32)
        episodes = Episodes(self.place / "out")
        self.assertEqual([len(episode) for episode in episodes], [5, 1, 7])
        self.assertEqual(episodes.frame_shape, (32, 32, 3))
        for episode, (frames, actions) in zip(episodes, parts):
            np.testing.assert_array_equal(episode.actions, actions)
            self.assertTrue(episode.terminated[-1])
            halved = frames.reshape(len(frames), 32, 2, 32, 2, 3).astype(np.float32).mean((2, 4))
            np.testing.assert_allclose(episode.observations, halved, atol=0.51)

    def test_any_lengths_and_kinds_come_back(self):
        generator = np.random.default_rng(5)
        for trial in range(20):
            steps = [int(number) for number in generator.integers(1, 9, generator.integers(1, 5))]
            height, width, channels = (int(number) for number in (*generator.integers(1, 20, 2), generator.choice([1, 3])))
            width_of_actions = int(generator.integers(0, 4))
            source, out = self.place / f"in{trial}", self.place / f"out{trial}"
            source.mkdir()
            given = []
            for number, count in enumerate(steps):
                frames = generator.integers(0, 256, (count + 1, height, width, channels), np.uint8)
                shape = (count, width_of_actions) if width_of_actions else (count,)
                actions = generator.normal(size=shape).astype(np.float32) if width_of_actions else generator.integers(0, 5, count)
                given.append((frames, actions, generator.normal(size=count).astype(np.float32)))
                np.savez(source / f"{number}.npz", frames=frames, actions=actions, rewards=given[-1][2])
            umwelt.data.from_npz(source, out)
            for episode, (frames, actions, rewards) in zip(Episodes(out), given, strict=True):
                np.testing.assert_array_equal(episode.observations, frames)
                np.testing.assert_array_equal(episode.actions, actions)
                np.testing.assert_array_equal(episode.rewards, rewards)

    def test_archives_that_are_none_are_refused(self):
        frames, actions = drive(0)
        good, bad = self.place / "a.npz", self.place / "b.npz"
        np.savez_compressed(good, obs=frames, action=actions)
        def load(path=None, **options):
            return lambda target: umwelt.data.from_npz(path or [good, bad], target, **options)
        def saved(**arrays):
            np.savez(bad, **arrays)
        self.refuse("no such file", load(self.place / "none.npz"))
        (self.place / "empty").mkdir()
        self.refuse("holds no .npz files", load(self.place / "empty"))
        data = good.read_bytes()
        for length in (0, 3, len(data) // 2, len(data) - 30):
            bad.write_bytes(data[:length])
            self.refuse("b.npz: cannot be read", load())
        damaged = bytearray(data)
        damaged[200:260] = bytes(60)
        bad.write_bytes(damaged)
        self.refuse("b.npz: cannot be read", load())
        saved(obs=frames)
        self.refuse("b.npz: holds no array 'action'", load())
        saved(action=actions)
        self.refuse("b.npz: holds no array 'obs'", load())
        saved(obs=frames, action=actions[:-3])
        self.refuse("b.npz: 13 frames and 9 actions", load())
        saved(obs=frames[:, :50], action=actions)
        self.refuse("observations of shape", load())
        saved(obs=frames, action=np.stack([actions, actions], 1).astype(np.float32))
        self.refuse("b.npz: actions of 2 numbers", load())
        saved(obs=frames, action=np.full(STEPS, np.nan))
        self.refuse("b.npz: an action is no number", load())
        saved(obs=frames, action=actions, reward=np.full(STEPS, np.inf))
        self.refuse("a reward is no number", load())
        saved(obs=frames, action=actions, reward=np.zeros(3))
        self.refuse("b.npz: rewards of shape", load())
        saved(obs=frames.astype(np.float64) - 99, action=actions)
        self.refuse("b.npz: frames of float64 from", load())
        saved(obs=np.array([{}] * 13, dtype=object), action=actions)
        self.refuse("b.npz: cannot be read", load())
        self.refuse("size: 3", load(good, size=3))
        self.refuse("outside of the space", load(good, actions=2))

    def test_what_fails_late_leaves_nothing(self):
        def made(number):
            frames, actions = drive(number)
            flags = np.zeros(STEPS, np.bool_)
            return umwelt.data.Episode(
                seed=number, observations=frames, actions=actions, rewards=np.full(STEPS, np.nan if number == 3 else 0, np.float32),
                terminated=flags, truncated=flags, facts=np.zeros((STEPS + 1, 0), np.float32))
        def write(target):
            umwelt.data.write(target, map(made, range(4)), world="w", actions=3, frames_per_shard=4)
        self.refuse("episode 3: a reward is no number", write)
        # A folder that was there stays, as empty as it was.
        (self.place / "empty").mkdir()
        with self.assertRaises(DataError):
            write(self.place / "empty")
        self.assertEqual(list((self.place / "empty").iterdir()), [])

    def film(self, path, frames, rate=10):
        """Writes a film without loss, or skips the test."""
        try:
            import av
        except ImportError:
            self.skipTest("PyAV is not installed, which these tests write films with")
        with av.open(str(path), "w") as opened:
            stream = opened.add_stream("libx264rgb", rate=rate)
            stream.width, stream.height, stream.pix_fmt = frames.shape[2], frames.shape[1], "rgb24"
            stream.options = {"crf": "0"}
            for frame in frames:
                for packet in stream.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")):
                    opened.mux(packet)
            for packet in stream.encode():
                opened.mux(packet)

    def test_films(self):
        films = self.place / "films"
        films.mkdir()
        for number in range(3):
            self.film(films / f"{number}.mp4", drive(number)[0])
        umwelt.data.from_videos(films, self.place / "out", told=lambda path: {
            "actions": drive(int(path.stem))[1], "rewards": np.ones(STEPS)}, actions=["left", "stay", "right"])
        for number, episode in enumerate(Episodes(self.place / "out")):
            frames, actions = drive(number)
            np.testing.assert_array_equal(episode.observations, frames)
            np.testing.assert_array_equal(episode.actions, actions)
        self.trains("out")
        umwelt.data.from_videos(films, self.place / "cut", steps=5, size=32)
        self.assertEqual([len(episode) for episode in Episodes(self.place / "cut")], [5, 5, 2] * 3)
        self.assertEqual(Episodes(self.place / "cut").actions["names"], ["none"])
        whole = (films / "1.mp4").read_bytes()
        (films / "1.mp4").write_bytes(whole[:len(whole) // 2])
        self.refuse("1.mp4: cannot be read as a film", lambda target: umwelt.data.from_videos(films, target))
        (films / "1.mp4").write_bytes(b"")
        self.refuse("1.mp4: ", lambda target: umwelt.data.from_videos(films, target))
        self.refuse("every: 0", lambda target: umwelt.data.from_videos(films, target, every=0))

    def test_animated_pictures(self):
        try:
            from PIL import Image
        except ImportError:
            self.skipTest("Pillow is not installed, which this test writes GIFs with")
        frames, _ = drive(0)
        shown = [Image.fromarray(frame) for frame in frames]
        shown[0].save(self.place / "one.gif", save_all=True, append_images=shown[1:], duration=100)
        try:
            umwelt.data.from_videos(self.place / "one.gif", self.place / "out", steps=4)
        except DataError as error:
            if "nothing here reads films" not in str(error):
                raise
            self.skipTest(str(error))
        read = np.concatenate([episode.observations[1:] for episode in Episodes(self.place / "out")])
        self.assertLess(np.abs(read.astype(int) - frames[1:len(read) + 1]).mean(), 3)
        self.trains("out")

    def test_films_are_read_by_whatever_is_there(self):
        frames, _ = drive(0)
        place = self.place / "programs"
        place.mkdir()
        film = self.place / "one.mp4"
        film.write_bytes(b"".join(b"P6\n64 64\n255\n" + frame.tobytes() for frame in frames))
        stand_in = place / "ffmpeg"
        with mock.patch.dict("sys.modules", {"av": None, "imageio": None, "imageio.v3": None}):
            with mock.patch.dict("os.environ", {"PATH": str(place)}):
                self.refuse("one.mp4: nothing here reads films; pip install av", lambda target: umwelt.data.from_videos(
                    film, target))
            with mock.patch.dict("os.environ", {"PATH": f"{place}:/usr/bin:/bin"}):
                # What ffmpeg would write to its output for these options is in the file already.
                stand_in.write_text('#!/bin/sh\ncat "$5"\n')
                stand_in.chmod(0o755)
                self.assertEqual(umwelt.data.from_videos(film, self.place / "out"), 1)
                np.testing.assert_array_equal(Episodes(self.place / "out")[0].observations, frames)
                stand_in.write_text('#!/bin/sh\nhead -c 30000 "$5"\n')
                self.refuse("one.mp4: cannot be read as a film after frame 2", lambda target: umwelt.data.from_videos(
                    film, target))
                stand_in.write_text("#!/bin/sh\necho no such codec >&2\nexit 1\n")
                self.refuse("no such codec", lambda target: umwelt.data.from_videos(film, target))

    def lerobot(self, version, count=3, image=False):
        """A data set as LeRobot writes it."""
        try:
            import pyarrow as pa
            import pyarrow.parquet as pq
        except ImportError:
            self.skipTest("pyarrow is not installed")
        root = self.place / f"robot{version}{image}"
        key, steps = "observation.images.top", STEPS + 1
        third = version.startswith("v3")
        info = {
            "codebase_version": version, "total_episodes": count, "fps": 10, "chunks_size": 1000, "features": {
                key: {"dtype": "image" if image else "video", "shape": [SIDE, SIDE, 3]},
                "observation.state": {"dtype": "float32", "shape": [2], "names": {"motors": ["x", "y"]}},
                "action": {"dtype": "float32", "shape": [2]}, "next.reward": {"dtype": "float32", "shape": [1]},
                "next.done": {"dtype": "bool", "shape": [1]}}}
        (root / "meta").mkdir(parents=True)
        (root / "meta" / "info.json").write_text(json.dumps(info))
        tables, films = [], []
        for number in range(count):
            frames, actions = drive(number, steps - 1)
            rows = {
                "observation.state": [[float(row), float(number)] for row in range(steps)],
                "action": [[float(one) - 1, 0.25] for one in (*actions, 1)], "next.reward": [float(row) for row in range(steps)],
                "next.done": [row == steps - 1 for row in range(steps)], "episode_index": [number] * steps}
            if image:
                import io
                try:
                    from PIL import Image
                except ImportError:
                    self.skipTest("Pillow is not installed, which this test writes pictures with")
                def png(frame):
                    buffer = io.BytesIO()
                    Image.fromarray(frame).save(buffer, "PNG")
                    return {"bytes": buffer.getvalue(), "path": None}
                rows[key] = [png(frame) for frame in frames]
            tables.append(rows)
            films.append(frames)
        def write(path, rows):
            path.parent.mkdir(parents=True, exist_ok=True)
            pq.write_table(pa.table(rows), path)
        if third:
            joined = {name: [value for rows in tables for value in rows[name]] for name in tables[0]}
            write(root / "data" / "chunk-000" / "file-000.parquet", joined)
            video = root / "videos" / key / "chunk-000" / "file-000.mp4"
            video.parent.mkdir(parents=True)
            if not image:
                self.film(video, np.concatenate(films))
            write(root / "meta" / "episodes" / "chunk-000" / "file-000.parquet", {
                "episode_index": list(range(count)), "data/chunk_index": [0] * count, "data/file_index": [0] * count,
                f"videos/{key}/chunk_index": [0] * count, f"videos/{key}/file_index": [0] * count,
                f"videos/{key}/from_timestamp": [number * steps / 10 for number in range(count)]})
        else:
            for number, rows in enumerate(tables):
                write(root / "data" / "chunk-000" / f"episode_{number:06d}.parquet", rows)
                video = root / "videos" / "chunk-000" / key / f"episode_{number:06d}.mp4"
                video.parent.mkdir(parents=True, exist_ok=True)
                if not image:
                    self.film(video, films[number])
        return root

    def test_lerobots_data_sets_of_all_kinds_are_the_same(self):
        for version, image in (("v2.1", False), ("v3.0", False), ("v2.0", True)):
            with self.subTest(version, image=image):
                root = self.lerobot(version, image=image)
                out = self.place / f"out-{version}"
                self.assertEqual(umwelt.data.from_lerobot(root, out, world="arm"), 3)
                episodes = Episodes(out)
                self.assertEqual((episodes.world, episodes.fact_names), ("arm", ["state.x", "state.y"]))
                self.assertEqual(episodes.actions["bounds"], [[-1, 1], [0.25, 0.25]])
                for number, episode in enumerate(episodes):
                    frames, actions = drive(number)
                    # What the last action led to is not recorded, what came of it is.
                    np.testing.assert_array_equal(episode.observations, np.concatenate([frames, frames[-1:]]))
                    np.testing.assert_array_equal(episode.actions[:-1, 0], actions - 1)
                    np.testing.assert_array_equal(episode.rewards, np.arange(STEPS + 1))
                    np.testing.assert_array_equal(episode.facts[:-1, 0], np.arange(STEPS + 1))
                    self.assertTrue(episode.terminated[-1])
        self.trains("out-v3.0")

    def test_lerobots_damage_is_named(self):
        root = self.lerobot("v2.1")
        def load(target, **options):
            return umwelt.data.from_lerobot(root, target, **options)
        self.refuse("no camera 'side'; give one of: observation.images.top", lambda target: load(target, camera="side"))
        table = root / "data" / "chunk-000" / "episode_000001.parquet"
        film = root / "videos" / "chunk-000" / "observation.images.top" / "episode_000002.mp4"
        for file, words in ((table, "episode_000001.parquet: "), (film, "episode_000002.mp4: ")):
            data = file.read_bytes()
            for kept in (data[:len(data) // 2], b"", None):
                file.unlink()
                if kept is not None:
                    file.write_bytes(kept)
                self.refuse(words, load)
                file.write_bytes(data)
        info = root / "meta" / "info.json"
        told = json.loads(info.read_text())
        for change, words in (
                ({"codebase_version": "v1.6"}, "version 'v1.6'"), ({"features": {"action": {"dtype": "float32"}}}, "no camera"),
                ({"total_episodes": 0}, "lists no episodes"), ({"total_episodes": 9}, "episode_000003.parquet: is not there")):
            info.write_text(json.dumps({**told, **change}))
            self.refuse(words, load)
        info.write_text("{")
        self.refuse("info.json: cannot be read", load)
        info.unlink()
        self.refuse("info.json: is not there", load)

    def test_minaris_data_set_trains(self):
        try:
            import minari
        except ImportError:
            self.skipTest("minari is not installed")
        import os
        import warnings
        os.environ["MINARI_DATASETS_PATH"] = str(self.place / "minari")
        program("rollout", "Catch", "--policy", "random", "--episodes", "8", "--save", self.place / "played", "--observation",
                "pixels64")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            umwelt.data.to_minari(self.place / "played", "catch/random-v0")
            self.assertEqual(umwelt.data.from_minari(minari.load_dataset("catch/random-v0"), self.place / "out"), 8)
        for one, other in zip(Episodes(self.place / "played"), Episodes(self.place / "out"), strict=True):
            np.testing.assert_array_equal(one.observations, other.observations)
        self.trains("out")


if __name__ == "__main__":
    unittest.main()
