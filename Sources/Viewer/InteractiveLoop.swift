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
  private var savedFiles = 0

  /// Seconds between looks at `shouldStop` while nothing happens.
  private static var longestWait: Double { 0.1 }
  /// Seconds of steps between two pictures in fast mode.
  private static var fastBurst: Double { 0.1 }

  /// Creates a loop over a scene.
  public init(_ scene: S, settings: LoopSettings = LoopSettings()) {
    self.scene = scene
    self.settings = settings
  }

  /// All keys that work now, the scene's own first: print `keyMap.text` at the start.
  public var keyMap: KeyMap { scene.keys.over(.standard) }

  /// Draws frames without a window and hands them to a file.
  ///
  /// - Parameters:
  ///   - count: pictures to draw, at least 1: the start, then one after each step. A scene that
  ///     is over ends the file early.
  ///   - sink: where they go; it is finished here.
  public mutating func run(frames count: Int, into sink: FrameSink) throws {
    precondition(count >= 1, "InteractiveLoop.run: \(count) frames; ask for 1 or more")
    var sink = sink
    try sink.append(scene.frame())
    for _ in 1..<count where !scene.isFinished && !settings.shouldStop() {
      _ = try scene.poll()
      try advance(SceneInput())
      try sink.append(scene.frame())
    }
    try sink.finish()
  }

  /// Opens a window and runs until the person quits, the scene is over or the settings say so.
  public mutating func run() throws {
    let first = scene.frame()
    let window = try Window(title: settings.title, width: first.width, height: first.height)
    try run(on: window)
  }

  /// Runs on a surface that is already there.
  package mutating func run(on surface: some LoopSurface) throws {
    clock = LoopClock(stepsPerSecond: scene.stepsPerSecond, now: surface.now())
    isOver = false
    needsDrawing = true
    defer { stopRecording() }
    try redraw(on: surface)
    while !isOver && !scene.isFinished && !settings.shouldStop() {
      let wait = clock.wait(now: surface.now(), atMost: Self.longestWait)
      for event in surface.events(waitingUpTo: scene.waitsForKey ? Self.longestWait : wait) {
        try handle(event, now: surface.now())
      }
      if try scene.poll() { needsDrawing = true }
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
    var frame = scene.frame()
    let badge = badge
    let help = showsHelp ? keyMap.help : nil
    if badge.isEmpty && help == nil { return try surface.show(frame) }
    frame.withCanvas { canvas in
      help?.draw(on: canvas)
      StatusBadge(text: badge).draw(on: canvas)
    }
    try surface.show(frame)
  }

  /// What the corner of the window says; never part of a recording.
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
  private mutating func handle(_ event: WindowEvent, now: Double) throws {
    switch event {
    case .closed: isOver = true
    case .exposed: needsDrawing = true
    case .unfocused: heldKeys.releaseAll()
    case .released(let key): heldKeys.release(key)
    case .pressed(let press): try handle(press, now: now)
    case .pointed(let place): try point(at: place)
    case .pointerReleased: try point(at: nil)
    }
  }

  private mutating func point(at place: PointerPlace?) throws {
    if try scene.point(at: place) { needsDrawing = true }
  }

  private mutating func handle(_ press: KeyPress, now: Double) throws {
    guard let binding = keyMap.binding(for: press) else { return }
    if let command = binding.command {
      if !press.isRepeat || command == .step { try perform(command, now: now) }
    } else if try scene.press(press) {
      needsDrawing = true
    } else if scene.waitsForKey {
      if !clock.isPaused { try advance(SceneInput(held: [press.key], pressed: [press.key])) }
    } else {
      heldKeys.press(press)
    }
  }

  private mutating func perform(_ command: LoopCommand, now: Double) throws {
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
    case .record: if recording == nil { startRecording() } else { stopRecording() }
    case .screenshot: saveScreenshot()
    case .scene(let command):
      try scene.perform(command)
      clock.restart(now: now)
    }
  }
}

// What is saved: a failure is told, and the scene goes on.
extension InteractiveLoop {
  private mutating func startRecording() {
    do {
      recording = try FrameSink(
        path: nextPath("gif"), framesPerSecond: scene.stepsPerSecond)
      record()
    } catch {
      recording = nil
      settings.notify("not recording: \(error)")
    }
  }

  private mutating func record() {
    guard recording != nil else { return }
    let frame = scene.frame()
    if recording?.accepts(frame) == true {
      do { try recording?.append(frame) } catch {
        recording = nil
        settings.notify("recording ended: \(error)")
      }
    } else {
      stopRecording()
    }
  }

  private mutating func stopRecording() {
    guard let sink = recording else { return }
    recording = nil
    do {
      try sink.finish()
      settings.notify("recorded \(sink.path)")
    } catch {
      settings.notify("recording lost: \(error)")
    }
  }

  private mutating func saveScreenshot() {
    let path = nextPath("png")
    do {
      try PNG.write(scene.frame(), to: path)
      settings.notify("saved \(path)")
    } catch {
      settings.notify("picture not saved: \(error)")
    }
  }

  private mutating func nextPath(_ ending: String) -> String {
    repeat { savedFiles += 1 } while Self.exists("\(settings.savePrefix)-\(savedFiles).\(ending)")
    return "\(settings.savePrefix)-\(savedFiles).\(ending)"
  }
}
