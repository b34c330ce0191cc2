import CSDL2
public import EnvironmentKit
import Pictures

/// A window that shows one picture, as large as fits with its proportion.
///
/// Use it on the thread that made it: the main thread, where the system shows real windows.
/// SDL is started by the first window and ended with the last; nothing else starts it.
public final class Window {
  private let window: OpaquePointer
  private let renderer: OpaquePointer
  private var texture: OpaquePointer?
  private var textureSize = (width: 0, height: 0)
  private let title: String

  /// Opens a window of a picture's proportion, as large as suits the display.
  ///
  /// - Parameters:
  ///   - title: what the window's frame says.
  ///   - width: columns of the picture, at least 1.
  ///   - height: rows of the picture, at least 1.
  ///   - magnification: of the picture; nil fills what `WindowExtent` allows.
  /// - Throws: `SDLError` where there is no display or no window can be opened.
  public init(
    title: String, width: Int, height: Int, magnification: Int? = nil
  ) throws(SDLError) {
    precondition(width > 0 && height > 0, "Window: \(width)×\(height); give 1 or more of each")
    try Display.startForWindow()
    let size = WindowExtent(display: Self.displaySize()).size(
      around: (width, height), magnification: magnification)
    let centered = Int32(bitPattern: SDL_WINDOWPOS_CENTERED_MASK)
    let flags = SDL_WINDOW_RESIZABLE.rawValue | SDL_WINDOW_ALLOW_HIGHDPI.rawValue
    guard
      let window = SDL_CreateWindow(
        title, centered, centered, Int32(size.width), Int32(size.height), flags)
    else {
      let error = SDLError("open window", place: title)
      Display.stop()
      throw error
    }
    guard
      let renderer = SDL_CreateRenderer(window, -1, 0)
        ?? SDL_CreateRenderer(window, -1, SDL_RENDERER_SOFTWARE.rawValue)
    else {
      let error = SDLError("draw in window", place: title)
      SDL_DestroyWindow(window)
      Display.stop()
      throw error
    }
    self.window = window
    self.renderer = renderer
    self.title = title
  }

  deinit {
    if let texture { SDL_DestroyTexture(texture) }
    SDL_DestroyRenderer(renderer)
    SDL_DestroyWindow(window)
    Display.stop()
  }

  /// Whether anything of it can be seen: neither hidden nor minimised.
  public var isVisible: Bool {
    let hidden = SDL_WINDOW_HIDDEN.rawValue | SDL_WINDOW_MINIMIZED.rawValue
    return SDL_GetWindowFlags(window) & hidden == 0
  }

  /// Shows a picture and keeps it for repainting.
  public func show(_ frame: Frame) throws(SDLError) {
    try upload(frame)
    try paint()
    SDL_RenderPresent(renderer)
  }

  /// Waits for something to happen, without spinning, and returns all that happened.
  ///
  /// - Parameter seconds: the longest wait.
  public func events(waitingUpTo seconds: Double) -> [WindowEvent] {
    var events: [WindowEvent] = []
    var event = SDL_Event()
    let milliseconds = Int32(max(0, min(10_000, (seconds * 1000).rounded(.up))))
    guard SDL_WaitEventTimeout(&event, milliseconds) != 0 else { return [] }
    repeat {
      if let known = WindowEvent(event) { events.append(known) }
    } while SDL_PollEvent(&event) != 0
    return events.map { event in
      switch event {
      case .pointed(let place): .pointed(onPicture(place))
      case .hovered(let place): .hovered(onPicture(place))
      default: event
      }
    }
  }

  /// The pixel of the picture under a place of the window.
  private func onPicture(_ place: PointerPlace) -> PointerPlace {
    var (width, height): (Int32, Int32) = (0, 0)
    SDL_GetWindowSize(window, &width, &height)
    guard width > 0, height > 0, texture != nil, let output = try? outputSize() else {
      return place
    }
    return Letterbox(picture: textureSize, window: output).place(
      under: PointerPlace(
        x: place.x * output.width / Int(width), y: place.y * output.height / Int(height)),
      pictureWidth: textureSize.width, pictureHeight: textureSize.height)
  }

  /// The pixels that the window offers.
  public var pixelSize: (width: Int, height: Int)? { try? outputSize() }

  /// Fills the whole screen, or goes back to a window.
  public func toggleFullScreen() {
    let isFull = SDL_GetWindowFlags(window) & SDL_WINDOW_FULLSCREEN_DESKTOP.rawValue != 0
    SDL_SetWindowFullscreen(window, isFull ? 0 : SDL_WINDOW_FULLSCREEN_DESKTOP.rawValue)
  }

  /// Changes the window's size, in screen units.
  public func resize(width: Int, height: Int) {
    SDL_SetWindowSize(window, Int32(width), Int32(height))
  }

  /// The window's pixels as they are shown, borders included.
  public func pixels() throws(SDLError) -> Frame {
    let size = try outputSize()
    try paint()
    var bytes = [UInt8](repeating: 0, count: size.width * size.height * 3)
    let format = SDL_PIXELFORMAT_RGB24.rawValue
    if SDL_RenderReadPixels(renderer, nil, format, &bytes, Int32(size.width * 3)) != 0 {
      throw SDLError("read window", place: title)
    }
    return Frame(width: size.width, height: size.height, pixels: bytes)
  }

  private func outputSize() throws(SDLError) -> (width: Int, height: Int) {
    var (width, height): (Int32, Int32) = (0, 0)
    if SDL_GetRendererOutputSize(renderer, &width, &height) != 0 {
      throw SDLError("measure window", place: title)
    }
    return (max(1, Int(width)), max(1, Int(height)))
  }

  private func upload(_ frame: Frame) throws(SDLError) {
    if texture == nil || textureSize != (frame.width, frame.height) {
      if let texture { SDL_DestroyTexture(texture) }
      texture = SDL_CreateTexture(
        renderer, SDL_PIXELFORMAT_RGB24.rawValue,
        Int32(SDL_TEXTUREACCESS_STREAMING.rawValue), Int32(frame.width), Int32(frame.height))
      textureSize = (frame.width, frame.height)
    }
    guard let texture else { throw SDLError("make texture", place: title) }
    if SDL_UpdateTexture(texture, nil, frame.pixels, Int32(frame.width * 3)) != 0 {
      throw SDLError("fill texture", place: title)
    }
  }

  private func paint() throws(SDLError) {
    SDL_SetRenderDrawColor(renderer, 0, 0, 0, 255)
    SDL_RenderClear(renderer)
    guard let texture else { return }
    let size = try outputSize()
    let area = Letterbox(picture: textureSize, window: size).area
    // A shrunken picture keeps more of its text when neighbours are mixed.
    let shrinks = area.width < textureSize.width
    SDL_SetTextureScaleMode(texture, shrinks ? SDL_ScaleModeLinear : SDL_ScaleModeNearest)
    var target = SDL_Rect(
      x: Int32(area.x), y: Int32(area.y), w: Int32(area.width), h: Int32(area.height))
    if SDL_RenderCopy(renderer, texture, nil, &target) != 0 {
      throw SDLError("paint window", place: title)
    }
  }

  private static func displaySize() -> (width: Int, height: Int) {
    var bounds = SDL_Rect()
    guard SDL_GetDisplayUsableBounds(0, &bounds) == 0 else { return (1280, 800) }
    return (Int(bounds.w), Int(bounds.h))
  }
}
