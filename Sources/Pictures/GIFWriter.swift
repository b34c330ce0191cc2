import CGIF
public import EnvironmentKit
import Files

/// Writes an animation to disk, frame by frame, with memory for two frames only.
///
/// A frame of at most 256 changed colours is kept exactly; of richer frames the changed pixels get
/// the best 255 colours that median cut finds. The same frames give the same bytes.
public final class GIFWriter {
  /// Frames a second, at most 50: browsers slow down anything faster.
  public let framesPerSecond: Double
  /// Frames written so far.
  public private(set) var count = 0

  private let file: PendingFile
  private var gif: UnsafeMutablePointer<GifFileType>?
  private var shown: Frame?

  /// Opens an animation that loops for ever; the file appears when `finish` is called.
  ///
  /// - Parameters:
  ///   - path: where the file goes.
  ///   - framesPerSecond: greater than 0; more than 50 become 50.
  public init(path: String, framesPerSecond: Double) throws(FileError) {
    precondition(
      framesPerSecond > 0, "GIFWriter: \(framesPerSecond) frames a second; give more than 0")
    self.framesPerSecond = min(50, framesPerSecond)
    file = try PendingFile(path: path, operation: "write GIF")
  }

  deinit { close() }

  /// Adds a frame.
  ///
  /// - Precondition: it has the size of the first one.
  public func append(_ frame: Frame) throws(FileError) {
    if gif == nil { try begin(frame) }
    if let shown {
      precondition(
        (shown.width, shown.height) == (frame.width, frame.height),
        "GIFWriter.append: \(frame.width)×\(frame.height) after \(shown.width)×\(shown.height);"
          + " all frames of one animation have one size")
    }
    let patch = GIFPatch(of: frame, over: shown)
    try put(patch)
    shown = frame
    count += 1
  }

  /// Completes the file and gives it its name.
  ///
  /// - Throws: `FileError`, also where no frame was added.
  public func finish() throws(FileError) {
    guard gif != nil else { throw failure("no frame was added", "add at least one frame") }
    if !close() { throw file.writeFailure ?? failure("giflib could not close it", "try again") }
    try file.commit()
  }

  private func begin(_ frame: Frame) throws(FileError) {
    guard frame.width <= 65_535, frame.height <= 65_535 else {
      throw failure("\(frame.width)×\(frame.height) is beyond 65535", "draw smaller frames")
    }
    var code: Int32 = 0
    gif = EGifOpen(
      Unmanaged.passUnretained(file).toOpaque(),
      { gif, bytes, count in
        guard let gif, let bytes, let context = gif.pointee.UserData else { return 0 }
        let file = Unmanaged<PendingFile>.fromOpaque(context).takeUnretainedValue()
        file.write(UnsafeRawBufferPointer(start: bytes, count: Int(count)))
        return count
      }, &code)
    EGifSetGifVersion(gif, true)
    try check(EGifPutScreenDesc(gif, Int32(frame.width), Int32(frame.height), 8, 0, nil))
    let name = Array("NETSCAPE2.0".utf8)
    try check(EGifPutExtensionLeader(gif, APPLICATION_EXT_FUNC_CODE))
    try check(EGifPutExtensionBlock(gif, Int32(name.count), name))
    try check(EGifPutExtensionBlock(gif, 3, [1, 0, 0] as [UInt8]))
    try check(EGifPutExtensionTrailer(gif))
  }

  private func put(_ patch: GIFPatch) throws(FileError) {
    try putControl(patch)
    let bits = max(1, GifBitSize(Int32(patch.colors.count)))
    var colors = patch.colors.map {
      GifColorType(
        Red: UInt8($0 >> 16 & 255), Green: UInt8($0 >> 8 & 255), Blue: UInt8($0 & 255))
    }
    colors += Array(
      repeating: GifColorType(Red: 0, Green: 0, Blue: 0), count: (1 << Int(bits)) - colors.count)
    guard let map = GifMakeMapObject(Int32(colors.count), colors) else {
      throw failure("no memory for a palette", "free some memory")
    }
    defer { GifFreeMapObject(map) }
    let area = patch.area
    try check(
      EGifPutImageDesc(
        gif, Int32(area.x), Int32(area.y), Int32(area.width), Int32(area.height), false, map))
    var indices = patch.indices
    try check(EGifPutLine(gif, &indices, Int32(indices.count)))
  }

  private func putControl(_ patch: GIFPatch) throws(FileError) {
    var control = GraphicsControlBlock()
    control.DisposalMode = DISPOSE_DO_NOT
    control.DelayTime = delay(of: count)
    control.TransparentColor = patch.transparent.map { Int32($0) } ?? NO_TRANSPARENT_COLOR
    var bytes = [UInt8](repeating: 0, count: 4)
    EGifGCBToExtension(&control, &bytes)
    try check(EGifPutExtension(gif, GRAPHICS_EXT_FUNC_CODE, 4, bytes))
  }

  /// Hundredths of a second of a frame, so that the sum over all keeps to the rate.
  private func delay(of index: Int) -> Int32 {
    func time(_ index: Int) -> Double { (Double(index) * 100 / framesPerSecond).rounded() }
    return Int32(min(65_535, time(index + 1) - time(index)))
  }

  @discardableResult
  private func close() -> Bool {
    guard let open = gif else { return true }
    gif = nil
    var code: Int32 = 0
    return EGifCloseFile(open, &code) == GIF_OK
  }

  private func check(_ result: Int32) throws(FileError) {
    if let problem = file.writeFailure { throw problem }
    guard result == GIF_OK else {
      let text = gif.flatMap { GifErrorString($0.pointee.Error) }
      throw failure(text.map { String(cString: $0) } ?? "giflib failed", "try again")
    }
  }

  private func failure(_ cause: String, _ remedy: String) -> FileError {
    FileError(operation: "write GIF", place: file.path, cause: cause, remedy: remedy)
  }
}
