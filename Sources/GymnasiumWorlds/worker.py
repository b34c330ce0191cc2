"""Steps environments of Gymnasium for the program that started this process.

File 3 is a socket to that program, 4 a pipe that it holds as long as it lives, 5 the memory shared with it. What this
process prints goes to a file of which the program shows the last lines when something goes wrong.

A request is a byte, an answer is a byte:

  G   every environment does what its command in the shared memory says; answered by '.'
  P   a picture of the environment of the number that follows (4 bytes); answered by '.'
  J   length (4 bytes) and an object of JSON that says what is wanted; answered by '=', length and JSON

An answer '!' with length and JSON says what went wrong.
"""
import difflib
import faulthandler
import fcntl
import importlib
import json
import mmap
import os
import signal
import socket
import struct
import sys
import traceback

PROTOCOL = 1
SOCKET, LIFE, MEMORY = 3, 4, 5
IDLE, STEP, SEED, GO_ON = 0, 1, 2, 3
MOST_LOG_BYTES = 1 << 20
# An environment without a limit of its own is cut off here.
DEFAULT_STEPS = 10_000
MOST_CHOICES = 4096
MOST_FACTS = 64
# Packages that register environments when they are imported, by what the ids begin with.
REGISTERED_BY = {
    "MiniGrid-": "minigrid", "BabyAI-": "minigrid", "MiniWorld-": "miniworld", "ALE/": "ale_py", "umwelt/": "umwelt"}


class Trouble(Exception):
    """What keeps an environment from being a world: a cause and a remedy."""

    def __init__(self, cause, remedy):
        super().__init__(cause)
        self.cause, self.remedy = cause, remedy


def die_with_parent():
    """Has the kernel end this process, whatever it is doing, when the program's end of the pipe is closed."""
    if hasattr(fcntl, "F_SETSIG"):
        fcntl.fcntl(LIFE, fcntl.F_SETSIG, signal.SIGKILL)
    fcntl.fcntl(LIFE, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(LIFE, fcntl.F_SETFL, fcntl.fcntl(LIFE, fcntl.F_GETFL) | os.O_ASYNC | os.O_NONBLOCK)
    try:
        if os.read(LIFE, 1) == b"":
            os._exit(1)
    except BlockingIOError:
        pass


class Channel:
    """The socket to the program."""

    def __init__(self):
        self.socket = socket.socket(fileno=SOCKET)
        self.socket.setblocking(True)

    def read(self, count):
        parts = b""
        while len(parts) < count:
            part = self.socket.recv(count - len(parts))
            if not part:
                sys.exit(0)
            parts += part
        return parts

    def read_json(self):
        return json.loads(self.read(struct.unpack("<I", self.read(4))[0]))

    def send_json(self, mark, value):
        text = json.dumps(value).encode()
        self.socket.sendall(mark + struct.pack("<I", len(text)) + text)


def name_of(path):
    """What a part of an observation is called: `a.b` in dictionaries, `observation[0]` in tuples."""
    name = ""
    for key in path:
        name += f"[{key}]" if isinstance(key, int) else f".{key}" if name else str(key)
    return name if name and not name.startswith("[") else "observation" + name


def kind_of(space):
    """The kind of a space, be it one of a library's own that is derived from it."""
    for kind in ("Box", "Discrete", "MultiDiscrete", "MultiBinary", "Dict", "Tuple", "Text"):
        if isinstance(space, getattr(gymnasium.spaces, kind)):
            return kind
    return type(space).__name__


class Leaf:
    """One array or number of an observation."""

    def __init__(self, path, space):
        self.path, self.space = path, space
        self.kind = kind_of(space)
        self.name = name_of(path)
        self.start = int(getattr(space, "start", 0)) if self.kind == "Discrete" else 0
        if self.kind == "Discrete":
            self.shape, self.sizes = (), [int(space.n)]
        elif self.kind == "MultiDiscrete":
            self.shape, self.sizes = space.shape, [int(n) for n in space.nvec.ravel()]
            self.start = np.asarray(getattr(space, "start", np.zeros_like(space.nvec)))
        elif self.kind == "MultiBinary":
            self.shape, self.sizes = space.shape, None
        else:
            self.shape, self.sizes = space.shape, None
        self.count = int(np.prod(self.shape, dtype=np.int64))
        if self.count < 1:
            raise Trouble(f"its {self.name} has shape {self.shape}", "observe something: wrap the environment")
        self.numbers = sum(self.sizes) if self.sizes else self.count
        self.is_box = self.kind == "Box"
        self.offsets = None
        if self.sizes and self.kind == "MultiDiscrete":
            self.offsets = np.concatenate([[0], np.cumsum(self.sizes)[:-1]]).astype(np.int64)

    @property
    def is_of_bytes(self):
        if self.is_box:
            whole = np.issubdtype(self.space.dtype, np.integer) or self.space.dtype == bool
            return bool(whole and self.space.low.min() >= 0 and self.space.high.max() <= 255)
        return self.sizes is None or max(self.sizes) <= 256

    @property
    def is_picture(self):
        """Whether people could look at it: bytes of 16 by 16 or more, in one, three or four colours."""
        if not self.is_box or self.space.dtype != np.uint8:
            return False
        shape = self.shape if len(self.shape) == 3 else (*self.shape, 1)
        return len(shape) == 3 and min(shape[:2]) >= 16 and shape[2] in (1, 3, 4)

    @property
    def picture_shape(self):
        shape = self.shape if len(self.shape) == 3 else (*self.shape, 1)
        return [shape[0], shape[1], 1 if shape[2] == 1 else 3]

    def value(self, observation):
        """The leaf's own value, as an array of its shape, choices counted from 0."""
        for key in self.path:
            observation = observation[key]
        value = np.asarray(observation)
        if value.shape != self.shape:
            raise Trouble(
                f"{self.name} has shape {value.shape}, its space says {self.shape}",
                "mend the environment: what it returns must be of its observation_space")
        if value.dtype.kind not in "biuf":
            raise Trouble(
                f"{self.name} is of kind {value.dtype}, no number",
                "mend the environment: what it returns must be of its observation_space")
        if self.sizes:
            value = value - self.start
            if (value < 0).any() or (value >= np.reshape(self.sizes, self.shape)).any():
                raise Trouble(
                    f"{self.name} is {(value + self.start).tolist()}, beyond its space {self.space}",
                    "mend the environment: what it returns must be of its observation_space")
        return value

    def write_numbers(self, value, target):
        """As gymnasium.spaces.flatten does: choices are spread over places of 0 and 1."""
        if not self.sizes:
            target[:] = value.ravel()
            return
        target[:] = 0
        if self.offsets is None:
            target[int(value)] = 1
        else:
            target[self.offsets + value.ravel().astype(np.int64)] = 1

    def write_bytes(self, value, target):
        if value.dtype != np.uint8 and ((value < 0).any() or (value > 255).any()):
            raise Trouble(
                f"{self.name} holds {value.min()} to {value.max()}, beyond its space",
                "mend the environment: what it returns must be of its observation_space")
        target[:] = value.ravel()

    def write_picture(self, value, target):
        if len(value.shape) == 3 and value.shape[2] == 4:
            value = value[:, :, :3]
        target[:] = value.ravel()


def leaves_of(space, path=()):
    kind = kind_of(space)
    if kind == "Dict":
        return [leaf for key in space.spaces for leaf in leaves_of(space.spaces[key], (*path, key))]
    if kind == "Tuple":
        return [leaf for index, part in enumerate(space.spaces) for leaf in leaves_of(part, (*path, index))]
    # Texts are left out; MiniGrid's missions are a space of its own.
    if kind in ("Text", "MissionSpace"):
        return []
    if kind in ("Box", "Discrete", "MultiDiscrete", "MultiBinary"):
        return [Leaf(path, space)]
    raise Trouble(
        f"{name_of(path)} is of the space {kind}, which no world shows",
        "wrap the environment so that it observes Box, Discrete, MultiDiscrete, MultiBinary, or Dict or Tuple of these")


class Actions:
    """What an agent may do: how the program numbers it, and what the environment takes."""

    def __init__(self, env):
        space, plain = env.action_space, env.unwrapped
        self.choices, self.names, self.bounds, self.space = None, None, None, space
        spaces = gymnasium.spaces
        if isinstance(space, spaces.Discrete):
            self.choices = [int(space.start) + index for index in range(int(space.n))]
            # Numbered from 0 as everywhere in the program, wherever the space starts.
            self.names = self.known_names(plain, len(self.choices)) or [str(index) for index in range(int(space.n))]
        elif isinstance(space, (spaces.MultiDiscrete, spaces.MultiBinary)):
            binary = isinstance(space, spaces.MultiBinary)
            sizes = np.full(space.shape, 2) if binary else space.nvec
            start = 0 if binary else getattr(space, "start", 0)
            count = float(np.prod(sizes, dtype=np.float64))
            if count > MOST_CHOICES:
                raise Trouble(
                    f"its actions {space} are {count:.0f} choices, more than {MOST_CHOICES}",
                    "wrap the environment so that it takes fewer, or a Box")
            rows = [np.reshape(row, sizes.shape) for row in np.ndindex(*sizes.ravel())]
            self.choices = [(row + start).astype(space.dtype) for row in rows]
            self.names = ["-".join(map(str, choice.ravel())) for choice in self.choices]
        elif isinstance(space, spaces.Box):
            low, high = space.low.ravel().astype(float), space.high.ravel().astype(float)
            if not len(low) or not (np.isfinite(low).all() and np.isfinite(high).all()):
                raise Trouble(
                    f"its actions {space} have no finite bounds", "wrap it in gymnasium.wrappers.RescaleAction or ClipAction")
            self.bounds = [[float(np.float32(a)), float(np.float32(b))] for a, b in zip(low, high)]
        else:
            raise Trouble(
                f"its action space is {type(space).__name__}, which no world has",
                "wrap the environment so that it takes Discrete, MultiDiscrete, MultiBinary or Box")

    @staticmethod
    def known_names(plain, count):
        """Names that some libraries give to actions: an enumeration, or a list of meanings."""
        try:
            if hasattr(plain, "get_action_meanings"):
                names = [str(name).lower() for name in plain.get_action_meanings()]
            else:
                members = sorted(plain.actions, key=int)
                names = [member.name for member in members] if [int(m) for m in members] == list(range(count)) else []
            fits = len(names) == count == len(set(names)) and all(name and " " not in name for name in names)
            return names if fits else None
        except Exception:
            return None

    @property
    def width(self):
        return 0 if self.bounds is None else len(self.bounds)

    def of_row(self, row):
        row = row.reshape(self.space.shape)
        if self.space.dtype.kind in "iu":
            row = np.rint(row)
        return np.clip(row.astype(self.space.dtype), self.space.low, self.space.high)


class Maker:
    """Makes environments of one name."""

    def __init__(self, name):
        name, _, query = name.partition("?")
        self.options = {}
        for part in filter(None, query.split("&")):
            key, found, value = part.partition("=")
            if not found:
                raise Trouble(f"'{part}' is no option", "write gym:ID?name=value&name=value")
            try:
                self.options[key] = json.loads(value)
            except ValueError:
                self.options[key] = {"True": True, "False": False, "None": None}.get(value, value)
        module, _, self.name = name.rpartition(":")
        for needed in [module] if module else [REGISTERED_BY[key] for key in REGISTERED_BY if self.name.startswith(key)]:
            self.load(needed)
        try:
            spec = gymnasium.spec(self.name)
        except gymnasium.error.Error as error:
            near = difflib.get_close_matches(self.name, sorted(gymnasium.registry), 1, 0.6)
            hint = f"did you mean gym:{module + ':' if module else ''}{near[0]}?" if near else (
                "environments of other packages are named gym:MODULE:ID, MODULE being what registers them")
            raise Trouble(str(error).splitlines()[0].partition(". ")[0].rstrip("."), hint) from None
        self.spec = spec
        if spec.max_episode_steps is None and "max_episode_steps" not in self.options:
            self.options["max_episode_steps"] = DEFAULT_STEPS
        self.steps = self.options.get("max_episode_steps") or spec.max_episode_steps

    @staticmethod
    def load(module):
        """Imports what registers environments: the module that is named, or one of those known."""
        try:
            importlib.import_module(module)
        except ModuleNotFoundError as error:
            missing = error.name or ""
            if module != missing and not module.startswith(missing + "."):
                raise
            raise Trouble(
                f"there is no module '{module}', neither in {os.getcwd()} nor for {sys.executable}",
                f"start where the module lies, or install it by: {sys.executable} -m pip install {module}") from None

    def make(self, draws):
        options = dict(self.options)
        if draws:
            options.setdefault("render_mode", "rgb_array")
        try:
            return gymnasium.make(self.name, **options)
        except gymnasium.error.DependencyNotInstalled as error:
            raise Trouble(str(error).splitlines()[0], f"install it for {sys.executable}") from None


class World:
    """What the program is told of an environment, found out by trying one."""

    def __init__(self, name):
        self.name, self.maker = name, Maker(name)
        maker = self.maker
        self.draws, self.no_picture = True, None
        try:
            env = maker.make(True)
        except Exception as error:
            self.draws, self.no_picture = False, one_line(error)
            env = maker.make(False)
        try:
            self.actions = Actions(env)
            self.leaves = leaves_of(env.observation_space)
            if not self.leaves:
                raise Trouble("it observes no numbers", "wrap the environment so that it observes Box or Discrete")
            first, _ = env.reset(seed=0)
            for leaf in self.leaves:
                leaf.value(first)
            self.rendered = self.try_picture(env) if self.draws else None
            self.draws = self.rendered is not None
            plain = type(env.unwrapped)
            self.reference = f"gymnasium {gymnasium.__version__}, {plain.__module__}:{plain.__qualname__}"
            self.file = getattr(sys.modules.get(plain.__module__), "__file__", None) or plain.__module__
            own = getattr(env.unwrapped, "max_steps", None)
            self.steps = min(maker.steps, own) if isinstance(own, int) and own > 0 else maker.steps
            self.fps = float(env.metadata.get("render_fps") or 30)
        finally:
            env.close()
        self.facts = [leaf for leaf in self.leaves if leaf.count <= MOST_FACTS]
        while sum(leaf.count for leaf in self.facts) > MOST_FACTS:
            self.facts.pop()
        pictures = [leaf for leaf in self.leaves if leaf.is_picture]
        self.picture = pictures[0] if pictures else None

    def try_picture(self, env):
        try:
            picture = np.asarray(env.render())
            if picture.dtype == np.uint8 and picture.ndim == 3 and picture.shape[2] >= 3:
                return [int(picture.shape[0]), int(picture.shape[1]), 3]
            self.no_picture = f"render() gives no picture but {type(picture).__name__} of shape {picture.shape}"
        except Exception as error:
            self.no_picture = one_line(error)
        return None

    def observations(self):
        """Ways to observe it, the first being the default: name, fields, and where pictures come from."""
        ways = []
        if self.picture:
            shape = self.picture.picture_shape
            if len(self.leaves) == 1:
                ways.append({"kind": "image", "fields": [["image", shape]]})
            ways.append({"kind": "pixels64", "fields": [["image", [64, 64, 3]]], "picture": shape})
        total = sum(leaf.numbers for leaf in self.leaves)
        numbers = {"kind": "numbers", "numbers": total}
        symbols = None
        if all(leaf.is_of_bytes for leaf in self.leaves):
            symbols = {"kind": "symbols", "fields": [
                [self.field_name(leaf), list(leaf.shape) or [1]] for leaf in self.grid_first()]}
        if symbols and any(len(leaf.shape) > 1 for leaf in self.leaves):
            if len(self.leaves) > 1 or not self.picture:
                ways.insert(0, symbols)
        else:
            ways += [numbers] + ([symbols] if symbols else [])
        if not self.picture and self.rendered:
            ways.append({"kind": "pixels64", "fields": [["image", [64, 64, 3]]], "picture": self.rendered})
        return ways

    def grid_first(self):
        return sorted(self.leaves, key=lambda leaf: (len(leaf.shape) != 3, -leaf.count if len(leaf.shape) == 3 else 0))

    def field_name(self, leaf):
        grid = self.grid_first()[0]
        return "image" if leaf is grid and len(leaf.shape) == 3 else leaf.name

    def fact_names(self):
        names = []
        for leaf in self.facts:
            kind = "quantity" if leaf.is_box else "category"
            if leaf.shape == ():
                names.append([leaf.name, kind])
            else:
                names += [[leaf.name + "[" + ",".join(map(str, place)) + "]", kind] for place in np.ndindex(*leaf.shape)]
        return names

    def description(self):
        return {
            "observations": self.observations(), "facts": self.fact_names(), "names": self.actions.names,
            "bounds": self.actions.bounds, "maximumSteps": int(self.steps), "stepsPerSecond": self.fps,
            "reference": self.reference, "file": self.file, "picture": self.rendered, "noPicture": self.no_picture}


class Slots:
    """Environments that are stepped together, and where they read and write."""

    def __init__(self, world, order):
        self.world, self.order = world, order
        self.count = order["slots"]
        self.kind = order["observation"]
        self.same_step = order["autoreset"] == "sameStep"
        self.observes = order["observes"]
        size = os.fstat(MEMORY).st_size
        self.memory = memory = mmap.mmap(MEMORY, size)
        places, count = order["places"], self.count

        def array(name, kind, width=None):
            shape = (count,) if width is None else (count, width)
            return np.frombuffer(memory, kind, int(np.prod(shape)), places[name]).reshape(shape)

        def view(name, kind, width=1):
            start = places[name]
            return memoryview(memory)[start:start + count * struct.calcsize(kind) * width].cast(kind)

        self.commands, self.seeds = view("commands", "B"), view("seeds", "Q")
        self.rewards, self.terminated = view("rewards", "f"), view("terminated", "B")
        self.truncated = view("truncated", "B")
        self.choices = view("actions", "i")
        actions = world.actions
        self.rows = array("actions", np.float32, actions.width) if actions.width else None
        kind = np.float32 if self.kind == "numbers" else np.uint8
        width = order["observationBytes"] // (4 if self.kind == "numbers" else 1)
        self.observations = array("observations", kind, width)
        self.final = array("finalObservations", kind, width)
        facts = sum(leaf.count for leaf in world.facts)
        self.facts = array("facts", np.float32, facts) if facts else None
        self.picture_place, self.picture_bytes = places["picture"], order["pictureBytes"]
        self.draws = world.draws
        self.envs = [world.maker.make(world.draws) for _ in range(count)]
        self.parts = self.layout()

    def layout(self):
        """Where the leaves lie in an observation: slices, in the order in which they are written."""
        leaves = self.world.grid_first() if self.kind == "symbols" else self.world.leaves
        parts, start = [], 0
        for leaf in leaves:
            size = leaf.numbers if self.kind == "numbers" else leaf.count
            parts.append((leaf, start, start + size))
            start += size
        return parts

    def close(self):
        for env in self.envs:
            try:
                env.close()
            except Exception:
                traceback.print_exc()
        self.envs = []

    def write(self, slot, observation, target):
        """Writes what an environment shows, and the facts."""
        values = {}
        if self.facts is not None:
            place, row = 0, self.facts[slot]
            for leaf in self.world.facts:
                values[leaf] = value = leaf.value(observation)
                row[place:place + leaf.count] = value.ravel()
                place += leaf.count
        if not self.observes:
            return
        if self.kind in ("numbers", "symbols"):
            numbers = self.kind == "numbers"
            for leaf, start, end in self.parts:
                value = values.get(leaf)
                if value is None:
                    value = leaf.value(observation)
                (leaf.write_numbers if numbers else leaf.write_bytes)(value, target[start:end])
        elif self.world.picture:
            leaf = self.world.picture
            leaf.write_picture(leaf.value(observation), target)
        else:
            target[:] = self.rendered(slot, target.shape[0])

    def rendered(self, slot, size):
        picture = np.asarray(self.envs[slot].render())
        wanted = tuple(self.world.rendered)
        if picture.ndim != 3 or picture[:, :, :3].shape != wanted:
            raise Trouble(
                f"render() gives a picture of shape {picture.shape}, at first it was {wanted}",
                "mend the environment: pictures keep their size")
        return picture[:, :, :3].ravel()

    def go(self):
        for slot in range(self.count):
            command = self.commands[slot]
            if command == IDLE:
                continue
            doing = "step"
            try:
                env = self.envs[slot]
                if command == STEP:
                    if self.rows is None:
                        choice = self.world.actions.choices[self.choices[slot]]
                        action = choice if type(choice) is int else choice.copy()
                    else:
                        action = self.world.actions.of_row(self.rows[slot])
                    observation, reward, terminated, truncated, _ = env.step(action)
                    self.rewards[slot] = reward
                    self.terminated[slot] = bool(terminated)
                    self.truncated[slot] = bool(truncated)
                    if self.same_step and (terminated or truncated):
                        self.write(slot, observation, self.final[slot])
                        doing = "reset"
                        observation, _ = env.reset()
                else:
                    doing = "reset"
                    observation, _ = env.reset(seed=self.seeds[slot] if command == SEED else None)
                    self.rewards[slot] = 0
                    self.terminated[slot] = self.truncated[slot] = 0
                self.write(slot, observation, self.observations[slot])
            except (Exception, SystemExit) as error:
                return failure(error, slot=slot, doing=doing)
        return None

    def draw(self, slot):
        picture = self.rendered(slot, self.picture_bytes)
        np.frombuffer(self.memory, np.uint8, self.picture_bytes, self.picture_place)[:] = picture


def one_line(error):
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return f"{type(error).__name__}: {lines[0]}" if lines else type(error).__name__


def failure(error, **more):
    """What the program is told of an error: its words, and the lines of the environment that led to it."""
    if isinstance(error, Trouble):
        return {"cause": error.cause, "remedy": error.remedy, **more}
    frames = traceback.extract_tb(error.__traceback__)
    frames = [frame for frame in frames if frame.filename != __file__] or list(frames)
    library = os.path.dirname(gymnasium.__file__) + os.sep
    own = [frame for frame in frames if not frame.filename.startswith((library, "<frozen"))]
    lines = [f"{frame.filename}:{frame.lineno} in {frame.name}: {frame.line or ''}".rstrip(": ") for frame in own[-6:]]
    return {"cause": one_line(error), "trace": lines, **more}


def cut_log():
    for file in (1, 2):
        if os.fstat(file).st_size > MOST_LOG_BYTES:
            os.ftruncate(file, 0)


def serve():
    channel = Channel()
    try:
        global np, gymnasium
        os.environ.setdefault("SDL_VIDEODRIVER", "dummy")
        os.environ.setdefault("SDL_AUDIODRIVER", "dummy")
        os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
        for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
            os.environ.setdefault(name, "1")
        import numpy as np
        import gymnasium
        if not hasattr(gymnasium, "vector") or int(gymnasium.__version__.split(".")[0]) < 1:
            raise ImportError(f"gymnasium {gymnasium.__version__} is older than 1.0")
    except ImportError as error:
        channel.send_json(b"!", {"missing": str(error), "python": sys.executable})
        return
    channel.send_json(b"=", {"protocol": PROTOCOL, "gymnasium": gymnasium.__version__, "python": sys.executable})
    world = slots = None
    goes = 0
    while True:
        try:
            wanted = channel.read(1)
        except SystemExit:
            if slots is not None:
                slots.close()
            raise
        if wanted == b"G":
            problem = slots.go()
            goes += 1
            if goes % 512 == 0:
                cut_log()
            if problem is None:
                channel.socket.sendall(b".")
            else:
                channel.send_json(b"!", problem)
        elif wanted == b"P":
            slot = struct.unpack("<I", channel.read(4))[0]
            try:
                slots.draw(slot)
                channel.socket.sendall(b".")
            except (Exception, SystemExit) as error:
                channel.send_json(b"!", failure(error, slot=slot, doing="render"))
        else:
            order = channel.read_json()
            try:
                if slots is not None:
                    slots.close()
                    slots = None
                if "close" in order:
                    channel.send_json(b"=", None)
                    continue
                if world is None or world.name != order["name"]:
                    world = World(order["name"])
                if "slots" in order:
                    slots = Slots(world, order)
                channel.send_json(b"=", world.description())
            except (Exception, SystemExit) as error:
                channel.send_json(b"!", failure(error, doing="make"))


if __name__ == "__main__":
    die_with_parent()
    faulthandler.enable()
    faulthandler.register(signal.SIGUSR1, all_threads=True)
    serve()
