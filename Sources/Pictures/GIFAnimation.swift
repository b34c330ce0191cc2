import CGIF
public import EnvironmentKit
import Files

/// An animation read back from a file.
public struct GIFAnimation: Hashable, Sendable {
  /// The frames as a viewer shows them, all of one size.
  public let frames: [Frame]
  /// How long each is shown, in hundredths of a second.
  public let delays: [Int]

  /// Reads a GIF file whole.
  public init(gif path: String) throws(FileError) {
    var code: Int32 = 0
    guard let gif = DGifOpenFileName(path, &code) else { throw Self.failure(path, code) }
    defer { DGifCloseFile(gif, nil) }
    guard DGifSlurp(gif) == GIF_OK else { throw Self.failure(path, gif.pointee.Error) }
    var canvas = Frame(width: Int(gif.pointee.SWidth), height: Int(gif.pointee.SHeight))
    var frames: [Frame] = []
    var delays: [Int] = []
    for index in 0..<Int(gif.pointee.ImageCount) {
      var control = GraphicsControlBlock()
      control.TransparentColor = NO_TRANSPARENT_COLOR
      DGifSavedExtensionToGCB(gif, Int32(index), &control)
      Self.lay(gif.pointee.SavedImages[index], control, gif.pointee.SColorMap, onto: &canvas)
      frames.append(canvas)
      delays.append(Int(control.DelayTime))
    }
    self.frames = frames
    self.delays = delays
  }

  private static func lay(
    _ image: SavedImage, _ control: GraphicsControlBlock,
    _ shared: UnsafeMutablePointer<ColorMapObject>?, onto canvas: inout Frame
  ) {
    let place = image.ImageDesc
    guard let map = place.ColorMap ?? shared, let bits = image.RasterBits else { return }
    for row in 0..<Int(place.Height) {
      for column in 0..<Int(place.Width) {
        let index = Int32(bits[row * Int(place.Width) + column])
        let (x, y) = (Int(place.Left) + column, Int(place.Top) + row)
        guard index != control.TransparentColor, index < map.pointee.ColorCount,
          x < canvas.width, y < canvas.height
        else { continue }
        let color = map.pointee.Colors[Int(index)]
        canvas[x, y] = Color(color.Red, color.Green, color.Blue)
      }
    }
  }

  private static func failure(_ path: String, _ code: Int32) -> FileError {
    FileError(
      operation: "read GIF", place: path,
      cause: GifErrorString(code).map { String(cString: $0) } ?? "giflib error \(code)",
      remedy: "give a whole GIF file")
  }
}
