"""Data sets of LeRobot, versions 2 and 3, as episodes."""

import json
from pathlib import Path

import numpy as np

from ._pictures import check_size, film, picture, resized
from ._rows import ActionKind, Rows, numbered
from .reading import DataError
from .writing import write

_CHUNK = 1000


def from_lerobot(root, folder, *, camera=None, actions=None, size=None, world=None):
    """Writes a data set of LeRobot, as it lies on disk, as one that the program trains on.

    root: its folder, with `meta/info.json`, `data/…/*.parquet` and `videos/…/*.mp4`, or pictures within the tables. It takes
        pyarrow, and for films PyAV, the program ffmpeg, or imageio.
    folder: new or empty.
    camera: which of its pictures frames are, such as `observation.images.top`; None takes the first.
    actions: bounds, a pair (low, high) per number; None takes the least and the greatest of them.
    size: pixels of a side that pictures are brought to, their middle square; None leaves them.
    world: a word for what the data are of; None for the folder's name.
    `observation.state` becomes facts, `next.reward` rewards, `next.done` ends.
    Returns the number of episodes.
    Raises `DataError`, which names the file; nothing is then written.
    """
    check_size(size)
    data = _DataSet(Path(root), camera)
    kind = ActionKind(actions)
    for number, table in data.tables():
        kind.see(table["action"], f"{root}, episode {number}")
    def episodes():
        films = _Films(size)
        for number, table in data.tables(pictures=True):
            place = f"{root}, episode {number}"
            frames = data.frames(number, table, films, size)
            rows = Rows(
                frames, table["action"], rewards=table.get("next.reward"), terminated=table.get("next.done"),
                facts=table.get("observation.state"))
            # Elsewhere in a table's rows an episode does not end: LeRobot's are whole.
            if rows.terminated is not None:
                rows.terminated[:-1] = False
            yield from rows.episodes(kind, place)
    return write(folder, numbered(episodes()), world=world or Path(root).name, actions=kind.space, facts=data.facts)


class _DataSet:
    """A folder of LeRobot's."""

    def __init__(self, root, camera):
        self.root = root
        file = root / "meta" / "info.json"
        self.info = _json(file)
        if not isinstance(self.info, dict) or not isinstance(self.info.get("features"), dict):
            raise DataError(f"{file}: describes no features; give a data set of LeRobot, version 2 or 3")
        version = str(self.info.get("codebase_version", ""))
        if not version.startswith(("v2", "v3")):
            raise DataError(f"{file}: is of version '{version}'; bring it to v2.1 or v3.0 by LeRobot's own converters")
        self.is_third = version.startswith("v3")
        features = self.info["features"]
        cameras = [name for name, about in features.items() if about.get("dtype") in ("video", "image")]
        if not cameras:
            raise DataError(f"{file}: there is no camera among its features ({', '.join(features)}); give a data set with pictures")
        if camera is not None and camera not in cameras:
            raise DataError(f"{file}: there is no camera '{camera}'; give one of: {', '.join(cameras)}")
        self.camera = camera or cameras[0]
        self.is_film = features[self.camera]["dtype"] == "video"
        if "action" not in features:
            raise DataError(f"{file}: it has no feature 'action'; give a data set with actions")
        self.columns = [name for name in ("action", "next.reward", "next.done", "observation.state") if name in features]
        self.facts = self._names("observation.state") if "observation.state" in features else []
        self.episodes = self._episodes()

    def _names(self, feature):
        about = self.info["features"][feature]
        names = about.get("names")
        if isinstance(names, dict):
            names = next((list(part) for part in names.values() if isinstance(part, (list, tuple))), None)
        width = int(np.prod(about.get("shape") or [1]))
        if not names or len(names) != width or len({str(name) for name in names}) != width:
            names = range(width)
        return [f"state.{name}" for name in names]

    def _episodes(self):
        """Of each episode by number: its table, its film, and where in it it begins, in seconds."""
        data = self.info.get("data_path") or (
            "data/chunk-{chunk_index:03d}/file-{file_index:03d}.parquet" if self.is_third
            else "data/chunk-{episode_chunk:03d}/episode_{episode_index:06d}.parquet")
        video = self.info.get("video_path") or (
            "videos/{video_key}/chunk-{chunk_index:03d}/file-{file_index:03d}.mp4" if self.is_third
            else "videos/chunk-{episode_chunk:03d}/{video_key}/episode_{episode_index:06d}.mp4")
        if not self.is_third:
            size = int(self.info.get("chunks_size") or _CHUNK)
            def place(pattern, number):
                return self.root / pattern.format(episode_chunk=number // size, episode_index=number, video_key=self.camera)
            return {
                number: (place(data, number), place(video, number) if self.is_film else None, 0.0)
                for number in range(int(self.info.get("total_episodes", 0)))}
        found = {}
        for file in sorted((self.root / "meta" / "episodes").glob("**/*.parquet")):
            table = _table(file)
            film = f"videos/{self.camera}"
            needed = ["episode_index", "data/chunk_index", "data/file_index"]
            needed += [f"{film}/chunk_index", f"{film}/file_index", f"{film}/from_timestamp"] if self.is_film else []
            lacking = [name for name in needed if name not in table]
            if lacking:
                raise DataError(f"{file}: it has no column {', '.join(lacking)}; put it back as LeRobot wrote it")
            for row in range(len(table["episode_index"])):
                def path(pattern, prefix):
                    return self.root / pattern.format(
                        chunk_index=int(table[f"{prefix}/chunk_index"][row]), file_index=int(table[f"{prefix}/file_index"][row]),
                        video_key=self.camera)
                found[int(table["episode_index"][row])] = (
                    path(data, "data"), path(video, film) if self.is_film else None,
                    float(table[f"{film}/from_timestamp"][row]) if self.is_film else 0.0)
        return dict(sorted(found.items()))

    def tables(self, pictures=False):
        """The columns of each episode by number."""
        if not self.episodes:
            raise DataError(f"{self.root}: lists no episodes in meta; give a data set of LeRobot, version 2 or 3")
        columns = [*self.columns, *([self.camera] if pictures and not self.is_film else [])]
        opened, table = None, None
        for number, (file, _, _) in self.episodes.items():
            if file != opened:
                opened, table = file, _table(file, [*columns, "episode_index"])
                lacking = [name for name in columns if name not in table]
                if lacking:
                    raise DataError(f"{file}: it has no column {', '.join(lacking)}; put it back as LeRobot wrote it")
            rows = np.flatnonzero(np.asarray(table["episode_index"]) == number)
            if len(rows) == 0:
                raise DataError(f"{file}: it has no row of episode {number}; put it back as LeRobot wrote it")
            def part(name):
                if name == self.camera:
                    return [table[name][row] for row in rows]
                try:
                    values = np.asarray([table[name][row] for row in rows])
                    return values.astype(np.float32) if values.dtype.kind == "f" else values
                except ValueError as error:
                    raise DataError(f"{file}: column {name} is uneven ({error}); put it back as LeRobot wrote it") from None
            found = {name: part(name) for name in columns}
            state = found.get("observation.state")
            if state is not None:
                found["observation.state"] = state.reshape(len(state), -1)
            yield number, found

    def frames(self, number, table, films, size):
        """The pictures of an episode, one per row."""
        count = len(table["action"])
        file, path, start = self.episodes[number]
        if self.is_film:
            first = round(start * float(self.info.get("fps") or 1))
            return films.take(path, first, count)
        shown = []
        for row, held in enumerate(table[self.camera]):
            place = f"{file}, episode {number}, row {row}"
            held = held or {}
            data = held.get("bytes") if isinstance(held, dict) else None
            if data is None and isinstance(held, dict) and held.get("path"):
                image = self.root / held["path"]
                data = image.read_bytes() if image.is_file() else None
            if data is None:
                raise DataError(f"{place}: its picture is not there; put it back as LeRobot wrote it")
            one = picture(data, place)
            shown.append(one if size is None else resized(one[None], size)[0])
        return _stacked(shown, f"{file}, episode {number}")


class _Films:
    """Films read on from where the last episode ended."""

    def __init__(self, size):
        self.size, self.path, self.frames, self.place = size, None, None, 0

    def take(self, path, first, count):
        """So many frames of a film from one on."""
        if not path.is_file():
            raise DataError(f"{path}: the film is not there; fetch the whole data set, videos included")
        if path != self.path or first < self.place:
            self.path, self.frames, self.place = path, film(path), 0
        shown = []
        while len(shown) < count:
            frame = next(self.frames, None)
            if frame is None:
                raise DataError(f"{path}: has {self.place} frames, rows ask for {first + count}; put the whole film there")
            if self.place >= first:
                shown.append(frame if self.size is None else resized(frame[None], self.size)[0])
            self.place += 1
        return _stacked(shown, str(path))


def _stacked(shown, place):
    if len({one.shape for one in shown}) != 1:
        raise DataError(f"{place}: its pictures are of several sizes; bring them to one by size=")
    return np.stack(shown)


def _json(file):
    try:
        return json.loads(file.read_text())
    except FileNotFoundError:
        raise DataError(f"{file}: is not there; give the folder of a data set of LeRobot") from None
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise DataError(f"{file}: cannot be read ({error}); put it back as LeRobot wrote it") from None


def _table(file, columns=None):
    """The columns of a Parquet file as lists by name, of those that it has."""
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        raise DataError(f"{file}: is read by pyarrow, which is not installed; pip install pyarrow") from None
    if not file.is_file():
        raise DataError(f"{file}: is not there; fetch the whole data set")
    try:
        opened = pyarrow.parquet.ParquetFile(file)
        known = [name for name in opened.schema_arrow.names if columns is None or name in columns]
        table = opened.read(columns=known)
        return {name: table[name].to_pylist() for name in known}
    except (OSError, ValueError, pyarrow.ArrowException) as error:
        raise DataError(f"{file}: cannot be read as a table ({error}); put it back as LeRobot wrote it") from None
