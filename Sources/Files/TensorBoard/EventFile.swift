import Foundation

/// A file of events as TensorBoard reads them: numbers, pictures and texts by tag and step.
///
/// A record is whole or absent; one file a folder, to which whatever goes on appends.
///
/// - SeeAlso: https://github.com/tensorflow/tensorboard, `compat/proto/{event,summary}.proto` for the fields,
///   `summary/writer/record_writer.py` for the records.
package final class EventFile {
  /// Whether nothing was in it when it was opened.
  package let isNew: Bool
  private let file: AppendedFile
  private let now: () -> Double

  /// Opens a file, or creates it.
  ///
  /// - Parameters:
  ///   - url: its name must hold `tfevents` for TensorBoard to find it.
  ///   - now: the time, in seconds since 1970.
  /// - Throws: `FileError` where it cannot be opened, read or mended.
  package init(
    at url: URL, now: @escaping () -> Double = { Date().timeIntervalSince1970 }
  ) throws {
    self.now = now
    file = try AppendedFile(at: url, keeping: Self.wholeRecords)
    isNew = file.size == 0
    guard isNew else { return }
    try append(step: nil) { event in
      event.add(3, "brain.Event:2")
      event.add(10) { $0.add(1, "umwelt") }
    }
  }

  /// Numbers of a step; what is not finite is left out.
  package func add(_ metrics: [Metric], step: Int) throws {
    let finite = metrics.filter(\.value.isFinite)
    guard !finite.isEmpty else { return }
    try append(step: step) { event in
      event.add(5) { summary in
        for metric in finite {
          summary.add(1) { value in
            value.add(1, metric.name)
            value.add(2, Float(metric.value))
          }
        }
      }
    }
  }

  /// What is in a picture's file.
  package struct Picture {
    /// The bytes of a PNG or GIF file.
    let bytes: [UInt8]
    let (width, height): (Int, Int)
    private let isMoving: Bool

    /// Reads the extents.
    ///
    /// - Returns: nil where the bytes are neither of a PNG nor of a GIF.
    package init?(_ bytes: [UInt8]) {
      func number(_ places: [Int]) -> Int { places.reduce(0) { $0 << 8 | Int(bytes[$1]) } }
      if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]), bytes.count >= 24 {
        (width, height) = (number([16, 17, 18, 19]), number([20, 21, 22, 23]))
        isMoving = false
      } else if bytes.starts(with: Array("GIF8".utf8)), bytes.count >= 10 {
        (width, height) = (number([7, 6]), number([9, 8]))
        isMoving = true
      } else {
        return nil
      }
      self.bytes = bytes
    }

    fileprivate func add(to value: inout WireMessage) {
      value.add(4) { image in
        image.add(1, height)
        image.add(2, width)
        image.add(3, 3)
        image.add(4, bytes)
      }
      if isMoving { value.add(9) { $0.plugin("images") } }
    }
  }

  /// A picture.
  package func add(_ tag: String, _ picture: Picture, step: Int) throws {
    try append(step: step) { event in
      event.add(5) { summary in
        summary.add(1) { value in
          value.add(1, tag)
          picture.add(to: &value)
        }
      }
    }
  }

  /// A text, in Markdown.
  package func add(_ tag: String, text: String, step: Int) throws {
    try append(step: step) { event in
      event.add(5) { summary in
        summary.add(1) { value in
          value.add(1, "\(tag)/text_summary")
          value.add(8) { tensor in
            tensor.add(1, 7)
            tensor.add(2) { shape in shape.add(2) { $0.add(1, 1) } }
            tensor.add(8, text)
          }
          value.add(9) { $0.plugin("text") }
        }
      }
    }
  }

  /// The settings of a run, for the page that compares runs by them.
  ///
  /// - Parameters:
  ///   - settings: by name; numbers and truth values are told from words.
  ///   - results: tags of numbers that runs are compared by.
  package func add(settings: [(name: String, value: String)], results: [String]) throws {
    let values = settings.map { ($0.name, HyperparameterValue($0.value)) }
    try addHyperparameters("experiment") { data in
      data.add(2) { experiment in
        for (name, value) in values {
          experiment.add(4) { info in
            info.add(1, name)
            info.add(4, value.kind)
          }
        }
        for result in results {
          experiment.add(5) { info in info.add(1) { $0.add(2, result) } }
        }
      }
    }
    try addHyperparameters("session_start_info") { data in
      data.add(3) { start in
        for (name, value) in values {
          start.add(1) { entry in
            entry.add(1, name)
            entry.add(2) { value.add(to: &$0) }
          }
        }
        start.add(5, now())
      }
    }
  }

  /// That a run has ended well.
  package func addEnd() throws {
    try addHyperparameters("session_end_info") { data in
      data.add(4) { end in
        end.add(1, 1)
        end.add(2, now())
      }
    }
  }

  private func addHyperparameters(_ name: String, _ fill: (inout WireMessage) -> Void) throws {
    var data = WireMessage()
    fill(&data)
    try append(step: 0) { event in
      event.add(5) { summary in
        summary.add(1) { value in
          value.add(1, "_hparams_/\(name)")
          value.add(9) { metadata in metadata.plugin("hparams", content: data.bytes) }
        }
      }
    }
  }

  private func append(step: Int?, _ fill: (inout WireMessage) -> Void) throws {
    var event = WireMessage()
    event.add(1, now())
    if let step, step != 0 { event.add(2, step) }
    fill(&event)
    try file.append(Self.record(event.bytes))
  }

  /// A record: its length, that one's checksum, the bytes, their checksum.
  package static func record(_ bytes: [UInt8]) -> [UInt8] {
    let length = UInt64(bytes.count).littleEndianBytes
    return length + CRC32C.masked(length).littleEndianBytes + bytes
      + CRC32C.masked(bytes).littleEndianBytes
  }

  /// The end of the last record that is whole.
  package static func wholeRecords(_ bytes: [UInt8]) -> Int {
    func number<Number: FixedWidthInteger>(_ type: Number.Type, at place: Int) -> Number {
      (0..<MemoryLayout<Number>.size).reversed().reduce(0) { $0 << 8 | Number(bytes[place + $1]) }
    }
    var end = 0
    while bytes.count - end >= 16 {
      let length = number(UInt64.self, at: end)
      guard number(UInt32.self, at: end + 8) == CRC32C.masked(bytes[end..<end + 8]),
        length <= UInt64(bytes.count - end - 16)
      else { break }
      let stop = end + 12 + Int(length)
      guard number(UInt32.self, at: stop) == CRC32C.masked(bytes[end + 12..<stop]) else { break }
      end = stop + 4
    }
    return end
  }
}

extension WireMessage {
  /// Which page of TensorBoard a value is for, with what that page reads.
  fileprivate mutating func plugin(_ name: String, content: [UInt8] = []) {
    add(1) { data in
      data.add(1, name)
      if !content.isEmpty { data.add(2, content) }
    }
  }
}

/// A setting's value: a truth value, a number, or words.
private enum HyperparameterValue {
  case truth(Bool)
  case number(Double)
  case words(String)

  init(_ text: String) {
    if text == "true" || text == "false" {
      self = .truth(text == "true")
    } else if let number = Double(text), number.isFinite {
      self = .number(number)
    } else {
      self = .words(text)
    }
  }

  /// The number of its kind in `api.proto`.
  var kind: Int {
    switch self {
    case .words: 1
    case .truth: 2
    case .number: 3
    }
  }

  func add(to value: inout WireMessage) {
    switch self {
    case .number(let number): value.add(2, number)
    case .words(let words): value.add(3, words)
    case .truth(let truth): value.add(4, truth ? 1 : 0)
    }
  }
}
