"""What docs/python.md shows is true: every sample is run here."""
import io
import re
import contextlib
import subprocess
import unittest

import umwelt  # noqa: F401
from support import PROGRAM, ROOT, dreaming_run, folder, program

PAGE = ROOT / "docs" / "python.md"


def blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", PAGE.read_text(), re.S)


class PageTests(unittest.TestCase):
    def test_every_make_target_and_file_that_it_names_is_there(self):
        lines = [line.split("#")[0].strip() for block in blocks("sh") for line in block.splitlines()]
        self.assertGreater(len(lines), 3)
        for line in filter(None, lines):
            with self.subTest(line):
                if line.startswith("make "):
                    subprocess.run(
                        ["make", "--dry-run", *line.split()[1:]], cwd=ROOT, check=True, capture_output=True)
                elif line.startswith("pip install "):
                    self.assertTrue((ROOT / line.split()[-1].split("[")[0]).is_file(), line)
                elif line.startswith("umwelt "):
                    self.assertIn(line.split()[1], ("run", "rollout"))
                else:
                    self.fail(f"what is '{line}'?")

    @unittest.skipUnless(PROGRAM.is_file(), "the program is not built: make build")
    def test_every_sample_runs(self):
        run = dreaming_run()
        program("rollout", "TakeCover", "--policy", "random", "--episodes", "2", "--save", "played")
        samples = blocks("python")
        self.assertGreater(len(samples), 6)
        for sample in samples:
            with self.subTest(sample.splitlines()[0]):
                if "stable_baselines3" in sample:
                    try:
                        import stable_baselines3  # noqa: F401
                    except ImportError:
                        continue
                if "umwelt.onnx" in sample:
                    try:
                        import onnx  # noqa: F401
                    except ImportError:
                        continue
                if "DataLoader" in sample:
                    try:
                        import torch  # noqa: F401
                    except ImportError:
                        continue
                text = sample.replace('"runs/try"', repr(str(run))).replace('"played"', repr(str(folder() / "played")))
                text = text.replace('"onnx")', repr(str(folder() / "onnx-page")) + ")")
                text = text.replace('"my.yaml"', repr(str(ROOT / "envs" / "worlds" / "catch.yaml")))
                text = text.replace("total_timesteps=30_000", "total_timesteps=256")
                with contextlib.redirect_stdout(io.StringIO()):
                    exec(compile(text, "docs/python.md", "exec"), {})


if __name__ == "__main__":
    unittest.main()
