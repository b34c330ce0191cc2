import Environments
import Foundation
import TestSupport
import Testing

/// `umwelt rollout`, as a user starts it.
@Suite("The command rollout", .serialized)
struct RolloutCommandTests {
  @Test("NumPy opens what is written", .enabled(if: Python.hasNumPy, "python3 has no numpy"))
  func numpy() throws {
    let folder = try TemporaryFolder()
    let outcome = try Program.run(
      "rollout", "MiniGrid-DoorKey-5x5-v0", "--seed", "7", "--policy", "random", "--episodes", "3",
      "--save", "out", "--observation", "symbols", in: folder.url)
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.errors.contains("rollout: 3/3 episodes"))
    let script = """
      from json import load as read
      from numpy import load
      index = read(open('out/index.json'))
      arrays = {n: load('out/shard-0000-' + n + '.npy') for n in
        ['frames', 'facts', 'actions', 'rewards', 'terminated', 'truncated', 'episodes']}
      starts = arrays['episodes'][:, 1].astype(int)
      steps = arrays['episodes'][:, 2].astype(int)
      image = arrays['frames'][:, :147].reshape(-1, 7, 7, 3)
      assert arrays['episodes'][:, 0].tolist() == [7, 8, 9]
      assert len(image) == steps.sum() + 3 and len(arrays['actions']) == steps.sum()
      assert index['fields'][0] == {'name': 'image', 'shape': [7, 7, 3], 'order': 'columns'}
      assert index['fields'][1] == {'name': 'direction', 'shape': [1]}
      assert (image[starts, 3, 6] == [1, 0, 0]).all() and set(arrays['frames'][:, 147]) <= {0, 1, 2, 3}
      assert (arrays['terminated'] | arrays['truncated'])[steps.cumsum() - 1].all()
      assert arrays['facts'].shape == (len(image), len(index['facts']))
      print({n: a.dtype.name for n, a in arrays.items()})
      """
    let answer = try Python.run(["-c", script], in: folder.url)
    #expect(answer.code == 0, "\(answer.errors)")
    #expect(
      answer.output == """
        {'frames': 'uint8', 'facts': 'float32', 'actions': 'int32', 'rewards': 'float32', \
        'terminated': 'bool', 'truncated': 'bool', 'episodes': 'uint64'}

        """)
  }

  @Test("a run's controller plays, and the world is recorded in any way") func trained() throws {
    let folder = try TemporaryFolder()
    let run = try Program.run(
      smallRun + ["MiniGrid-Empty-5x5-v0", "--run-dir", "run", "--set", "model.steps=3"],
      in: folder.url)
    try #require(run.code == 0, "\(run.errors)")
    for (kind, bytes) in [("pixels64", 64 * 64 * 3), ("symbols", 148)] {
      let outcome = try Program.run(
        "rollout", "MiniGrid-Empty-5x5-v0", "--policy", "run", "--episodes", "2", "--save", kind,
        "--observation", kind, in: folder.url)
      #expect(outcome.code == 0, "\(outcome.errors)")
      let frames = try Data(
        contentsOf: URL(fileURLWithPath: folder.path("\(kind)/shard-0000-frames.npy")))
      #expect((frames.count - 128) % bytes == 0)
    }
    let (one, other) = (folder.path("pixels64"), folder.path("symbols"))
    for name in ["actions", "rewards", "terminated", "episodes"] {
      let file = "/shard-0000-\(name).npy"
      #expect(FileManager.default.contentsEqual(atPath: one + file, andPath: other + file))
    }
    let wrong = try Program.run(
      "rollout", "TakeCover", "--policy", "run", "--save", "x", in: folder.url)
    #expect(wrong.code == 2)
    #expect(wrong.errors.contains("the run is one of MiniGrid-Empty-5x5-v0, not of TakeCover"))
  }

  @Test("Ctrl-C keeps the closed shards, and the same command goes on to the same bytes")
  func interrupted() throws {
    let folder = try TemporaryFolder()
    func command(_ name: String) -> [String] {
      [
        "rollout", "FallingFruit", "--episodes", "400", "--observation", "pixels64", "--save", name,
      ]
    }
    let process = try Program.start(
      command("stopped"), in: folder.url, output: folder.url.appendingPathComponent("output"),
      errors: folder.url.appendingPathComponent("errors"))
    let index = folder.path("stopped/index.json")
    while process.isRunning, !FileManager.default.fileExists(atPath: index) { usleep(2000) }
    process.interrupt()
    process.waitUntilExit()
    #expect(process.terminationStatus == 130)
    #expect(FileManager.default.fileExists(atPath: index))
    for name in ["stopped", "whole"] {
      let outcome = try Program.run(command(name), in: folder.url)
      #expect(outcome.code == 0, "\(outcome.errors)")
    }
    #expect(try comparableFiles(folder.path("stopped")) == comparableFiles(folder.path("whole")))
  }

  @Test(
    "wrong use is explained",
    arguments: [
      (["rollout", "Catch"], "save"),
      (["rollout", "Catch", "--save", "x", "--policy", "nowhere"], "there is no such folder"),
      (["rollout", "Catch", "--save", "x", "--actions", "nowhere"], "no such file"),
      (
        ["rollout", "Catch", "--save", "x", "--observation", "pixel64"], "did you mean 'pixels64'?"
      ),
      (["rollout", "Catch", "--save", "x", "--episodes", "0"], "give 1 to 10000000"),
      (["rollout", "Catch", "--save", "x", "--actions", "a", "--policy", "random"], "leave one"),
    ])
  func usage(arguments: [String], message: String) throws {
    let folder = try TemporaryFolder()
    let outcome = try Program.run(arguments, in: folder.url)
    #expect(outcome.code != 0)
    #expect(outcome.errors.contains(message), "\(outcome.errors)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).isEmpty)
  }

  @Test("a world of one's own is rolled out by actions of a file") func ownWorld() throws {
    let folder = try TemporaryFolder()
    try WorldFileTests.good.write(
      toFile: folder.path("my.yaml"), atomically: true, encoding: .utf8)
    try "right\nright\nright\nright\nleft\n".write(
      toFile: folder.path("moves.txt"), atomically: true, encoding: .utf8)
    let outcome = try Program.run(
      "rollout", "my.yaml", "--actions", "moves.txt", "--episodes", "1", "--save", "out",
      in: folder.url)
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(
      outcome.output
        == "1 action of the file was not taken\n1 episode, 4 steps, mean return 1.0: out\n")
    let more = try Program.run(
      "rollout", "my.yaml", "--actions", "moves.txt", "--episodes", "3", "--save", "more",
      in: folder.url)
    #expect(
      more.output
        == "the actions of the file fill 2 of 3 episodes\n2 episodes, 5 steps, mean return 0.5: more\n"
    )
  }

  @Test("a rollout keeps a copy of the world's file, and refuses one that has changed since")
  func changedWorld() throws {
    let folder = try TemporaryFolder()
    try WorldFileTests.good.write(
      toFile: folder.path("my.yaml"), atomically: true, encoding: .utf8)
    let command = ["rollout", "my.yaml", "--episodes", "2", "--save", "out"]
    #expect(try Program.run(command, in: folder.url).code == 0)
    #expect(
      try String(contentsOfFile: folder.path("out/world.yaml"), encoding: .utf8)
        == WorldFileTests.good)
    #expect(try Program.run(command, in: folder.url).code == 0)
    try (WorldFileTests.good + "# another\n").write(
      toFile: folder.path("my.yaml"), atomically: true, encoding: .utf8)
    let outcome = try Program.run(command, in: folder.url)
    #expect(outcome.code == 2 && outcome.errors.contains("the world's file has changed since"))
  }

  @Test("a rollout of a run refuses to go on with another controller, or in a changed world")
  func changedRun() throws {
    let folder = try TemporaryFolder()
    try WorldFileTests.good.write(
      toFile: folder.path("my.yaml"), atomically: true, encoding: .utf8)
    for (name, seed) in [("run", "1"), ("other", "2")] {
      let made = try Program.run(
        smallRun + [
          "my.yaml", "--run-dir", name, "--seed", seed, "--set", "model.steps=3",
        ], in: folder.url)
      try #require(made.code == 0, "\(made.errors)")
    }
    let command = [
      "rollout", "my.yaml", "--policy", "run", "--episodes", "2", "--save", "out",
    ]
    #expect(try Program.run(command, in: folder.url).code == 0)
    try FileManager.default.removeItem(atPath: folder.path("run"))
    try FileManager.default.moveItem(
      atPath: folder.path("other"), toPath: folder.path("run"))
    var outcome = try Program.run(command, in: folder.url)
    #expect(outcome.code == 2 && outcome.errors.contains("another world, seed"))
    try (WorldFileTests.good + "# another\n").write(
      toFile: folder.path("my.yaml"), atomically: true, encoding: .utf8)
    outcome = try Program.run(command.dropLast() + ["new"], in: folder.url)
    #expect(outcome.code == 2 && outcome.errors.contains("has changed since the run"))
    #expect(!outcome.errors.contains("keeps to its copy"), "\(outcome.errors)")
    let listed = try Program.run("runs", ".", in: folder.url)
    #expect(listed.code == 0 && listed.errors.isEmpty, "\(listed.errors)")
  }
}
