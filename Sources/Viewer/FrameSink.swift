public import EnvironmentKit
public import Pictures

/// A file that frames go to: a GIF keeps all of them, a PNG the last.
public struct FrameSink {
  /// Where the file goes.
  public let path: String
  private let animation: GIFWriter?
  private var last: Frame?

  /// Opens a sink; the file appears when `finish` is called.
  ///
  /// - Parameters:
  ///   - path: ends in `.gif` or `.png`.
  ///   - framesPerSecond: greater than 0; a GIF shows at most 50.
  public init(path: String, framesPerSecond: Double) throws(PictureError) {
    let ending = path.split(separator: ".").last.map { $0.lowercased() } ?? ""
    guard ["gif", "png"].contains(ending) else {
      throw PictureError(
        operation: "save frames", place: path, cause: "the name ends in neither .gif nor .png",
        remedy: "give a name such as out.gif or out.png")
    }
    self.path = path
    animation =
      ending == "gif" ? try GIFWriter(path: path, framesPerSecond: framesPerSecond) : nil
  }

  /// Takes a frame.
  public mutating func append(_ frame: Frame) throws(PictureError) {
    try animation?.append(frame)
    last = frame
  }

  /// Whether a frame can be added: a GIF's frames are all of one size.
  public func accepts(_ frame: Frame) -> Bool {
    guard animation != nil, let last else { return true }
    return (last.width, last.height) == (frame.width, frame.height)
  }

  /// Completes the file and gives it its name.
  public func finish() throws(PictureError) {
    guard let last else {
      throw PictureError(
        operation: "save frames", place: path, cause: "there was no frame",
        remedy: "ask for at least one frame")
    }
    if let animation { try animation.finish() } else { try PNG.write(last, to: path) }
  }
}
