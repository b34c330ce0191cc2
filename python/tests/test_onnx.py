"""A run's networks as ONNX files, computed by onnxruntime, beside what the library computes."""
import unittest

import numpy as np
import umwelt
from support import PROGRAM, dreaming_run, folder, run

try:
    import onnx  # noqa: F401
    import onnxruntime
except ImportError:
    onnxruntime = None

# Both compute in single precision, in other orders.
CLOSE = 2e-4


@unittest.skipIf(onnxruntime is None, "onnx and onnxruntime are not installed")
@unittest.skipUnless(PROGRAM.is_file(), "the program is not built: make build")
class OnnxTests(unittest.TestCase):
    def exported(self, path):
        import umwelt.onnx
        paths = umwelt.onnx.export(path, folder() / f"onnx-{path.name}")
        return {
            name: onnxruntime.InferenceSession(str(place), providers=["CPUExecutionProvider"])
            for name, place in paths.items()}

    def test_v_m_and_c_compute_what_the_library_does(self):
        ways = {
            "as the preset has it": ("dreaming", "TakeCover", ()),
            "a layer, all features, a mixture each": ("onnx-other", "TakeCover", (
                "agent.input=[latent, cell, hidden]", "model.memory.actionEncoding=parts", "model.memory.sharesMixture=false",
                "model.likelihood=bernoulli", "learner.hiddenUnits=6", "learner.bias=false", "learner.readout=greatest")),
            "numbers as actions": ("onnx-ice", "IcePuck", ()),
        }
        for words, (name, world, settings) in ways.items():
            with self.subTest(words):
                path = run(name, world, *settings) if settings or world != "TakeCover" else dreaming_run()
                self.check(path, self.exported(path))

    def check(self, path, sessions):
        self.assertEqual(set(sessions), {"encoder", "decoder", "memory", "controller"})
        model, episode = umwelt.WorldModel(path), umwelt.data.Episodes(path)[0]
        frames = episode.observations[:9]
        mean, log_variance = model.encode(frames)
        found = sessions["encoder"].run(None, {"frames": frames})
        np.testing.assert_allclose(found[0], mean, atol=CLOSE)
        np.testing.assert_allclose(found[1], log_variance, atol=CLOSE)
        pixels, = sessions["decoder"].run(None, {"latents": mean})
        shown = np.abs(np.floor(pixels * 255 + 0.5) - model.decode(mean))
        self.assertLessEqual(shown.max(), 1)
        self.assertLess(shown.mean(), 0.01)
        seen = model.observe(frames, episode.actions[:8])
        self.check_memory(path, sessions["memory"], seen, episode.actions)
        self.check_controller(path, sessions["controller"], seen, frames)

    def check_memory(self, path, session, seen, actions):
        encoding = umwelt.Run(path).about["settings"]["model.memory.actionEncoding"]
        for step in range(8):
            given = {"latent": seen["latent"][step:step + 1], "hidden": seen["hidden"][step:step + 1],
                     "cell": seen["cell"][step:step + 1], "action": self.read(actions[step], encoding)}
            if "restart" in {one.name for one in session.get_inputs()}:
                given["restart"] = np.full((1, 1), step == 0, np.float32)
            names = [one.name for one in session.get_outputs()]
            said = dict(zip(names, session.run(None, given)))
            np.testing.assert_allclose(said["hidden_next"], seen["hidden"][step + 1:step + 2], atol=CLOSE)
            np.testing.assert_allclose(said["cell_next"], seen["cell"][step + 1:step + 2], atol=CLOSE)
            np.testing.assert_allclose(np.exp(said["log_weights"]).sum(axis=1), 1, atol=CLOSE)
        # With little freedom M draws the mean of the likeliest component, so nearly that the end follows too.
        model = umwelt.WorldModel(path)
        frames = umwelt.data.Episodes(path)[0].observations[:8]
        dreamt = model.imagine(frames, actions[:8], temperature=1e-6)
        np.testing.assert_allclose(said["hidden_next"][0], dreamt["hidden"][0], atol=CLOSE)
        if "end_logit" in said:
            np.testing.assert_allclose(1 / (1 + np.exp(-said["end_logit"][0, 0])), dreamt["ends"][0], atol=CLOSE)
        if "reward" in said:
            np.testing.assert_allclose(said["reward"][0, 0], dreamt["rewards"][0], atol=CLOSE)
        if said["log_weights"].ndim == 2:
            likeliest = said["means"][0, said["log_weights"][0].argmax()]
            np.testing.assert_allclose(dreamt["latent"][0], likeliest, atol=0.02)

    @staticmethod
    def read(action, encoding):
        if np.ndim(action):
            return np.array(action, np.float32)[None]
        if encoding == "parts":
            return np.array([[(2 * action + 1 - 3) / 3]], np.float32)
        return np.eye(3, dtype=np.float32)[[action]]

    def check_controller(self, path, session, seen, frames):
        policy = umwelt.Policy(path)
        policy.reset(seed=0)
        inputs = policy.run.about["agentInput"]
        for step in range(4):
            # The agent goes its own way from the second frame on: what it is shown there is the library's affair.
            features = {name: seen[name][step] for name in inputs}
            given = np.concatenate([features[name] for name in inputs])[None]
            names = [one.name for one in session.get_outputs()]
            said = dict(zip(names, session.run(None, {"features": given})))
            policy.reset(seed=0)
            wanted = policy({name: value[None] for name, value in features.items()})
            np.testing.assert_allclose(said["action"][0], wanted[0], atol=CLOSE)

    def test_other_networks_are_refused(self):
        import umwelt.onnx
        path = run("onnx-codes", "TakeCover", "model.kind=autoencoder", "learner.in=world", "agent.input=[latent]",
                   "model.latent.kind=categorical", "model.latent.groups=5", "model.latent.classes=4")
        with self.assertRaisesRegex(umwelt.InvalidArgument, "categorical latents"):
            umwelt.onnx.export(path, folder() / "refused")


if __name__ == "__main__":
    unittest.main()
