#!/usr/bin/env python3
"""Packs the package and its library into a wheel: a build backend that needs nothing but the standard library.

`pip wheel python/` calls it, and so does `scripts/python-package`: `python3 python/wheel_backend.py FOLDER`. The same
files make the same bytes.
"""
import base64
import hashlib
import platform
import sys
import tomllib
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
# The library is plain C to Python: any Python 3 of this kind of machine can load it.
TAG = f"py3-none-linux_{platform.machine()}"
LIBRARY = "umwelt/_library/libumwelt.so"


def project():
    """What pyproject.toml says of the package."""
    return tomllib.loads((HERE / "pyproject.toml").read_text())["project"]


def metadata(about):
    """The file METADATA."""
    lines = [
        "Metadata-Version: 2.1", f"Name: {about['name']}", f"Version: {about['version']}",
        f"Summary: {about['description']}", f"Requires-Python: {about['requires-python']}"]
    lines += [f"Requires-Dist: {needed}" for needed in about["dependencies"]]
    for extra, all_needed in about["optional-dependencies"].items():
        lines.append(f"Provides-Extra: {extra}")
        lines += [f'Requires-Dist: {needed}; extra == "{extra}"' for needed in all_needed]
    return "\n".join(lines) + "\n"


def files():
    """The package's files by their place in the wheel."""
    if not (HERE / LIBRARY).is_file():
        sys.exit(f"{HERE / LIBRARY}: the library is not built; run 'make python' at the top of the project")
    found = [path for path in sorted((HERE / "umwelt").rglob("*")) if path.is_file() and "__pycache__" not in path.parts]
    return {str(path.relative_to(HERE)): path.read_bytes() for path in found}


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    """Writes the wheel into a folder; returns its name, as PEP 517 wants it."""
    about = project()
    name = f"{about['name']}-{about['version']}"
    contents = files()
    info = f"{name}.dist-info"
    contents[f"{info}/METADATA"] = metadata(about).encode()
    contents[f"{info}/WHEEL"] = f"Wheel-Version: 1.0\nGenerator: umwelt\nRoot-Is-Purelib: false\nTag: {TAG}\n".encode()
    record = "".join(f"{path},sha256={digest(data)},{len(data)}\n" for path, data in contents.items())
    contents[f"{info}/RECORD"] = f"{record}{info}/RECORD,,\n".encode()
    wheel = f"{name}-{TAG}.whl"
    Path(wheel_directory).mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(Path(wheel_directory) / wheel, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for path, data in contents.items():
            entry = zipfile.ZipInfo(path)  # of 1980, whenever it is
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, data)
    return wheel


def digest(data):
    """A checksum as RECORD has it."""
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()


if __name__ == "__main__":
    folder = sys.argv[1] if len(sys.argv) > 1 else HERE / "dist"
    print(Path(folder) / build_wheel(folder))
