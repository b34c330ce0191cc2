"""The shared library: its functions, its errors, its handles. Everything else is built on this file."""

import ctypes
import json
import os
import weakref
from ctypes import POINTER, c_char_p, c_float, c_int32, c_int64, c_uint64, c_void_p
from pathlib import Path

ABI_VERSION = 1


class UmweltError(Exception):
    """What the library refused or could not do: place, cause, remedy."""


class InvalidArgument(UmweltError, ValueError):
    """An argument is wrong: an index, a length, an action, a name."""


class Closed(UmweltError):
    """The object was closed."""


class Busy(UmweltError):
    """Another thread is using the object at this moment."""


class Forked(UmweltError):
    """The object was made before this process was forked off."""


class Failed(UmweltError, RuntimeError):
    """The work itself failed: a file, a world, a model."""


_ERRORS = {1: InvalidArgument, 2: Closed, 3: Busy, 4: Forked, 5: Failed}


def _path():
    """Where the library lies: beside this file, or where UMWELT_LIBRARY says."""
    return Path(os.environ.get("UMWELT_LIBRARY") or Path(__file__).parent / "_library" / "libumwelt.so")


def _load():
    path = _path()
    if not path.is_file():
        raise ImportError(
            f"{path}: the library of umwelt is not there; install the wheel that 'make python' leaves in python/dist, "
            "or name the library by the environment variable UMWELT_LIBRARY")
    try:
        found = ctypes.CDLL(str(path))
    except OSError as error:
        raise ImportError(f"{path}: the library of umwelt cannot be loaded: {error}") from error
    found.umwelt_abi_version.restype = c_int32
    version = found.umwelt_abi_version()
    if version != ABI_VERSION:
        raise ImportError(
            f"{path}: it is a library of version {version}, this package needs {ABI_VERSION}; build both anew: make python")
    return found


_TEXT = (c_void_p, c_int64, POINTER(c_int64))
_HANDLE = POINTER(c_int64)
# Arrays are given as addresses: whoever calls has checked their kind and shape.
_SIGNATURES = {
    "worlds": _TEXT,
    "close": (c_int64,),
    "checksum": (c_void_p, c_int64, POINTER(c_uint64)),
    "environments_make": (c_char_p, c_char_p, c_int32, c_int32, c_int32, _HANDLE),
    "environments_describe": (c_int64, *_TEXT),
    "environments_bind": (c_int64, POINTER(c_void_p), POINTER(c_int64), c_int32),
    "environments_reset": (c_int64, c_void_p, c_void_p, c_void_p, c_int32),
    "environments_step": (c_int64,),
    "environments_draw": (c_int64, c_int32, c_int32, c_int32, c_void_p, c_int64),
    "environments_missions": (c_int64, *_TEXT),
    "environments_state": (c_int64, c_int32, _HANDLE),
    "environments_set_state": (c_int64, c_int32, c_int64),
    "run_open": (c_char_p, c_int32, _HANDLE),
    "run_describe": (c_int64, *_TEXT),
    "run_encode": (c_int64, c_void_p, c_int64, c_int64, c_void_p, c_void_p, c_int64),
    "run_decode": (c_int64, c_void_p, c_int64, c_int64, c_void_p, c_int64),
    "dream_make": (c_int64, c_int32, c_int32, c_float, c_int32, _HANDLE),
    "model_make": (c_int64, c_int32, _HANDLE),
    "model_begin": (c_int64, c_void_p, c_void_p, c_int32),
    "model_observe": (c_int64, c_void_p, c_int64, c_void_p, c_void_p),
    "model_imagine": (c_int64, c_void_p, c_void_p, c_float, c_void_p, c_void_p, c_int32),
    "model_features": (c_int64, c_void_p, c_int64),
    "model_decode": (c_int64, c_void_p, c_void_p, c_int64),
    "model_snapshot": (c_int64, c_int32, _HANDLE),
    "model_restore": (c_int64, c_int32, c_int64),
    "policy_make": (c_int64, c_int32, _HANDLE),
    "policy_begin": (c_int64, c_void_p, c_void_p, c_int32),
    "policy_act": (c_int64, c_void_p, c_int64, c_void_p, c_void_p, c_int32),
    "policy_act_on_features": (c_int64, c_void_p, c_int64, c_void_p, c_void_p, c_int32),
}

library = _load()
library.umwelt_last_error.restype = c_int64
library.umwelt_last_error.argtypes = (c_void_p, c_int64)
for _name, _arguments in _SIGNATURES.items():
    _function = getattr(library, f"umwelt_{_name}")
    _function.restype = c_int32
    _function.argtypes = _arguments


def failure(code):
    """The exception of a call that did not return 0, to be raised."""
    length = library.umwelt_last_error(None, 0)
    buffer = ctypes.create_string_buffer(max(1, length))
    library.umwelt_last_error(buffer, length)
    text = buffer.raw[:length].decode("utf-8", "replace")
    return _ERRORS.get(code, Failed)(text or f"the library returned {code}")


def call(name, *arguments):
    """Calls a function of the library; raises what it reports."""
    try:
        code = getattr(library, f"umwelt_{name}")(*arguments)
    except ctypes.ArgumentError as error:
        raise InvalidArgument(f"{name}: {error}") from None
    if code:
        raise failure(code)


def text(name, *arguments):
    """A text that a function of the library writes."""
    length = c_int64()
    capacity = 1024
    while True:
        buffer = ctypes.create_string_buffer(capacity)
        call(name, *arguments, buffer, capacity, ctypes.byref(length))
        if length.value <= capacity:
            return buffer.raw[: length.value].decode("utf-8")
        capacity = length.value


def described(name, *arguments):
    """What a function of the library writes as JSON."""
    return json.loads(text(name, *arguments))


def whole(value, name, low, high):
    """A whole number in low...high."""
    try:
        number = value.__index__()
    except AttributeError:
        raise InvalidArgument(f"{name}: {value!r} is no whole number") from None
    if not low <= number <= high:
        raise InvalidArgument(f"{name}: {number} given; give {low} to {high}")
    return number


def encoded(value, name):
    """A text as C takes it."""
    found = os.fspath(value) if isinstance(value, os.PathLike) else value
    if not isinstance(found, str) or "\0" in found:
        raise InvalidArgument(f"{name}: {value!r} is no text")
    return found.encode("utf-8", "surrogateescape")


def _close(number):
    library.umwelt_close(number)


class Handle:
    """An object of the library, closed with this one."""

    def __init__(self, name, *arguments):
        number = c_int64()
        call(name, *arguments, ctypes.byref(number))
        self.number = number.value
        self._closing = weakref.finalize(self, _close, self.number)

    def close(self):
        """Gives the object up; using it from now on raises Closed.

        Raises Busy where another thread is using it.
        """
        if not self._closing.alive:
            return
        code = library.umwelt_close(self.number)
        if code == 3:
            raise failure(code)
        self._closing.detach()

    def __reduce__(self):
        raise TypeError("what the library holds cannot be pickled or copied; make it anew where it is needed")
