public import EnvironmentKit

/// A point of a latent space: what it decodes to, and a slider for each dimension.
public struct ExplorePanel: Hashable, Sendable {
  /// One dimension.
  public struct Slider: Hashable, Sendable {
    /// Which dimension, from 0.
    public var dimension: Int
    /// Where it is.
    public var value: Double
    /// Where it was before it was moved.
    public var start: Double
    /// Mean KL divergence of the dimension, in nats.
    public var divergence: Double
    /// Whether it varies from frame to frame.
    public var isActive: Bool

    /// Creates a slider.
    public init(
      dimension: Int, value: Double, start: Double, divergence: Double, isActive: Bool
    ) {
      self.dimension = dimension
      self.value = value
      self.start = start
      self.divergence = divergence
      self.isActive = isActive
    }
  }

  /// A fact as it is read of the point.
  public struct Fact: Hashable, Sendable {
    /// What it is called.
    public var name: String
    /// What is read, in deviations from its mean over frames.
    public var value: Double
    /// What was read before anything was moved.
    public var start: Double
    /// What is read in the fact's unit.
    public var text: String
    /// R² of the reader.
    public var quality: Double

    /// Creates a fact.
    public init(name: String, value: Double, start: Double, text: String, quality: Double) {
      (self.name, self.value, self.start) = (name, value, start)
      (self.text, self.quality) = (text, quality)
    }
  }

  /// World and how much its latents carry.
  public var header: String
  /// Where the point came from.
  public var origin: String
  /// What the point decodes to.
  public var picture: Frame
  /// What it decoded to before anything was moved; of the picture's size.
  public var start: Frame
  /// The frame that the point came from, where it came from one; of the picture's size.
  public var original: Frame?
  /// The dimensions from top to bottom.
  public var sliders: [Slider]
  /// Facts, each with a slider below those of the dimensions.
  public var facts: [Fact]
  /// The index of the chosen slider: of the dimensions, then of the facts.
  public var chosen: Int
  /// The values at the ends of every slider.
  public var bounds: ClosedRange<Double>
  /// Whether dimensions are codes, which have whole values.
  public var isCoded: Bool
  /// A remark; empty for none.
  public var notice: String

  /// Creates a panel.
  public init(
    header: String, origin: String, picture: Frame, start: Frame, original: Frame? = nil,
    sliders: [Slider], facts: [Fact] = [], chosen: Int = 0, bounds: ClosedRange<Double> = -3...3,
    isCoded: Bool = false, notice: String = ""
  ) {
    self.header = header
    self.origin = origin
    self.picture = picture
    self.start = start
    self.original = original
    self.sliders = sliders
    self.facts = facts
    self.chosen = chosen
    self.bounds = bounds
    self.isCoded = isCoded
    self.notice = notice
  }

  /// The room that the panel has of its own.
  public static let ownRoom = PictureRoom(width: 1160, height: 648, scale: 1)

  /// The panel as a picture that fills a room, whatever the number of sliders.
  public func frame(in room: PictureRoom = Self.ownRoom) -> Frame {
    let layout = ExploreLayout(self, room)
    return Frame(drawnAt: layout.width, layout.height) { canvas in
      drawText(on: canvas, layout)
      drawPictures(on: canvas, layout)
      SliderList(panel: self, layout: layout).draw(on: canvas)
    }
  }

  /// The slider at a place of the picture, by its index, and the value that the place stands for.
  ///
  /// - Returns: nil beside all sliders.
  public func slider(
    atX x: Int, y: Int, in room: PictureRoom = Self.ownRoom
  ) -> (index: Int, value: Double)? {
    let layout = ExploreLayout(self, room)
    func row(_ area: Area, _ count: Int) -> Int? {
      let row = area.y <= y ? (y - area.y) / layout.rowHeight : -1
      return (0..<count).contains(row) && area.contains(x, y) ? row : nil
    }
    let index =
      row(layout.rows, layout.visible.count).map { layout.visible.lowerBound + $0 }
      ?? row(layout.facts, facts.count).map { sliders.count + $0 }
    return index.map { ($0, value(atX: x, in: room)) }
  }

  /// The value that a column of the picture stands for on every slider, cut to their ends.
  public func value(atX x: Int, in room: PictureRoom = Self.ownRoom) -> Double {
    let track = ExploreLayout(self, room).track
    let share = (Double(x - track.x) + 0.5) / Double(max(1, track.width))
    return bounds.lowerBound + min(1, max(0, share)) * (bounds.upperBound - bounds.lowerBound)
  }

  private func drawText(on canvas: Canvas, _ layout: ExploreLayout) {
    let (margin, scale) = (layout.margin, layout.scale)
    let room = layout.width - 2 * margin
    let originWidth = Font.width(of: origin, scale: scale)
    canvas.write(header, x: margin, y: margin, scale: scale, limit: room - originWidth - 12 * scale)
    let left = margin + Font.width(of: header + "   ", scale: scale)
    canvas.write(
      notice, x: left, y: margin, Theme.warning, scale: scale,
      limit: max(0, layout.width - margin - originWidth - 12 * scale - left))
    canvas.write(
      origin, x: layout.width - margin, y: margin, Theme.accent, scale: scale,
      alignment: .trailing)
  }

  private func drawPictures(on canvas: Canvas, _ layout: ExploreLayout) {
    draw("decoded", picture, in: layout.large, on: canvas, layout.scale)
    let blank = Frame(width: picture.width, height: picture.height, filledWith: Theme.panel)
    let small = [
      ("original", original ?? blank), (original == nil ? "start" : "reconstruction", start),
      ("change", ErrorPicture.heat(picture, start)),
    ]
    for ((title, frame), area) in zip(small, layout.small) {
      draw(title, frame, in: area, on: canvas, layout.scale)
    }
    guard original == nil else { return }
    let place = layout.small[0]
    canvas.write(
      "no frame", x: place.x + place.width / 2, y: place.y + place.height / 2 - 3 * layout.scale,
      Theme.secondary, scale: layout.scale, alignment: .center, limit: place.width)
  }

  private func draw(
    _ title: String, _ frame: Frame, in area: Area, on canvas: Canvas, _ scale: Int
  ) {
    canvas.writeFitting(
      title, x: area.x, y: area.y - 11 * scale, Theme.secondary, scale: scale, limit: area.width)
    canvas.outline(area.inset(-scale), Theme.border, thickness: scale)
    canvas.draw(frame, in: area)
  }
}
