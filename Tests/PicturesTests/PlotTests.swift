import EnvironmentKit
import Pictures
import Testing

@Suite struct PlotTests {
  /// Lists that plots meet in practice: nothing yet, one point, gaps, extremes.
  static let lists: [[Double]] = [
    [], [3], [.nan], [.nan, .infinity, -.infinity], [1, .nan, 2, 5], [7, 7, 7], [0, 0],
    [-1e300, 1e300], [1e308, -1e308], [.leastNonzeroMagnitude, .leastNormalMagnitude], [-5, -4],
    [1e9, 1e9 + 1],
    (0..<5000).map { Double($0 % 97) },
  ]

  @Test("every plot draws whatever it is given", arguments: lists.indices)
  func anyValues(_ index: Int) {
    let values = Self.lists[index]
    for scale in [AxisScale.linear, .logarithmic] {
      let curve = Series("a", x: values, y: values, low: values, high: values)
      let plot = LinePlot(
        "title", xLabel: "x", yLabel: "y", series: [curve, Series("b", values)],
        references: values.prefix(3).map { ReferenceLine("level", $0) }, yScale: scale)
      #expect(plot.frame(width: 300, height: 200).pixels.contains { $0 > 150 })
    }
    _ = BarChart("bars", values: values).frame(width: 200, height: 100)
    _ = Histogram("counts", values: values).frame(width: 200, height: 100)
    _ = Frame(drawnAt: 200, 100) {
      StripChart("return", values: values).draw(on: $0, in: $0.area)
    }
    let agent = AgentPanel(
      header: "h", observation: Frame(width: 64, height: 64), latents: values,
      divergences: values, returns: values)
    _ = agent.frame()
  }

  @Test("plots and panels of any size keep inside their picture", arguments: 0..<60)
  func anySize(_ seed: Int) {
    var source = Arbitrary(UInt64(seed))
    let (width, height) = (1 + source.next(260), 1 + source.next(200))
    let scale = 1 + source.next(3)
    _ = LinePlot(
      "a rather long title", xLabel: "steps", yLabel: "value",
      series: [Series("first", Scenery.returns.best), Series("second", Scenery.returns.mean)],
      references: Scenery.returns.baselines
    ).frame(width: width, height: height, scale: scale)
    _ = BarChart("b", values: [1, -2, 3]).frame(width: width, height: height, scale: scale)
    _ = Histogram("h", values: [1, 2, 2]).frame(width: width, height: height, scale: scale)
    _ = LearningPlot(title: "t", losses: Scenery.losses, returns: Scenery.returns)
      .frame(width: width, height: height, scale: scale)
    let world = Frame(width: width, height: height)
    var play = PlayPanel(
      world: world, header: "header", step: 1, totalReward: 2, mission: "mission", notice: "notice"
    ).frame(scale: scale)
    play.withCanvas { Scenery.help.draw(on: $0, scale: scale) }
    _ = AgentPanel(
      header: "header", observation: world, reconstruction: world,
      actions: ["a", "a very long name of an action"], notice: "over"
    ).frame(scale: scale)
    let pairs = (0..<source.next(5)).map { _ in
      ReconstructionPair(observation: world, reconstruction: world, caption: "caption")
    }
    _ = ReconstructionSheet(title: "t", pairs: pairs).frame(zoom: 1, scale: scale)
    _ = TrainingPanel(header: "h", phases: ["V"], progress: .nan, pairs: pairs).frame(scale: scale)
    _ = SampleSheet(title: "t", pictures: pairs.map(\.observation)).frame(scale: scale)
    _ = TraversalSheet(title: "t", values: [], rows: []).frame(scale: scale)
  }

  @Test("ticks are round, ascending, inside, and few")
  func ticks() {
    for (low, high) in [(0.0, 1.0), (-3, 17), (200, 1400), (0.001, 0.0042), (-1e6, 3e6)] {
      let axis = Axis(covering: [low, high], tickCount: 5)
      #expect((2...8).contains(axis.ticks.count))
      #expect(axis.ticks == axis.ticks.sorted())
      #expect(axis.ticks.allSatisfy { (-1e-6...1 + 1e-6).contains(axis.position(of: $0)) })
      #expect(Set(axis.labels).count == axis.labels.count)
    }
    #expect(Axis(covering: [0, 1000]).labels == ["0", "200", "400", "600", "800", "1000"])
    let decades = Axis(covering: [0.5, 2000], scale: .logarithmic)
    #expect(decades.ticks.contains { abs($0 - 100) < 1e-9 })
    #expect(decades.position(of: -1).isNaN)
  }

  @Test("a band is drawn between its edges and nowhere else")
  func band() {
    let flat = LinePlot(
      "", series: [Series("a", x: [0, 1], y: [5, 5], low: [4, 4], high: [6, 6], color: .white)],
      yIncludes: [0, 10])
    let frame = flat.frame(width: 200, height: 200)
    let column = (0..<200).map { frame[120, $0].red }
    let band = column.indices.filter { column[$0] > 60 && column[$0] < 120 }
    let line = column.indices.filter { column[$0] > 200 }
    #expect(!band.isEmpty && !line.isEmpty)
    #expect((band.first ?? 0) < (line.first ?? 0) && (band.last ?? 0) > (line.last ?? 0))
    // A fifth of an axis with 5 % of room at both ends, in a chart of some 180 rows.
    #expect((28...40).contains(band.count + line.count))
  }

  @Test("error pictures follow their formulas")
  func errors() {
    let (a, b) = (
      Frame(width: 1, height: 1, pixels: [255, 0, 100]),
      Frame(width: 1, height: 1, pixels: [0, 255, 100])
    )
    #expect(ErrorPicture.signed(a, b).pixels == [255, 0, 127])
    #expect(ErrorPicture.heat(a, a)[0, 0] == ColorScale.heat.color(at: 0))
    #expect(ErrorPicture.heat(a, b, full: 170)[0, 0] == ColorScale.heat.color(at: 1))
  }

  @Test("histograms count every finite value once, edges included")
  func histogram() {
    let histogram = Histogram("h", values: [0, 0.5, 1, 1, .nan], bins: 2)
    #expect(histogram.counts == [1, 3])
    #expect(histogram.range == 0...1)
  }

  @Test("the panels of one episode have one size")
  func stableSize() {
    let sizes = [0, 5, 90, 2000].map { step -> [Int] in
      let frame = Scenery.agent(step: step).frame()
      return [frame.width, frame.height]
    }
    #expect(Set(sizes).count == 1)
  }
}
