public import EnvironmentKit

/// One moment of a dream beside the real world in which the same actions are taken.
///
/// All pictures of one episode have one size as long as the pictures' size stays the same.
public struct DreamPanel: Hashable, Sendable {
  /// One of the two courses of events.
  public struct Course: Hashable, Sendable {
    /// What it shows now.
    public var picture: Frame
    /// The last step's reward.
    public var reward: Double
    /// The return after each step so far.
    public var returns: [Double]
    /// How it ended, such as `ended after 87 steps`; empty while it goes on.
    public var end: String

    /// Creates a course.
    public init(picture: Frame, reward: Double = 0, returns: [Double] = [], end: String = "") {
      self.picture = picture
      self.reward = reward
      self.returns = returns
      self.end = end
    }
  }

  /// World, seed, who plays.
  public var header: String
  /// Steps since the start.
  public var step: Int
  /// The temperature of the dream.
  public var temperature: Double
  /// What the world does.
  public var real: Course
  /// What M says it would do; its picture is of the same size.
  public var dream: Course
  /// Whether the one who plays looks at the dream.
  public var looksAtDream: Bool
  /// Who plays: `agent` or `person`.
  public var player: String
  /// What the real course is called.
  public var realTitle = "the world"
  /// The names of all actions.
  public var actions: [String]
  /// The index of the last action.
  public var chosen: Int?
  /// The components of the last action, where actions are rows of numbers.
  public var components: [ActionBar] = []
  /// The probability that M gave to an end at each step so far, 0...1.
  public var endProbabilities: [Double]
  /// How far the pictures lay apart at each step so far, 0...255.
  public var errors: [Double]
  /// How surprised M was at each step at what the world showed; nil where nobody asks.
  public var surprise: SurpriseCurve?
  /// Whether the dream was looked at, for each step so far.
  public var lookedAtDream: [Bool]
  /// The step at which the dream left the world.
  public var dreamsSince: Int
  /// The steps to which one can go back.
  public var branches: [Int]
  /// Steps that the curves have room for before they shrink.
  public var expectedSteps: Int
  /// A remark; empty for none.
  public var notice: String

  /// Creates a panel; what is not given stays empty.
  public init(
    header: String, step: Int = 0, temperature: Double = 1, real: Course, dream: Course,
    looksAtDream: Bool = true, player: String = "agent", actions: [String] = [],
    chosen: Int? = nil, endProbabilities: [Double] = [], errors: [Double] = [],
    lookedAtDream: [Bool] = [], dreamsSince: Int = 0, branches: [Int] = [],
    expectedSteps: Int = 200, notice: String = ""
  ) {
    self.dreamsSince = dreamsSince
    self.header = header
    self.step = step
    self.temperature = temperature
    self.real = real
    self.dream = dream
    self.looksAtDream = looksAtDream
    self.player = player
    self.actions = actions
    self.chosen = chosen
    self.endProbabilities = endProbabilities
    self.errors = errors
    self.lookedAtDream = lookedAtDream
    self.branches = branches
    self.expectedSteps = expectedSteps
    self.notice = notice
  }

  /// The panel as a picture.
  ///
  /// - Parameters:
  ///   - zoom: integer magnification of the pictures; nil makes them about 256 pixels wide.
  ///   - scale: integer magnification of the text.
  public func frame(zoom: Int? = nil, scale: Int = 1) -> Frame {
    let zoom = zoom ?? max(1, 256 * scale / max(real.picture.width, real.picture.height))
    return frame(
      in: DreamLayout.room(
        around: real.picture.width * zoom, real.picture.height * zoom, scale: scale))
  }

  /// The panel as a picture that fills a room.
  public func frame(in room: PictureRoom) -> Frame {
    let layout = DreamLayout(room)
    let columns = layout.charts.columns(surprise == nil ? 4 : 5, gap: layout.gap)
    return Frame(drawnAt: room.width, room.height) { canvas in
      drawHeader(on: canvas, layout)
      drawPictures(on: canvas, layout)
      let conduct = columns[0].inset(top: 2 * layout.scale)
      _ = ActionStrip(names: actions, chosen: chosen).draw(
        on: canvas, in: conduct, scale: layout.scale)
      _ = ActionBars(bars: components).draw(on: canvas, in: conduct, scale: layout.scale)
      for (chart, column) in zip(charts(layout.scale), columns[1...]) {
        chart.draw(on: canvas, in: column)
      }
      surprise?.draw(
        on: canvas, in: columns[columns.count - 1], capacity: expectedSteps, scale: layout.scale)
      DreamTimeline(panel: self, scale: layout.scale).draw(on: canvas, in: layout.timeline)
    }
  }

  private func drawHeader(on canvas: Canvas, _ layout: DreamLayout) {
    let (left, right) = (layout.margin, canvas.width - layout.margin)
    let scale = layout.scale
    let room = right - left
    canvas.write(header, x: left, y: layout.margin, scale: scale, limit: room)
    let after = left + Font.width(of: header + "   ", scale: scale)
    canvas.write(
      notice, x: after, y: layout.margin, Theme.warning, scale: scale,
      limit: max(0, right - after))
    canvas.writeFitting(
      facts, x: left, y: layout.margin + 14 * scale, Theme.secondary, scale: scale, limit: room)
  }

  private var facts: String {
    var rewards: [String] = []
    if dream.reward.isFinite { rewards.append("\(NumberText.fixed(dream.reward, 2)) dreamt") }
    if real.reward.isFinite { rewards.append("\(NumberText.fixed(real.reward, 2)) real") }
    var parts = ["step \(step)", actionName, "temperature \(NumberText.fixed(temperature, 2))"]
    if !rewards.isEmpty { parts.append("reward " + rewards.joined(separator: ", ")) }
    if let share = endProbabilities.last, share.isFinite {
      parts.append("end probability \(NumberText.fixed(share * 100, 1)) %")
    }
    return parts.joined(separator: "   ")
  }

  private var actionName: String {
    let row = components.prefix { $0.value.isFinite }
    // Of many numbers the bars tell more.
    if !row.isEmpty {
      return row.count > ActionBars.mostNumbers
        ? "\(row.count) numbers"
        : "action " + row.map { NumberText.fixed($0.value, 2) }.joined(separator: " ")
    }
    return chosen.flatMap { actions.indices.contains($0) ? actions[$0] : nil } ?? "no action yet"
  }

  /// One of the three large pictures.
  private struct Large {
    let title: String
    let picture: Frame
    let color: Color
    let isFramed: Bool
    let caption: String
    let end: String
    let looker: String
  }

  private var pictures: [Large] {
    let blank = Frame(
      width: real.picture.width, height: real.picture.height, filledWith: Theme.panel)
    // Once one of the two has ended there is nothing more to compare.
    let error = errors.last ?? .nan
    let isCompared = errors.isEmpty || error.isFinite
    return [
      Large(
        title: realTitle, picture: real.picture, color: Theme.seeing, isFramed: true,
        caption: surprise?.isUnusual ?? false ? "not as foretold" : "", end: real.end,
        looker: looksAtDream ? "" : player),
      Large(
        title: "difference",
        picture: isCompared ? ErrorPicture.heat(real.picture, dream.picture) : blank,
        color: Theme.border, isFramed: false,
        caption: error.isFinite ? "mean \(NumberText.fixed(error, 1)) of 255" : "",
        end: isCompared ? "" : "no longer compared", looker: ""),
      Large(
        title: "the dream", picture: dream.picture, color: Theme.dreaming, isFramed: true,
        caption: "dreamt since step \(dreamsSince)", end: dream.end,
        looker: looksAtDream ? player : ""),
    ]
  }

  private func drawPictures(on canvas: Canvas, _ layout: DreamLayout) {
    let scale = layout.scale
    for (large, column) in zip(pictures, layout.pictures) {
      let place = column.inset(3 * scale).fitting(large.picture)
      let edge = place.inset(-3 * scale)
      canvas.write(
        large.title, x: edge.x, y: edge.y - 13 * scale, large.isFramed ? large.color : Theme.text,
        scale: scale)
      canvas.outline(edge, large.color, thickness: large.isFramed ? 3 * scale : scale)
      canvas.draw(large.picture, in: place)
      if !large.looker.isEmpty {
        drawLooker(large.looker, after: large.title, over: edge, on: canvas, scale)
      }
      // The end matters more than since when it was dreamt.
      let room = edge.width - Font.width(of: large.end + "  ", scale: scale)
      let caption =
        Font.width(of: large.caption, scale: scale) <= room || large.end.isEmpty
        ? large.caption : ""
      canvas.write(
        caption, x: edge.x, y: edge.bottom + 6 * scale, Theme.secondary, scale: scale,
        limit: edge.width)
      canvas.write(
        large.end, x: edge.right, y: edge.bottom + 6 * scale, Theme.warning, scale: scale,
        alignment: .trailing, limit: edge.width)
    }
  }

  /// Says at which of the two pictures the one who plays looks.
  private func drawLooker(
    _ text: String, after title: String, over edge: Area, on canvas: Canvas, _ scale: Int
  ) {
    let room = edge.width - Font.width(of: title + " ", scale: scale) - 8 * scale
    let shown =
      ["the \(text) looks here", "\(text) looks", text].first {
        Font.width(of: $0, scale: scale) <= room
      } ?? ""
    if shown.isEmpty { return }
    let width = Font.width(of: shown, scale: scale) + 8 * scale
    let box = Area(
      x: edge.right - width, y: edge.y - 16 * scale, width: width, height: 13 * scale)
    canvas.fill(box, Theme.accent)
    canvas.write(
      shown, x: box.x + 4 * scale, y: box.y + 3 * scale, Theme.onAccent, scale: scale)
  }

  private func charts(_ scale: Int) -> [CourseChart] {
    [
      CourseChart(
        title: "return", curves: [(real.returns, Theme.seeing), (dream.returns, Theme.dreaming)],
        capacity: expectedSteps, least: 1, scale: scale),
      CourseChart(
        title: "end probability", curves: [(endProbabilities, Theme.dreaming)],
        capacity: expectedSteps, least: 1, scale: scale, text: { NumberText.fixed($0, 3) }),
      CourseChart(
        title: "picture error", curves: [(errors, Theme.warning)], capacity: expectedSteps,
        least: 8, scale: scale),
    ]
  }
}
