"""What docs/torch.md shows: the modules compute what the program does."""
import contextlib
import io
import re
import unittest

import numpy as np
import umwelt
from support import PROGRAM, ROOT, dreaming_run

PAGE = ROOT / "docs" / "torch.md"


@unittest.skipUnless(PROGRAM.is_file(), "the program is not built: make build")
class TorchTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        try:
            import safetensors.torch  # noqa: F401
            import torch
        except ImportError as error:
            raise unittest.SkipTest(f"{error.name} is not installed: pip install torch safetensors") from None
        cls.torch = torch
        cls.path = dreaming_run()
        samples = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.S)
        cls.page = {}
        with contextlib.redirect_stdout(io.StringIO()) as cls.printed:
            for sample in samples:
                exec(compile(sample.replace("runs/try", str(cls.path)), "docs/torch.md", "exec"), cls.page)
        cls.model = umwelt.WorldModel(cls.path)
        cls.episode = umwelt.data.Episodes(cls.path)[0]

    def test_the_samples_run(self):
        self.assertIn("torch.Size([5, 8])", self.printed.getvalue())

    def test_encodings_are_those_of_the_program(self):
        frames = np.array(self.episode.observations[:40])
        means, log_variances = self.model.encode(frames)
        pictures = self.torch.from_numpy(frames)
        with self.torch.no_grad():
            short = self.page["encode"](pictures)
            mine = self.page["vision"].encode(pictures.permute(0, 3, 1, 2) / 255)
        np.testing.assert_allclose(short, means, atol=1e-4)
        np.testing.assert_allclose(mine[0], means, atol=1e-4)
        np.testing.assert_allclose(mine[1], log_variances, atol=1e-4)

    def test_decodings_are_those_of_the_program(self):
        latents = np.random.default_rng(0).normal(size=(9, self.model.latent_size)).astype(np.float32)
        with self.torch.no_grad():
            mine = self.page["vision"].decode(self.torch.from_numpy(latents)).permute(0, 2, 3, 1).numpy()
        # A value that lies on the border of two bytes may become either.
        np.testing.assert_allclose(mine * 255, self.model.decode(latents), atol=0.51)

    def test_steps_of_the_memory_are_those_of_the_program(self):
        steps = min(30, len(self.episode))
        frames, actions = np.array(self.episode.observations[:steps + 1]), self.episode.actions[:steps]
        seen = self.model.observe(frames, actions)
        one_hot = self.torch.eye(3)
        state = None
        with self.torch.no_grad():
            for step in range(steps):
                latent = self.torch.from_numpy(seen["latent"][step:step + 1].copy())
                _, state = self.page["memory"](latent, one_hot[int(actions[step])][None], state)
                np.testing.assert_allclose(state[0][0], seen["hidden"][step + 1], atol=1e-4)

    def test_what_the_memory_says_is_what_dreams_come_of(self):
        states = self.model.states()
        states.begin(0)
        frame = np.array(self.episode.observations[:1])
        latent = states.observe(frame, None)["latent"]
        with self.torch.no_grad():
            (weights, means, _, heads), _ = self.page["memory"](
                self.torch.from_numpy(np.array(latent)), self.torch.eye(3)[1][None])
        # Next to no temperature: the mean of the likeliest component.
        dreamt = self.model.imagine(frame, [1], temperature=1e-6)
        best = int(weights[0, :, 0].argmax())
        np.testing.assert_allclose(means[0, best], dreamt["latent"][0], atol=0.02)
        if self.model.imagination["reward"]:
            np.testing.assert_allclose(heads[0, 0], dreamt["rewards"][0], atol=1e-3)


if __name__ == "__main__":
    unittest.main()
