public import EnvironmentKit

/// One moment of an agent's life: what it sees, what it believes, what it does, how it fares.
///
/// All pictures of one episode have one size as long as the observation's size, the number of
/// actions and the presence of a reconstruction stay the same.
public struct AgentPanel: Hashable, Sendable {
  /// World, seed, who plays.
  public var header: String
  /// What the world shows the agent.
  public var observation: Frame
  /// What the autoencoder makes of it, where there is one.
  public var reconstruction: Frame?
  /// The latent vector.
  public var latents: [Double]
  /// KL divergence of each latent dimension, in nats.
  public var divergences: [Double]
  /// The names of all actions.
  public var actions: [String]
  /// The index of the action taken, where one was.
  public var chosen: Int?
  /// The components of the action taken, where actions are rows of numbers.
  public var components: [ActionBar] = []
  /// Steps since the reset.
  public var step: Int
  /// The last step's reward.
  public var reward: Double
  /// The return after each step so far.
  public var returns: [Double]
  /// How surprised the model was at each step; nil where nobody asks.
  public var surprise: SurpriseCurve?
  /// Steps that the return curve has room for before it shrinks.
  public var expectedSteps: Int
  /// A remark such as `terminated`; empty for none.
  public var notice: String
  /// The world as people see it, where that is more than the observation.
  public var world: Frame?
  /// What is asked of the agent; empty for nothing.
  public var mission: String
  /// What the agent carries; empty for nothing.
  public var holding: String

  /// Creates a panel; what is not given stays empty.
  public init(
    header: String, observation: Frame, reconstruction: Frame? = nil, latents: [Double] = [],
    divergences: [Double] = [], actions: [String] = [], chosen: Int? = nil, step: Int = 0,
    reward: Double = 0, returns: [Double] = [], expectedSteps: Int = 200, notice: String = "",
    world: Frame? = nil, mission: String = "", holding: String = ""
  ) {
    self.header = header
    self.observation = observation
    self.reconstruction = reconstruction
    self.latents = latents
    self.divergences = divergences
    self.actions = actions
    self.chosen = chosen
    self.step = step
    self.reward = reward
    self.returns = returns
    self.expectedSteps = expectedSteps
    self.notice = notice
    self.world = world
    self.mission = mission
    self.holding = holding
  }

  /// The panel without the world as a picture.
  ///
  /// - Parameters:
  ///   - zoom: integer magnification of the pictures; nil makes them about 192 pixels wide.
  ///   - scale: integer magnification of the text.
  public func frame(zoom: Int? = nil, scale: Int = 1) -> Frame {
    let zoom = zoom ?? max(1, 192 * scale / max(observation.width, observation.height))
    let size = PicturePanel("x", observation).size(zoom: zoom, scale: scale)
    let (margin, gap) = (10 * scale, 8 * scale)
    let width = 3 * size.width + 2 * gap + 2 * margin
    let top = margin + 16 * scale
    let lower = top + size.height + gap
    let height = lower + 118 * scale + margin / 2
    return Frame(drawnAt: width, height) { canvas in
      drawHeader(on: canvas, margin, scale)
      for (index, panel) in panels.enumerated() {
        panel.draw(
          on: canvas, x: margin + index * (size.width + gap), y: top, zoom: zoom, scale: scale)
      }
      let columns = Area(
        x: margin, y: lower, width: width - 2 * margin, height: 118 * scale
      ).columns(3, gap: gap)
      drawLatents(on: canvas, columns[0], columns[1], scale)
      drawConduct(on: canvas, columns[2], scale)
    }
  }

  var panels: [PicturePanel] {
    let blank = Frame(
      width: observation.width, height: observation.height, filledWith: Theme.panel)
    let isComparable =
      reconstruction?.width == observation.width && reconstruction?.height == observation.height
    let error = reconstruction.flatMap {
      isComparable ? ErrorPicture.heat(observation, $0) : nil
    }
    return [
      PicturePanel("observation", observation),
      PicturePanel("reconstruction", isComparable ? reconstruction ?? blank : blank),
      PicturePanel("error", error ?? blank),
    ]
  }

  func drawHeader(on canvas: Canvas, _ margin: Int, _ scale: Int) {
    let right = "step \(step)   return \(NumberText.short(returns.last ?? 0))"
    let room = canvas.width - 2 * margin
    let rightWidth = Font.width(of: right, scale: scale) + 12 * scale
    let left = Font.width(of: header + "  ", scale: scale)
    let free = room - rightWidth - (notice.isEmpty ? 0 : Font.width(of: notice, scale: scale))
    canvas.writeFitting(header, x: margin, y: margin, scale: scale, limit: max(0, free))
    if !notice.isEmpty {
      canvas.write(
        notice, x: margin + min(left, max(0, free)), y: margin, Theme.warning, scale: scale,
        limit: max(0, room - rightWidth - min(left, max(0, free))))
    }
    canvas.write(
      right, x: canvas.width - margin, y: margin, scale: scale, alignment: .trailing, limit: room)
  }

  func drawLatents(on canvas: Canvas, _ left: Area, _ right: Area, _ scale: Int) {
    let reach = max(3, latents.lazy.filter(\.isFinite).map(abs).max() ?? 0)
    BarChart("latents", values: latents, range: -reach...reach).draw(
      on: canvas, in: left, scale: scale)
    let highest = max(3, divergences.lazy.filter(\.isFinite).max() ?? 0)
    BarChart(
      "KL, nats", values: divergences, range: 0...highest, color: Theme.series(2)
    )
    .draw(on: canvas, in: right, scale: scale)
  }

  func drawConduct(on canvas: Canvas, _ area: Area, _ scale: Int) {
    let used = drawActions(on: canvas, area, scale)
    let parts = area.inset(top: used).columns(surprise == nil ? 1 : 2, gap: 6 * scale)
    StripChart("return", values: returns, capacity: expectedSteps).draw(
      on: canvas, in: parts[0], scale: scale)
    surprise?.draw(on: canvas, in: parts[parts.count - 1], capacity: expectedSteps, scale: scale)
  }

  /// Draws the actions and the last reward.
  ///
  /// - Returns: the height used, in pixels.
  func drawActions(on canvas: Canvas, _ area: Area, _ scale: Int) -> Int {
    let used =
      ActionStrip(names: actions, chosen: chosen).draw(on: canvas, in: area, scale: scale)
      + ActionBars(bars: components).draw(on: canvas, in: area, scale: scale)
    canvas.write(
      "reward \(NumberText.short(reward))", x: area.x, y: area.y + used + 2 * scale,
      Theme.secondary, scale: scale, limit: area.width)
    return used + 14 * scale
  }
}
