"""Pictures and films of others as frames: uint8 `[height, width, channel]`, of one or three channels."""

import io
import shutil
import subprocess
import tempfile

import numpy as np

from .reading import DataError

_READERS = "pip install av, or imageio with imageio-ffmpeg, or install the program ffmpeg"


def as_pictures(array, place):
    """Frames `[T, height, width, channel]` of an array of pictures of a usual kind.

    Floats of 0 to 1 are brought to bytes; `[T, height, width]` is grey; channels may come first, a fourth is left out.
    """
    array = np.asarray(array)
    if array.ndim == 3:
        array = array[..., None]
    if array.ndim != 4 or min(array.shape) < 1:
        raise DataError(f"{place}: frames of shape {array.shape}; give [T, height, width, channel], or say frame=")
    if array.shape[-1] not in (1, 3, 4) and array.shape[1] in (1, 3):
        array = np.moveaxis(array, 1, -1)
    if array.shape[-1] == 4:
        array = array[..., :3]
    if array.shape[-1] not in (1, 3):
        raise DataError(f"{place}: frames of {array.shape[-1]} channels; give 1 or 3, or say frame=")
    if array.dtype == np.uint8:
        return array
    least, most = (float(array.min()), float(array.max())) if array.size else (0.0, 0.0)
    if array.dtype.kind == "f" and 0 <= least and most <= 1:
        return np.rint(array.astype(np.float32) * 255).astype(np.uint8)
    if array.dtype.kind in "iuf" and 0 <= least and most <= 255:
        return np.rint(array).astype(np.uint8)
    raise DataError(f"{place}: frames of {array.dtype} from {least:g} to {most:g}; say by frame= how bytes are made of them")


def resized(pictures, size):
    """The middle square of each picture, brought to `size` pixels a side by the mean over areas."""
    height, width = pictures.shape[1:3]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    square = pictures[:, top:top + side, left:left + side]
    if side == size:
        return np.ascontiguousarray(square)
    # How much of each pixel lies in each of the new ones.
    edges = np.linspace(0, side, size + 1)
    low, high = edges[:-1, None], edges[1:, None]
    place = np.arange(side)[None]
    share = np.clip(np.minimum(high, place + 1) - np.maximum(low, place), 0, None).astype(np.float32) * (size / side)
    found = np.empty((len(square), size, size, square.shape[-1]), np.uint8)
    for number, one in enumerate(square):
        rows = np.tensordot(share, one.astype(np.float32), (1, 0))
        found[number] = np.rint(np.moveaxis(np.tensordot(share, rows, (1, 1)), 0, 1)).clip(0, 255)
    return found


def check_size(size):
    """Refuses what is no side of a frame."""
    if size is not None and not (isinstance(size, (int, np.integer)) and 8 <= size <= 256):
        raise DataError(f"size: {size!r} given; give 8 to 256 pixels of a side, or None to leave frames as they are")


def film(path):
    """The frames of a film one after the other, `[height, width, 3]`, by PyAV, imageio or ffmpeg, whichever is there."""
    number = 0
    try:
        for frame in _film(path):
            frame = np.asarray(frame)
            if frame.ndim == 2:
                frame = np.repeat(frame[..., None], 3, axis=2)
            yield np.ascontiguousarray(frame[..., :3], np.uint8)
            number += 1
    except DataError:
        raise
    except Exception as error:
        raise DataError(f"{path}: cannot be read as a film after frame {number} ({error}); put the whole file there") from None
    if number == 0:
        raise DataError(f"{path}: the film has no frames; put the whole file there")


def _film(path):
    try:
        import av
    except ImportError:
        av = None
    if av is not None:
        with av.open(str(path)) as opened:
            for frame in opened.decode(video=0):
                yield frame.to_ndarray(format="rgb24")
        return
    try:
        import imageio.v3
    except ImportError:
        imageio = None
    else:
        imageio = imageio.v3
    if shutil.which("ffmpeg"):
        yield from _by_ffmpeg(path)
    elif imageio is not None:
        yield from imageio.imiter(path)
    else:
        raise DataError(f"{path}: nothing here reads films; {_READERS}")


def _by_ffmpeg(path):
    with tempfile.TemporaryFile() as said, subprocess.Popen(
            ["ffmpeg", "-v", "error", "-nostdin", "-i", str(path), "-f", "image2pipe", "-c:v", "ppm", "-"],
            stdout=subprocess.PIPE, stderr=said) as process:
        try:
            while line := process.stdout.readline():
                if line.strip() != b"P6":
                    raise ValueError("ffmpeg gave no pictures")
                width, height = map(int, process.stdout.readline().split())
                process.stdout.readline()
                data = process.stdout.read(3 * width * height)
                if len(data) != 3 * width * height:
                    raise ValueError("ffmpeg ended within a picture")
                yield np.frombuffer(data, np.uint8).reshape(height, width, 3)
        finally:
            process.stdout.close()
        if process.wait() != 0:
            said.seek(0)
            raise ValueError(" ".join(said.read().decode("utf-8", "replace").split()) or "ffmpeg failed")


def picture(data, place):
    """The picture in the bytes of a PNG or JPEG file, `[height, width, 3]`."""
    try:
        from PIL import Image
    except ImportError:
        Image = None
    try:
        if Image is not None:
            return np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))
        with tempfile.NamedTemporaryFile(suffix=".png") as file:
            file.write(data)
            file.flush()
            return next(film(file.name))
    except DataError as error:
        raise DataError(f"{place}: {str(error).split(': ', 1)[-1]}") from None
    except Exception as error:
        raise DataError(f"{place}: holds no picture ({error}); put it back as it was written") from None
