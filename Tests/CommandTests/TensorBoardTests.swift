import Files
import Foundation
import TestSupport
import Testing

@Suite("metrics.sinks=[jsonl, tensorboard]") struct TensorBoardTests {
  private let folder: TemporaryFolder
  private let events: URL

  init() throws {
    folder = try TemporaryFolder()
    events = folder.url.appending(path: "run/events.out.tfevents.umwelt")
    let frames = (0..<400 * 64).map { UInt8(truncatingIfNeeded: $0 / 64 * 31 + $0 % 8 * 20) }
    try NpyWriter.write(frames, shape: [400, 8, 8], to: folder.url.appending(path: "x.npy"))
    let made = try Program.run(
      [
        "train", "vision", "--preset", "tiny", "--steps", "100", "--run-dir", "run", "--frames",
        "x.npy", "--set", "metrics.sinks=[jsonl,tensorboard]",
      ], in: folder.url)
    try #require(made.code == 0, "\(made.errors)")
  }

  @Test("the events are whole, and hold every curve, the result, pictures and settings")
  func whole() throws {
    let bytes = [UInt8](try Data(contentsOf: events))
    #expect(EventFile.wholeRecords(bytes) == bytes.count)
    let text = String(decoding: bytes, as: UTF8.self)
    for tag in [
      "vision/reconstruction", "vision/kl", "result/reconstruction", "media/learning",
      "configuration/text_summary", "_hparams_/session_start_info", "_hparams_/session_end_info",
      "model.latentSize",
    ] {
      #expect(text.contains(tag), "\(tag)")
    }
  }

  @Test("without the sink there is no such file") func without() throws {
    let made = try Program.run(
      [
        "train", "vision", "--preset", "tiny", "--steps", "20", "--run-dir", "plain", "--frames",
        "x.npy",
      ], in: folder.url)
    #expect(made.code == 0, "\(made.errors)")
    let names = try FileManager.default.contentsOfDirectory(
      atPath: folder.url.appending(path: "plain").path)
    #expect(!names.contains { $0.contains("tfevents") } && names.contains("metrics.jsonl"))
  }

  @Test(
    "TensorBoard and tbparse open it: the same numbers as in metrics.jsonl",
    .enabled(if: Python.hasTensorBoard, "python3 has no tensorboard and tbparse"))
  func opened() throws {
    let script = """
      from json import loads
      from tbparse import SummaryReader
      from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
      lines = [loads(line) for line in open('run/metrics.jsonl')]
      wanted = {(line['step'], name): value for line in lines for name, value in line.items()
                if '/' in name and value is not None}
      reader = SummaryReader('run')
      found = {(row.step, row.tag): row.value for row in reader.scalars.itertuples()}
      assert wanted.keys() == found.keys()
      assert all(abs(found[key] - value) <= 1e-6 * abs(value) for key, value in wanted.items())
      assert 'latentSize' in reader.text.value[0]
      settings = {row.tag: row.value for row in reader.hparams.itertuples()}
      assert settings['seed'] == 1 and settings['preset'] == 'tiny'
      events = EventAccumulator('run').Reload()
      images = events.Images('media/learning')
      assert images[0].encoded_image_string == open('run/media/learning.png', 'rb').read()
      assert images[0].width > 100 and images[0].height > 100
      print('read')
      """
    let answer = try Python.run(["-c", script], in: folder.url)
    #expect(answer.code == 0 && answer.output == "read\n", "\(answer.errors)")
  }
}
