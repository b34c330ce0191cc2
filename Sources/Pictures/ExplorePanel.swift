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
  /// The index of the chosen slider.
  public var chosen: Int
  /// The value at the right end of every slider; the left end is its negative.
  public var reach: Double
  /// A remark; empty for none.
  public var notice: String

  /// Creates a panel.
  public init(
    header: String, origin: String, picture: Frame, start: Frame, original: Frame? = nil,
    sliders: [Slider], chosen: Int = 0, reach: Double = 3, notice: String = ""
  ) {
    self.header = header
    self.origin = origin
    self.picture = picture
    self.start = start
    self.original = original
    self.sliders = sliders
    self.chosen = chosen
    self.reach = reach
    self.notice = notice
  }

  /// The panel as a picture, of one size whatever the number of sliders.
  public func frame() -> Frame {
    let layout = ExploreLayout(self)
    return Frame(drawnAt: layout.width, layout.height) { canvas in
      drawText(on: canvas, layout)
      drawPictures(on: canvas, layout)
      SliderList(panel: self, layout: layout).draw(on: canvas)
    }
  }

  /// The slider at a place of the picture, by its index, and the value that the place stands for.
  ///
  /// - Returns: nil beside all sliders.
  public func slider(atX x: Int, y: Int) -> (index: Int, value: Double)? {
    let layout = ExploreLayout(self)
    let row = layout.rows.y <= y ? (y - layout.rows.y) / layout.rowHeight : -1
    guard (0..<layout.visible.count).contains(row), layout.rows.contains(x, y) else { return nil }
    return (layout.visible.lowerBound + row, value(atX: x))
  }

  /// The value that a column of the picture stands for on every slider, cut to their ends.
  public func value(atX x: Int) -> Double {
    let track = ExploreLayout(self).track
    let share = (Double(x - track.x) + 0.5) / Double(track.width)
    return min(1, max(0, share)) * 2 * reach - reach
  }

  private func drawText(on canvas: Canvas, _ layout: ExploreLayout) {
    let (margin, room) = (layout.margin, layout.width - 2 * layout.margin)
    let originWidth = Font.width(of: origin)
    canvas.write(header, x: margin, y: margin, limit: room - originWidth - 12)
    let left = margin + Font.width(of: header + "   ")
    canvas.write(
      notice, x: left, y: margin, Theme.warning,
      limit: max(0, layout.width - margin - originWidth - 12 - left))
    canvas.write(origin, x: layout.width - margin, y: margin, Theme.accent, alignment: .trailing)
    canvas.write(
      "↑ ↓ choose   ← → move, with shift far   R random   Z zeros   F frame, with shift back   "
        + "S sweep   H all keys",
      x: margin, y: layout.height - 15, Theme.secondary, limit: room)
  }

  private func drawPictures(on canvas: Canvas, _ layout: ExploreLayout) {
    PicturePanel("decoded", picture).draw(
      on: canvas, x: layout.margin, y: layout.top, zoom: layout.zoom, scale: 1)
    let blank = Frame(width: picture.width, height: picture.height, filledWith: Theme.panel)
    let panels = [
      PicturePanel("original", original ?? blank),
      PicturePanel(original == nil ? "start" : "reconstruction", start),
      PicturePanel("change", ErrorPicture.heat(picture, start)),
    ]
    for (index, panel) in panels.enumerated() {
      panel.draw(
        on: canvas, x: layout.smallX(index), y: layout.lower, zoom: layout.smallZoom, scale: 1)
    }
    guard original == nil else { return }
    canvas.write(
      "no frame", x: layout.smallX(0) + (picture.width * layout.smallZoom + 2) / 2,
      y: layout.lower + Font.lineHeight + picture.height * layout.smallZoom / 2 - 3,
      Theme.secondary, alignment: .center)
  }
}
