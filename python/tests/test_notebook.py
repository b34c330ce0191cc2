"""The notebook in docs/ runs from its first cell to its last."""
import json
import os
import unittest

from support import PROGRAM, ROOT, dreaming_run

try:
    import matplotlib
    matplotlib.use("Agg")
except ImportError:
    matplotlib = None


@unittest.skipIf(matplotlib is None, "matplotlib is not installed")
@unittest.skipUnless(PROGRAM.is_file(), "the program is not built: make build")
class NotebookTests(unittest.TestCase):
    def test_every_cell_runs_on_a_run(self):
        import matplotlib.pyplot as plt
        notebook = json.loads((ROOT / "docs" / "open-a-run.ipynb").read_text())
        self.assertEqual((notebook["nbformat"], notebook["nbformat_minor"]), (4, 4))
        names, run = {}, dreaming_run()
        cells = ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]
        self.assertGreater(len(cells), 5)
        for cell in cells:
            code = cell.replace('"runs/try"', repr(os.fspath(run)))
            exec(compile(code, "docs/open-a-run.ipynb", "exec"), names)
            plt.close("all")
        self.assertEqual(names["means"].shape[0], len(names["facts"]))


if __name__ == "__main__":
    unittest.main()
