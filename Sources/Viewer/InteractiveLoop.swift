import EnvironmentKit
import Pictures

/// Runs a scene: in a window with keys and a clock, or into a file without either.
///
/// Both ways take the same steps and draw with the same code, so that the same scene gives the same
/// pictures. The picture of the start comes first, then one after each step.
public struct InteractiveLoop<S: Scene> {
  /// The scene, as the last run left it.
  public private(set) var scene: S
  /// Steps taken so far.
  public private(set) var steps = 0

  private let settings: LoopSettings
  private var heldKeys = HeldKeys()
  private var clock = LoopClock(stepsPerSecond: 1, now: 0)
  private var showsHelp = false
  private var isOver = false
  private var needsDrawing = true
  private var recording: FrameSink?
  private var savePlace: SavePlace
  private var message: (text: String, until: Double)?
  /// The picture of the scene as it was shown last, and where it lies in the window.
  private var shown: (width: Int, height: Int, area: Area)?

  /// Seconds between looks at `shouldStop` while nothing happens.
  private static var longestWait: Double { 0.1 }
  /// Seconds of steps between two pictures in fast mode.
  private static var fastBurst: Double { 0.1 }
  /// Seconds for which the window says what was saved.
  private static var messageTime: Double { 6 }

  /// Creates a loop over a scene.
  public init(_ scene: S, settings: LoopSettings = LoopSettings()) {
    self.scene = scene
    self.settings = settings
    savePlace = SavePlace(prefix: settings.savePrefix)
  }

  /// All keys that work now, the scene's own first: print `keyMap.text` at the start.
  public var keyMap: KeyMap { scene.keys.over(KeyMap.standard.working(in: scene)) }

  /// Draws frames without a window and hands them to a file.
  ///
  /// - Parameters:
  ///   - count: pictures to draw, at least 1: the start, then one after each step. A scene that
  ///     is over ends the file early; one that waits for a person to begin anew begins anew.
  ///   - sink: where they go; it is finished here.
  public mutating func run(frames count: Int, into sink: FrameSink) throws {
    precondition(count >= 1, "InteractiveLoop.run: \(count) frames; ask for 1 or more")
    var sink = sink
    try sink.append(kept())
    for _ in 1..<count where !scene.isFinished && !settings.shouldStop() {
      _ = try scene.poll()
      if scene.awaitsNewStart { try scene.perform(.reset) } else { try advance(SceneInput()) }
      try sink.append(kept())
    }
    try sink.finish()
  }

  /// Opens a window and runs until the person quits, the scene is over or the settings say so.
  public mutating func run() throws {
    let first = scene.frame()
    let window = try Window(
      title: settings.title, width: first.width, height: first.height,
      magnification: settings.scale)
    settings.opened()
    try run(on: window)
  }

  /// The picture as files keep it: of the scene's own size, times the scale.
  private mutating func kept() -> Frame {
    let frame = scene.frame()
    guard let scale = settings.scale, scale > 1 else { return frame }
    return scene.frame(
      in: PictureRoom(width: frame.width * scale, height: frame.height * scale, scale: scale))
  }

  /// Runs on a surface that is already there.
  package mutating func run(on surface: some LoopSurface) throws {
    clock = LoopClock(stepsPerSecond: scene.stepsPerSecond, now: surface.now())
    isOver = false
    needsDrawing = true
    defer { stopRecording(nil) }
    try redraw(on: surface)
    while !isOver && !scene.isFinished && !settings.shouldStop() {
      let wait = clock.wait(now: surface.now(), atMost: Self.longestWait)
      for event in surface.events(waitingUpTo: scene.waitsForKey ? Self.longestWait : wait) {
        try handle(event, on: surface)
      }
      if try scene.poll() { needsDrawing = true }
      dropOldMessage(now: surface.now())
      try takeDueSteps(surface)
      try redraw(on: surface)
    }
  }

  private mutating func takeDueSteps(_ surface: some LoopSurface) throws {
    guard surface.isVisible || scene.advancesWhileHidden else {
      return clock.restart(now: surface.now())
    }
    if scene.waitsForKey { return }
    if clock.isFast && !clock.isPaused {
      let end = surface.now() + Self.fastBurst
      for _ in 0..<1000 where !isOver && !scene.isFinished && surface.now() < end {
        try advance(heldKeys.takeInput())
      }
    } else {
      for _ in 0..<clock.due(now: surface.now()) where !isOver && !scene.isFinished {
        try advance(heldKeys.takeInput())
      }
    }
  }

  private mutating func advance(_ input: SceneInput) throws {
    try scene.advance(input)
    steps += 1
    needsDrawing = true
    if let maximum = settings.maximumSteps, steps >= maximum { isOver = true }
    record()
  }

  private mutating func redraw(on surface: some LoopSurface) throws {
    guard needsDrawing, surface.isVisible else { return }
    needsDrawing = false
    try surface.show(picture(for: surface.pixelSize))
  }

  /// The scene over the whole window but a line below, which says what is going on.
  private mutating func picture(for size: (width: Int, height: Int)?) -> Frame {
    guard let size else { return annotated(scene.frame()) }
    let scale = StatusBar.scale(in: size, fixed: settings.scale)
    let bar = min(StatusBar.height(scale: scale), size.height - 1)
    let room = PictureRoom(
      width: size.width, height: size.height - bar, scale: settings.scale)
    let picture = scene.frame(in: room)
    let area =
      (picture.width, picture.height) == (room.width, room.height)
      ? Area(x: 0, y: 0, width: room.width, height: room.height)
      : Letterbox(picture: (picture.width, picture.height), window: (room.width, room.height)).area
    shown = (picture.width, picture.height, area)
    var frame = Frame(width: size.width, height: size.height)
    let help = showsHelp ? keyMap.help : nil
    let status = statusBar(scale)
    frame.withCanvas { canvas in
      canvas.draw(picture, in: area)
      help?.draw(on: canvas, scale: scale)
      status.draw(on: canvas)
    }
    return frame
  }

  /// A picture of the scene's own size, with what there is to say laid over it.
  private func annotated(_ picture: Frame) -> Frame {
    let status = statusBar(1)
    guard showsHelp || !status.badge.isEmpty || !status.message.isEmpty else { return picture }
    var frame = picture
    let help = showsHelp ? keyMap.help : nil
    frame.withCanvas { canvas in
      help?.draw(on: canvas)
      if !status.badge.isEmpty || !status.message.isEmpty { status.draw(on: canvas) }
    }
    return frame
  }

  private func statusBar(_ scale: Int) -> StatusBar {
    StatusBar(message: message?.text ?? "", hint: hint, badge: badge, scale: scale)
  }

  /// The keys that everybody needs first.
  private var hint: String {
    let map = keyMap
    func label(_ command: LoopCommand) -> String? {
      map.bindings.first { $0.command == command }?.keys.first?.label
    }
    let known: [(LoopCommand, String)] = [
      (.help, "keys"), (.fullScreen, "full screen"), (.quit, "quit"),
    ]
    return known.compactMap { command, name in label(command).map { "\($0) \(name)" } }
      .joined(separator: "   ")
  }

  /// What the corner of the line says; never part of a recording.
  private var badge: String {
    var parts: [String] = []
    if recording != nil { parts.append("REC") }
    if clock.isFast { parts.append("FAST") }
    if clock.speed != 1 { parts.append("×\(NumberText.short(clock.speed))") }
    if clock.isPaused { parts.append("PAUSED") }
    return parts.joined(separator: " ")
  }
}

// What keys do.
extension InteractiveLoop {
  private mutating func handle(_ event: WindowEvent, on surface: some LoopSurface) throws {
    switch event {
    case .closed: isOver = true
    case .exposed: needsDrawing = true
    case .unfocused: heldKeys.releaseAll()
    case .released(let key): heldKeys.release(key)
    case .pressed(let press): try handle(press, on: surface)
    case .pointed(let place): try point(at: onPicture(place))
    case .pointerReleased: try point(at: nil)
    case .hovered(let place): if try scene.hover(at: onPicture(place)) { needsDrawing = true }
    }
  }

  private mutating func point(at place: PointerPlace?) throws {
    if try scene.point(at: place) { needsDrawing = true }
  }

  /// The pixel of the scene's picture under a place of what was shown.
  private func onPicture(_ place: PointerPlace) -> PointerPlace {
    guard let shown else { return place }
    return Letterbox(covering: shown.area).place(
      under: place, pictureWidth: shown.width, pictureHeight: shown.height)
  }

  private mutating func handle(_ press: KeyPress, on surface: some LoopSurface) throws {
    guard let binding = keyMap.binding(for: press) else { return }
    if let command = binding.command {
      if !press.isRepeat || command == .step { try perform(command, on: surface) }
    } else if try scene.press(press) {
      needsDrawing = true
    } else if scene.waitsForKey {
      if !clock.isPaused { try advance(SceneInput(held: [press.key], pressed: [press.key])) }
    } else {
      heldKeys.press(press)
    }
  }

  private mutating func perform(_ command: LoopCommand, on surface: some LoopSurface) throws {
    let now = surface.now()
    needsDrawing = true
    switch command {
    case .quit: isOver = true
    case .help: showsHelp.toggle()
    case .pause:
      clock.isPaused.toggle()
      clock.restart(now: now)
    case .step: if clock.isPaused { try advance(heldKeys.takeInput()) }
    case .slower: clock.change(speedBy: 0.5, now: now)
    case .faster: clock.change(speedBy: 2, now: now)
    case .normalSpeed: clock.resetSpeed(now: now)
    case .fast:
      clock.isFast.toggle()
      clock.restart(now: now)
    case .record: if recording == nil { startRecording(now) } else { stopRecording(now) }
    case .screenshot: saveScreenshot(on: surface)
    case .fullScreen: surface.toggleFullScreen()
    case .scene(let command):
      try scene.perform(command)
      clock.restart(now: now)
    }
  }
}

// What is saved: it is told where, or why not, and the scene goes on.
extension InteractiveLoop {
  /// Says something in the window for a while, and to whoever listens.
  private mutating func tell(_ text: String, _ now: Double?) {
    settings.notify(text)
    if let now { message = (text, now + Self.messageTime) }
    needsDrawing = true
  }

  private mutating func dropOldMessage(now: Double) {
    guard let message, now >= message.until else { return }
    self.message = nil
    needsDrawing = true
  }

  private mutating func startRecording(_ now: Double) {
    do {
      recording = try FrameSink(
        path: savePlace.next("gif"), framesPerSecond: scene.stepsPerSecond)
      record()
    } catch {
      recording = nil
      tell("not recording: \(error)", now)
    }
  }

  private mutating func record() {
    guard recording != nil else { return }
    let frame = kept()
    if recording?.accepts(frame) == true {
      do { try recording?.append(frame) } catch {
        recording = nil
        tell("recording ended: \(error)", nil)
      }
    } else {
      stopRecording(nil)
    }
  }

  private mutating func stopRecording(_ now: Double?) {
    guard let sink = recording else { return }
    recording = nil
    do {
      try sink.finish()
      tell("recorded \(sink.path)", now)
    } catch {
      tell("recording lost: \(error)", now)
    }
  }

  /// Saves the picture as the window shows it, without what is laid over it.
  private mutating func saveScreenshot(on surface: some LoopSurface) {
    let path = savePlace.next("png")
    do {
      try PNG.write(screenshot(for: surface.pixelSize), to: path)
      tell("saved \(path)", surface.now())
    } catch {
      tell("picture not saved: \(error)", surface.now())
    }
  }

  private mutating func screenshot(for size: (width: Int, height: Int)?) -> Frame {
    guard let size else { return kept() }
    return scene.frame(
      in: PictureRoom(width: size.width, height: size.height, scale: settings.scale))
  }
}
