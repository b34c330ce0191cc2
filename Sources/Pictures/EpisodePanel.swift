public import EnvironmentKit

/// A moment of a recorded episode: its frame, what was known and done, and where in the episode it lies.
public struct EpisodePanel: Hashable, Sendable {
  /// A fact with its value as text.
  public struct FactText: Hashable, Sendable {
    /// The fact.
    public var name: String
    /// Its value.
    public var text: String

    /// Creates a line.
    public init(name: String, text: String) { (self.name, self.text) = (name, text) }
  }

  /// World, episode and seed.
  public var header: String
  /// The frame.
  public var picture: Frame
  /// The moment's number, from 0 to the episode's number of steps.
  public var step: Int
  /// The sum of the rewards before each moment: one more than steps.
  public var returns: [Double]
  /// The reward of the action taken here; nil at the end.
  public var reward: Double?
  /// The action taken here.
  public var action: String
  /// The components of that action, where actions are rows of numbers.
  public var components: [ActionBar]
  /// What is known of the frame.
  public var facts: [FactText]
  /// Moments that are marked.
  public var moments: [Int]
  /// How the episode ended.
  public var end: String
  /// What the episodes were chosen by; empty for nothing.
  public var filter: String
  /// A remark; empty for none.
  public var notice = ""

  /// Creates a panel.
  ///
  /// - Precondition: `step` is a place of `returns`.
  public init(
    header: String, picture: Frame, step: Int, returns: [Double], reward: Double?, action: String,
    components: [ActionBar] = [], facts: [FactText] = [], moments: [Int] = [], end: String = "",
    filter: String = ""
  ) {
    precondition(
      returns.indices.contains(step),
      "EpisodePanel: step \(step) of \(returns.count) moments; give one of them")
    self.header = header
    self.picture = picture
    self.step = step
    self.returns = returns
    self.reward = reward
    self.action = action
    self.components = components
    self.facts = facts
    self.moments = moments
    self.end = end
    self.filter = filter
  }

  /// The room of files.
  public static let ownRoom = PictureRoom(width: 960, height: 640, scale: 2)

  /// The panel as a picture that fills a room.
  public func frame(in room: PictureRoom) -> Frame {
    let layout = EpisodeLayout(room)
    let scale = layout.scale
    return Frame(drawnAt: room.width, room.height) { canvas in
      drawHeader(on: canvas, layout)
      let place = layout.picture.fitting(
        width: Double(picture.width), height: Double(picture.height))
      canvas.draw(picture, in: place)
      canvas.outline(place, Theme.border, thickness: scale)
      drawKnown(on: canvas, layout.known, scale)
      StripChart("return", values: Array(returns[...step]), capacity: returns.count).draw(
        on: canvas, in: layout.returns, scale: scale)
      drawTimeline(on: canvas, layout)
    }
  }

  /// The moment under a place of the timeline; nil where that is not under it.
  ///
  /// - Parameter anywhere: whether a place beside the timeline counts too, as while the mouse drags.
  public func moment(atX x: Int, y: Int, in room: PictureRoom, anywhere: Bool = false) -> Int? {
    let area = EpisodeLayout(room).timeline
    let isInside = x >= area.x && x < area.right && y >= area.y && y < area.bottom
    guard isInside || anywhere else { return nil }
    let share = Double(x - area.x) / Double(max(1, area.width - 1))
    return max(0, min(returns.count - 1, Int((share * Double(returns.count - 1)).rounded())))
  }

  private func drawHeader(on canvas: Canvas, _ layout: EpisodeLayout) {
    let (scale, margin) = (layout.scale, layout.margin)
    let width = canvas.width - 2 * margin
    let right = "step \(step) of \(returns.count - 1)"
    canvas.write(
      right, x: margin + width, y: margin, scale: scale, alignment: .trailing, limit: width)
    canvas.writeFitting(
      header, x: margin, y: margin, scale: scale,
      limit: width - Font.width(of: right, scale: scale) - 8 * scale)
    let below = notice.isEmpty ? (filter.isEmpty ? "" : "where \(filter)") : notice
    canvas.write(
      below, x: margin, y: canvas.height - 12 * scale,
      notice.isEmpty ? Theme.secondary : Theme.accent, scale: scale, limit: width)
  }

  /// Action, reward and facts, a line each; facts that have no room are counted.
  private func drawKnown(on canvas: Canvas, _ area: Area, _ scale: Int) {
    let line = (Font.lineHeight + 2) * scale
    var y = area.y
    func write(_ name: String, _ text: String, _ color: Color = Theme.text) {
      let width = min(area.width / 2, Font.width(of: text, scale: scale))
      canvas.write(
        name, x: area.x, y: y, Theme.secondary, scale: scale, limit: area.width - width - 6 * scale)
      canvas.write(
        text, x: area.right, y: y, color, scale: scale, alignment: .trailing, limit: area.width / 2)
      y += line
    }
    if components.isEmpty { write("action", action, Theme.accent) }
    write("reward", reward.map(NumberText.short) ?? "–", Theme.accent)
    write("return", NumberText.short(returns[step]), Theme.accent)
    if step == returns.count - 1 { write("end", end, Theme.warning) }
    y += ActionBars(bars: components).draw(
      on: canvas, in: area.inset(top: y - area.y), scale: scale)
    y += line / 2
    let room = max(0, (area.bottom - y) / line)
    let shown = facts.count <= room ? facts.count : max(0, room - 1)
    for fact in facts.prefix(shown) { write(fact.name, fact.text) }
    if shown < facts.count { write("and \(facts.count - shown) more", "") }
  }

  private func drawTimeline(on canvas: Canvas, _ layout: EpisodeLayout) {
    let (area, scale) = (layout.timeline, layout.scale)
    canvas.fill(area, Theme.panel)
    canvas.outline(area, Theme.border, thickness: scale)
    func column(_ moment: Int) -> Int {
      area.x + moment * (area.width - 1) / max(1, returns.count - 1)
    }
    for moment in moments {
      canvas.fill(
        Area(x: column(moment), y: area.y + scale, width: scale, height: area.height - 2 * scale),
        Theme.warning)
    }
    let x = min(area.right - 3 * scale, max(area.x, column(step) - scale))
    canvas.fill(
      Area(x: x, y: area.y - 2 * scale, width: 3 * scale, height: area.height + 4 * scale),
      Theme.accent)
  }
}

/// Where an `EpisodePanel` has its parts.
private struct EpisodeLayout {
  let scale: Int
  let picture: Area
  let known: Area
  let returns: Area
  let timeline: Area

  var margin: Int { 8 * scale }

  init(_ room: PictureRoom) {
    scale = room.textScale(forWidth: 400, height: 300)
    let margin = 8 * scale
    let inside = Area(x: 0, y: 0, width: room.width, height: room.height).inset(
      left: margin, top: margin + 14 * scale, right: margin, bottom: 16 * scale)
    let lower = min(70 * scale, inside.height / 3)
    let upper = inside.inset(bottom: lower + 6 * scale)
    let side = min(max(130 * scale, inside.width / 3), inside.width / 2)
    picture = upper.inset(right: side + margin)
    known = upper.inset(left: upper.width - side)
    let strip = inside.inset(top: inside.height - lower)
    returns = strip.inset(bottom: 16 * scale)
    timeline = strip.inset(top: lower - 10 * scale)
  }
}
