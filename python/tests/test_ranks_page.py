"""What docs/ranks.md computes: its program prints the table below it."""

import contextlib
import io
import os
import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).parents[2]
PAGE = ROOT / "docs" / "ranks.md"


class RanksPage(unittest.TestCase):
    def test_the_program_prints_the_table(self):
        program, rest = re.search(r"```python\n(.*?)```\n(.*)", PAGE.read_text(), re.DOTALL).groups()
        table = [line.strip("|").split("|") for line in rest.strip().splitlines() if line.startswith("|")]
        wanted = [[float(number) for number in row] for row in table[2:]]
        printed, here = io.StringIO(), os.getcwd()
        os.chdir(ROOT)
        try:
            with contextlib.redirect_stdout(printed):
                exec(compile(program, "docs/ranks.md", "exec"), {})
        finally:
            os.chdir(here)
        self.assertEqual([[float(number) for number in line.split()] for line in printed.getvalue().splitlines()], wanted)


if __name__ == "__main__":
    unittest.main()
