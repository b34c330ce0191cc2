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

  /// What a plot draws outside of its area, drawn into the middle of a larger picture.
  static func strays(_ width: Int, _ height: Int, _ draw: (Canvas, Area) -> Void) -> Int {
    let (edge, ground) = (70, Color(1, 2, 3))
    var frame = Frame(width: width + 2 * edge, height: height + 2 * edge, filledWith: ground)
    let area = Area(x: edge, y: edge, width: width, height: height)
    frame.withCanvas { draw($0, area) }
    let before = frame
    frame.withCanvas { $0.fill(area, ground) }
    let rest = stride(from: 0, to: frame.pixels.count, by: 3).count { frame.pixels[$0] != 1 }
    return before == frame ? -1 : rest
  }

  @Test("plots draw nothing beside their area", arguments: 0..<24)
  func insideTheirArea(_ seed: Int) {
    var source = Arbitrary(UInt64(seed))
    let scale = 1 + source.next(2)
    let (width, height) = ((150 + source.next(150)) * scale, (110 + source.next(120)) * scale)
    let plots: [(Canvas, Area) -> Void] = [
      {
        LinePlot(
          "a title that is too long for one line of a narrow plot", xLabel: "training step",
          yLabel: "return",
          series: [Series("first", Scenery.returns.best), Series("second", Scenery.returns.mean)],
          references: Scenery.returns.baselines
        ).draw(on: $0, in: $1, scale: scale)
      },
      { BarChart("bars", values: [1, -2, 3]).draw(on: $0, in: $1, scale: scale) },
      {
        Histogram("counts", values: [1, 2, 2], label: "value").draw(on: $0, in: $1, scale: scale)
      },
      { StripChart("return", values: [1, -400, 3]).draw(on: $0, in: $1, scale: scale) },
      {
        GroupedBars(
          "probes", series: ["z", "h"],
          groups: [
            .init("a rather long name", [0.2, 1.4], mark: 0.5, intervals: [0.1...0.4, -3...9])
          ], label: "share of what could be known"
        ).draw(on: $0, in: $1, scale: scale)
      },
    ]
    for (index, plot) in plots.enumerated() {
      #expect(Self.strays(width, height, plot) == 0, "plot \(index), \(width)×\(height)")
    }
  }

  @Test("pictures of any size, however small, can be drawn", arguments: 0..<60)
  func anySize(_ seed: Int) {
    var source = Arbitrary(UInt64(seed))
    let (width, height) = (1 + source.next(260), 1 + source.next(200))
    let scale = 1 + source.next(3)
    func expect(_ frame: Frame) { #expect(frame.width == width && frame.height == height) }
    expect(
      LinePlot(
        "a rather long title", xLabel: "steps", yLabel: "value",
        series: [Series("first", Scenery.returns.best), Series("second", Scenery.returns.mean)],
        references: Scenery.returns.baselines
      ).frame(width: width, height: height, scale: scale))
    expect(BarChart("b", values: [1, -2, 3]).frame(width: width, height: height, scale: scale))
    expect(Histogram("h", values: [1, 2, 2]).frame(width: width, height: height, scale: scale))
    expect(
      LearningPlot(title: "t", losses: Scenery.losses, returns: Scenery.returns)
        .frame(width: width, height: height, scale: scale))
    let world = Frame(width: width, height: height)
    let room = PictureRoom(width: width, height: height)
    let play = PlayPanel(
      world: world, header: "header", step: 1, totalReward: 2, mission: "mission", notice: "notice")
    expect(play.frame(in: room))
    var frame = play.frame(scale: scale)
    #expect(frame.width == width + 16 * scale && frame.height == height + 50 * scale)
    frame.withCanvas { Scenery.help.draw(on: $0, scale: scale) }
    let agent = AgentPanel(
      header: "header", observation: world, reconstruction: world,
      actions: ["a", "a very long name of an action"], notice: "over")
    expect(agent.frame(in: room))
    #expect(agent.frame(scale: scale).width > 3 * width)
    let pairs = (0..<source.next(5)).map { _ in
      ReconstructionPair(observation: world, reconstruction: world, caption: "caption")
    }
    #expect(
      ReconstructionSheet(title: "t", pairs: pairs).frame(zoom: 1, scale: scale).height
        > (pairs.isEmpty ? 0 : 3 * height))
    let training = TrainingPanel(header: "h", phases: ["V"], progress: .nan, pairs: pairs)
    expect(training.frame(in: room))
    #expect(training.frame(scale: scale).height == 348 * scale)
    #expect(
      SampleSheet(title: "t", pictures: pairs.map(\.observation)).frame(scale: scale).width
        > (pairs.isEmpty ? 0 : 2 * width))
    let one = SampleSheet(title: "t", groups: [.init("a", [world, world])], columns: 2)
    let two = SampleSheet(
      title: "t", groups: ["a", "b"].map { .init($0, [world, world]) }, columns: 2)
    // Each of two groups has one column: twice as high, and a line of titles.
    #expect(two.frame(scale: scale).height > one.frame(scale: scale).height + 2 * height)
    #expect(two.frame(scale: scale).width > 4 * width)
    #expect(TraversalSheet(title: "t", values: [], rows: []).frame(scale: scale).width > 1)
  }

  @Test("titles, legends and names of axes take several lines where one is too short")
  func nothingCut() {
    let long = "what is known of the world, on episodes that the probes have not seen before"
    for limit in [120, 200, 333] {
      let legend = Legend(
        [
          LegendEntry(name: "first", color: .white), LegendEntry(name: long, color: .black),
          LegendEntry(name: "third", color: .white),
        ], limit: limit, scale: 1)
      #expect(
        legend.pieces.map(\.text).joined(separator: " ") == "first \(long) third")
      for piece in legend.pieces {
        #expect(Int(piece.x) + 13 + Font.width(of: piece.text) <= limit)
      }
      #expect(Set(legend.pieces.map { [$0.row, Int($0.x)] }).count == legend.pieces.count)
    }
    func lines(_ title: String) -> Int {
      let frame = LinePlot(title, series: [Series("a", [1, 2])]).frame(width: 200, height: 300)
      // The upper edge of the marks lies a line lower for each line of the title.
      return (0..<300).first { frame[100, $0] == Theme.border } ?? -1
    }
    #expect(lines(long) - lines("short") == 2 * Font.lineHeight)
    let levels = LinePlot(
      "", series: [Series("a", [1, 2])], references: [ReferenceLine("random", 201)])
    #expect(levels.legend.map(\.name) == ["a", "random 201"])
  }

  @Test("where nothing but V learned, its losses take the whole width")
  func lossesAlone() {
    func crossesMiddle(_ returns: ReturnCurves) -> Bool {
      let frame = LearningPlot(title: "t", losses: Scenery.losses, returns: returns).frame()
      return (0..<frame.height).contains { frame[frame.width / 2, $0] == Theme.border }
    }
    #expect(crossesMiddle(ReturnCurves()))
    #expect(!crossesMiddle(Scenery.returns))
  }

  @Test("an empty plot has no numbers at its axes, and zeros stand on the ground")
  func empty() {
    let empty = LinePlot("t", series: [Series("a", [])], yIncludes: [0])
    let frame = empty.frame(width: 200, height: 120)
    let left = (0..<120).filter { y in (0..<7).contains { frame[$0, y] == Theme.secondary } }
    #expect(!empty.hasCurves && left.isEmpty)
    let zeros = Axis(covering: [0, 0])
    #expect(zeros.low == 0 && zeros.high == 1)
    let steps = Axis(covering: [1, 3], tickCount: 5, isWhole: true)
    #expect(steps.labels == ["1", "2", "3"])
    #expect(Axis(covering: [0, 9], tickCount: 4, isWhole: true).labels == ["0", "3", "6", "9"])
  }

  @Test("no two ticks of an axis say the same, however close they lie")
  func distinctLabels() {
    for scale in [AxisScale.linear, .logarithmic] {
      for (low, high) in [
        (12_340.0, 12_345.0), (123_400, 123_480), (0.010_1, 0.010_2), (1.02e-4, 1.04e-4),
        (5e-12, 5.001e-12), (8e15, 8.000_1e15), (1_000, 1_003), (0.999, 1.001),
      ] {
        let axis = Axis(covering: [low, high], scale: scale)
        #expect(axis.ticks.count > 1 && axis.labels.count == axis.ticks.count)
        #expect(Set(axis.labels).count == axis.labels.count, "\(low): \(axis.labels)")
      }
    }
    #expect(Axis(covering: [12_340, 12_345]).labels.first == "12340")
  }

  @Test("numbers of an axis stand clear of each other, however little room a legend leaves")
  func clearTicks() {
    let names = ["mean ± sd of candidates", "best of the generation", "on fresh seeds"]
    let plot = LinePlot(
      "C: return in the dream", xLabel: "generation",
      series: names.map { Series($0, x: [1, 2, 3], y: [0, 1.2, 1.5]) })
    for height in [200, 240, 260, 300, 340, 400] {
      let frame = plot.frame(width: 290, height: height, scale: 2)
      // Numbers stand right of the margin; a run of written rows is as high as one of them.
      let written = (40..<height).map { y in
        (8..<44).contains { frame[$0, y] == Theme.secondary }
      }
      let runs = written.split(separator: false).map(\.count)
      #expect(runs.allSatisfy { $0 <= Font.lineHeight * 2 }, "\(height): \(runs)")
    }
  }

  @Test("values over a sheet of traversals keep the decimals that they have")
  func traversalValues() {
    func decimals(_ values: [Double]) -> Int {
      TraversalSheet(title: "", values: values, rows: []).decimals
    }
    #expect(decimals([-2.25, 0, 0.75]) == 2)
    #expect(decimals([-2.5, 1]) == 1)
    #expect(decimals([1.0 / 3]) == 3)
    #expect(decimals([0, 7, 63]) == 0)
  }

  @Test("returns of the dream say so, and have no baselines of the world beside them")
  func kindsOfReturn() {
    var returns = Scenery.returns
    #expect(returns.plot.title == "C: return by generation")
    #expect(returns.plot.references.count == 2)
    returns.isDream = true
    returns.evaluated = returns.mean.indices.map { $0 % 10 == 4 ? 300 : .nan }
    #expect(returns.plot.title == "C: return in the dream")
    #expect(returns.plot.references.isEmpty)
    #expect(returns.plot.series.last?.y == [300, 300, 300])
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
