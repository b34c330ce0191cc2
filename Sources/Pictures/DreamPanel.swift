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
  /// The names of all actions.
  public var actions: [String]
  /// The index of the last action.
  public var chosen: Int?
  /// The probability that M gave to an end at each step so far, 0...1.
  public var endProbabilities: [Double]
  /// How far the pictures lay apart at each step so far, 0...255.
  public var errors: [Double]
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

  private static let (margin, gap, top) = (10, 12, 42)
  private static let chartHeight = 104
  private static let timelineHeight = 30

  /// The panel as a picture.
  ///
  /// - Parameter zoom: integer magnification of the pictures; nil makes them about 256 pixels wide.
  public func frame(zoom: Int? = nil) -> Frame {
    let zoom = zoom ?? max(1, 256 / max(real.picture.width, real.picture.height))
    let side = (width: real.picture.width * zoom + 6, height: real.picture.height * zoom + 6)
    let width = 3 * side.width + 2 * Self.gap + 2 * Self.margin
    let lower = Self.top + 14 + side.height + 20
    let timeline = lower + Self.chartHeight + 10
    return Frame(drawnAt: width, timeline + Self.timelineHeight + 6) { canvas in
      drawHeader(on: canvas)
      drawPictures(on: canvas, side, zoom)
      let columns = Area(
        x: Self.margin, y: lower, width: width - 2 * Self.margin, height: Self.chartHeight
      ).columns(3, gap: Self.gap)
      drawConduct(on: canvas, columns[0])
      returnChart.draw(on: canvas, in: columns[1])
      lowerCharts(on: canvas, columns[2])
      DreamTimeline(panel: self).draw(
        on: canvas,
        in: Area(
          x: Self.margin, y: timeline, width: width - 2 * Self.margin,
          height: Self.timelineHeight))
    }
  }

  private func drawHeader(on canvas: Canvas) {
    let (left, right) = (Self.margin, canvas.width - Self.margin)
    let facts =
      "step \(step)   \(actionName)   temperature \(NumberText.fixed(temperature, 2))"
      + "   reward \(NumberText.fixed(dream.reward, 2)) dreamt, "
      + "\(NumberText.fixed(real.reward, 2)) real"
      + "   end probability \(percent(endProbabilities.last))"
    let room = right - left
    canvas.write(header, x: left, y: Self.margin, limit: room)
    let after = left + Font.width(of: header + "   ")
    canvas.write(
      notice, x: after, y: Self.margin, Theme.warning, limit: max(0, right - after))
    canvas.write(facts, x: left, y: Self.margin + 14, Theme.secondary, limit: room)
  }

  private var actionName: String {
    chosen.flatMap { actions.indices.contains($0) ? actions[$0] : nil } ?? "no action yet"
  }

  private func percent(_ share: Double?) -> String {
    guard let share, share.isFinite else { return "—" }
    return NumberText.fixed(share * 100, 1) + " %"
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
    let error = errors.last.map { "mean \(NumberText.fixed($0, 1)) of 255" }
    return [
      Large(
        title: "the world", picture: real.picture, color: Theme.seeing, isFramed: true,
        caption: "", end: real.end, looker: looksAtDream ? "" : player),
      Large(
        title: "difference", picture: ErrorPicture.heat(real.picture, dream.picture),
        color: Theme.border, isFramed: false, caption: error ?? "", end: "", looker: ""),
      Large(
        title: "the dream", picture: dream.picture, color: Theme.dreaming, isFramed: true,
        caption: "dreamt since step \(dreamsSince)", end: dream.end,
        looker: looksAtDream ? player : ""),
    ]
  }

  private func drawPictures(
    on canvas: Canvas, _ side: (width: Int, height: Int), _ zoom: Int
  ) {
    for (index, large) in pictures.enumerated() {
      let x = Self.margin + index * (side.width + Self.gap)
      let edge = Area(x: x, y: Self.top + 14, width: side.width, height: side.height)
      canvas.write(
        large.title, x: x, y: Self.top + 1, large.isFramed ? large.color : Theme.text)
      canvas.outline(edge, large.color, thickness: large.isFramed ? 3 : 1)
      canvas.draw(large.picture, x: edge.x + 3, y: edge.y + 3, scale: zoom)
      if !large.looker.isEmpty { drawLooker(large.looker, right: edge.right, on: canvas) }
      canvas.write(large.caption, x: x, y: edge.bottom + 6, Theme.secondary, limit: side.width)
      canvas.write(
        large.end, x: edge.right, y: edge.bottom + 6, Theme.warning, alignment: .trailing,
        limit: side.width)
    }
  }

  /// Says at which of the two pictures the one who plays looks.
  private func drawLooker(_ text: String, right: Int, on canvas: Canvas) {
    let shown = "the \(text) looks here"
    let width = Font.width(of: shown) + 8
    let box = Area(x: right - width, y: Self.top - 2, width: width, height: 13)
    canvas.fill(box, Theme.accent)
    canvas.write(shown, x: box.x + 4, y: box.y + 3, Theme.onAccent)
  }

  private func drawConduct(on canvas: Canvas, _ area: Area) {
    let used = ActionStrip(names: actions, chosen: chosen).draw(on: canvas, in: area, scale: 1)
    let lines = [
      "M agent or person   Tab look at the other",
      "C dream from here   + - temperature",
      "B branch   Backspace back   Enter anew",
      "Space pause   N step   R record   H keys",
    ]
    for (row, line) in lines.enumerated() {
      canvas.write(
        line, x: area.x, y: area.y + used + 10 + row * 13, Theme.secondary, limit: area.width)
    }
  }

  private var returnChart: CourseChart {
    CourseChart(
      title: "return", curves: [(real.returns, Theme.seeing), (dream.returns, Theme.dreaming)],
      capacity: expectedSteps, least: 1)
  }

  private func lowerCharts(on canvas: Canvas, _ area: Area) {
    let half = (area.height - 6) / 2
    CourseChart(
      title: "end probability", curves: [(endProbabilities, Theme.dreaming)],
      capacity: expectedSteps, least: 1, text: { NumberText.fixed($0, 3) }
    ).draw(on: canvas, in: Area(x: area.x, y: area.y, width: area.width, height: half))
    CourseChart(
      title: "error of the picture", curves: [(errors, Theme.warning)], capacity: expectedSteps,
      least: 8
    ).draw(
      on: canvas,
      in: Area(x: area.x, y: area.y + half + 6, width: area.width, height: half))
  }
}
