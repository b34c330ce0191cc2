import Datasets
import EnvironmentKit
import Files
import Foundation
import Randomness
import Statistics
import WorldModels

/// A linear world model with Gaussian noise: `model: {kind: linearGaussian, …}`.
///
/// The latent z is the frame's projection on its strongest directions, each of variance 1. Under every
/// action z moves linearly, z' = A(a)·z + b(a) + noise; reward and end are read off z and a linearly.
/// All of it follows from sums over transitions, so that training only adds up, and freezing solves.
struct LinearGaussianSettings: WorldModelSettings {
  static let kindName = "linearGaussian"
  var kind = Self.kindName
  /// Numbers in a latent.
  var latentSize = 16
  /// Transitions taken in by a step.
  var batchSize = 64
  /// What is added to the mean square of every number that is read, against chance.
  var ridge = 1e-3
  /// How long it is trained.
  var schedule = TrainingSchedule()

  var imagines: Bool { true }

  init() { (schedule.steps, schedule.laterSteps) = (200, 50) }

  static var settings: [Setting<LinearGaussianSettings>] {
    [
      Setting("kind", \.kind, kindName, "The kind of world model.") { $0.kind == kindName },
      Setting("latentSize", \.latentSize, 1...1_000, "Numbers in a latent."),
      Setting("batchSize", \.batchSize, 1...100_000, "Transitions taken in by a step."),
      Setting("ridge", \.ridge, above: 0, "Added to the mean square of what is read."),
    ] + TrainingSchedule.settings.map { $0.within(\.schedule, prefix: "schedule.") }
  }

  /// Sums over pairs of inputs: this many fit into memory.
  private static let mostInputs = 3_000

  func furtherProblems(in room: ModelRoom) -> [SettingProblem] {
    let inputs = Inputs(room)
    guard inputs.count > Self.mostInputs else { return [] }
    return [
      SettingProblem(
        "kind",
        "frames of \(room.frameShape) make \(inputs.count) numbers, too many for "
          + "linearGaussian, which takes \(Self.mostInputs)",
        "observe the world in symbols: agent.observation=symbols or grid")
    ]
  }

  func features(in room: ModelRoom) -> [ObservationField] {
    [ObservationField("latent", shape: [latentSize])]
  }

  func makeTrainer(in room: ModelRoom) -> any WorldModelTrainer {
    LinearGaussianTrainer(self, in: room)
  }
}

/// What the linear maps read: frame and constant, once for every action or component of one.
struct Inputs: Sendable {
  let actions: ActionSpace
  /// Numbers of a frame.
  let frame: Int
  /// Numbers that say what is done: one per action, or 1 and the components.
  let gates: Int

  init(_ room: ModelRoom) {
    (actions, frame) = (room.actions, room.frameShape.reduce(1, *))
    gates = room.actions.rowWidth == 0 ? room.actions.count : 1 + room.actions.rowWidth
  }

  var count: Int { gates * (frame + 1) }

  /// Writes the gates of an action, `[gates]`.
  func write(_ action: ActionValue, into row: UnsafeMutableBufferPointer<Double>) {
    row.update(repeating: 0)
    switch action {
    case .index(let index): row[Int(index)] = 1
    case .row(let components):
      row[0] = 1
      for (place, component) in components.enumerated() { row[1 + place] = Double(component) }
    }
  }

  /// Writes the gates of a slot's action, `[gates]`.
  func write(_ slot: Int, of done: ActionBuffer, into row: UnsafeMutableBufferPointer<Double>) {
    row.update(repeating: 0)
    switch done {
    case .indices(let indices): row[Int(indices[slot])] = 1
    case .rows(let rows):
      row[0] = 1
      for place in 0..<gates - 1 { row[1 + place] = Double(rows[slot * (gates - 1) + place]) }
    }
  }
}

// MARK: - Training

/// One part that adds up; freezing solves.
final class LinearGaussianTrainer: WorldModelTrainer {
  private let settings: LinearGaussianSettings
  private let sums: MomentsPart

  init(_ settings: LinearGaussianSettings, in room: ModelRoom) {
    self.settings = settings
    sums = MomentsPart(settings, in: room)
  }

  var parts: [any TrainingPart] { [sums] }

  func freeze() throws -> any WorldModel { try LinearGaussianModel(settings, sums) }

  func untrained() throws -> any WorldModel {
    try LinearGaussianModel(settings, MomentsPart(settings, in: sums.room))
  }
}

/// Sums over transitions, u = gates ⊗ [frame, 1] and v = [next frame, reward, end, 1].
final class MomentsPart: TrainingPart {
  private static let format = "linear-gaussian-1"

  let name = "linear"
  let title = "add up transitions"
  let room: ModelRoom
  let inputs: Inputs
  let schedule: TrainingSchedule
  private(set) var step = 0
  let skipped = 0
  /// Σ u·uᵀ, Σ u·vᵀ and Σ v·vᵀ.
  private(set) var read: Matrix
  private(set) var across: Matrix
  private(set) var told: Matrix

  private let settings: LinearGaussianSettings
  private var source: (dataset: EpisodeDataset, moves: [(frame: Int, step: Int)])?

  init(_ settings: LinearGaussianSettings, in room: ModelRoom) {
    (self.settings, self.room, schedule) = (settings, room, settings.schedule)
    inputs = Inputs(room)
    read = Matrix(inputs.count, inputs.count)
    across = Matrix(inputs.count, inputs.frame + 3)
    told = Matrix(inputs.frame + 3, inputs.frame + 3)
  }

  var layers: [(name: String, shape: [Int])] {
    let size = settings.latentSize
    return [
      ("projection", [size, inputs.frame]), ("dynamics", [inputs.gates * (size + 1), size + 2]),
      ("noise", [size, size]),
    ]
  }

  func prepare(_ data: TrainingData, steps: Range<Int>, pass: Int) throws {
    let (dataset, split) = try data.episodes()
    let moves = split.training.flatMap { episode in
      zip(episode.frames, episode.steps).map { (frame: $0, step: $1) }
    }
    source = (dataset, moves)
  }

  func train() throws -> [Metric] {
    guard let (dataset, moves) = source else {
      preconditionFailure("train: prepare the part first")
    }
    // Named by the step, so that a restored training draws what it would have drawn.
    var stream = RandomStream(root: room.rootSeed, name: "linearGaussian/batch/\(step)")
    let before = told
    for _ in 0..<settings.batchSize {
      add(moves[stream.integers(in: 0..<moves.count)], in: dataset)
    }
    step += 1
    let (reward, one) = (inputs.frame, inputs.frame + 2)
    let mean = (told[reward, one] - before[reward, one]) / Double(settings.batchSize)
    return [Metric("linear/reward", mean, title: "mean reward")]
  }

  private func add(_ move: (frame: Int, step: Int), in dataset: EpisodeDataset) {
    var gates = [Double](repeating: 0, count: inputs.gates)
    gates.withUnsafeMutableBufferPointer { inputs.write(dataset.action(move.step), into: $0) }
    let seen = Self.sparse(dataset.frame(move.frame)) + [(inputs.frame, 1)]
    let u = gates.enumerated().flatMap { gate, value in
      value == 0 ? [] : seen.map { (gate * (inputs.frame + 1) + $0.place, value * $0.value) }
    }
    let v =
      Self.sparse(dataset.frame(move.frame + 1)) + [
        (inputs.frame, Double(dataset.reward(move.step))),
        (inputs.frame + 1, dataset.terminated(move.step) ? 1 : 0), (inputs.frame + 2, 1),
      ]
    read.add(u, u)
    across.add(u, v)
    told.add(v, v)
  }

  /// The numbers of a frame that are not 0, in 0...1.
  private static func sparse(_ frame: UnsafeBufferPointer<UInt8>) -> [(place: Int, value: Double)] {
    frame.indices.compactMap { frame[$0] == 0 ? nil : ($0, Double(frame[$0]) / 255) }
  }

  func save() -> TensorFile {
    var file = TensorFile(format: Self.format)
    for (name, matrix) in [("read", read), ("across", across), ("told", told)] {
      file.entries[name] = TensorEntry(matrix.values, shape: [matrix.rows, matrix.columns])
    }
    file.entries["step"] = TensorEntry([Int64(step)])
    return file
  }

  func restore(_ file: TensorFile, place: String) throws {
    try file.check(format: Self.format)
    func matrix(_ name: String, like old: Matrix) throws -> Matrix {
      Matrix(
        old.rows, old.columns,
        try file.values(name, shape: [old.rows, old.columns], finite: true))
    }
    let (r, a, t) = (
      try matrix("read", like: read), try matrix("across", like: across),
      try matrix("told", like: told)
    )
    step = try file.counter("step")
    (read, across, told) = (r, a, t)
  }
}

// MARK: - The model

/// The linear maps that follow from the sums.
final class LinearGaussianModel: WorldModel {
  let frameShape: [Int]
  let inputs: Inputs
  /// Numbers in a latent.
  let size: Int
  /// z = projection · [x, 1], x = picture · [z, 1].
  let projection: Matrix
  let picture: Matrix
  /// [z', reward, end] = gates ⊗ [z, 1] · dynamics.
  let dynamics: Matrix
  /// z' is given noise · ε.
  let noise: Matrix

  var features: [ObservationField] { [ObservationField("latent", shape: [size])] }
  var imagination: Imagination? { Imagination(predictsReward: true, predictsEnd: true) }

  /// Latents have variance 1: what lies further out was never seen.
  static let furthest = 5.0

  init(_ settings: LinearGaussianSettings, _ sums: MomentsPart) throws {
    (inputs, size, frameShape) = (sums.inputs, settings.latentSize, sums.room.frameShape)
    let one = inputs.frame + 2
    let count = max(1, sums.told[one, one])
    (projection, picture) = try Self.directions(of: sums.told, count, inputs.frame, size)

    // The sums as they would be if latents had been added up in the place of frames.
    let (z, frame) = (size, inputs.frame)
    let reading = Matrix(inputs.gates * (z + 1), inputs.count) { [projection] row, column in
      guard row / (z + 1) == column / (frame + 1) else { return 0 }
      let (i, j) = (row % (z + 1), column % (frame + 1))
      return i < z ? projection[i, j] : j == frame ? 1 : 0
    }
    let telling = Matrix(z + 2, frame + 3) { [projection] row, column in
      guard row < z else { return column == frame + row - z ? 1 : 0 }
      return column < frame ? projection[row, column] : column == one ? projection[row, frame] : 0
    }
    let read = reading * sums.read * reading.transposed
    let across = reading * sums.across * telling.transposed
    let told = telling * sums.told * telling.transposed
    dynamics = try read.function { 1 / (max(0, $0) + settings.ridge * count) } * across
    let foretold = dynamics.transposed * across
    let square = dynamics.transposed * read * dynamics
    let rest = Matrix(z, z) {
      (told[$0, $1] - foretold[$0, $1] - foretold[$1, $0] + square[$0, $1]) / count
    }
    noise = try rest.function { max(0, $0).squareRoot() }
  }

  /// The strongest directions of frames, and the way back.
  private static func directions(
    of told: Matrix, _ count: Double, _ frame: Int, _ size: Int
  ) throws -> (Matrix, Matrix) {
    let mean = (0..<frame).map { told[$0, frame + 2] / count }
    let covariance = Matrix(frame, frame) { told[$0, $1] / count - mean[$0] * mean[$1] }
    let (values, vectors) = try covariance.eigen()
    let least = 1e-6 * max(1e-12, values.last ?? 0)
    // Directions beyond those that there are, or along which nothing varies, stay 0.
    let deviations = (0..<size).map { direction in
      direction < frame && values[frame - 1 - direction] > least
        ? values[frame - 1 - direction].squareRoot() : 0
    }
    func along(_ direction: Int, _ pixel: Int) -> Double {
      deviations[direction] > 0 ? vectors[frame - 1 - direction, pixel] : 0
    }
    let projection = Matrix(size, frame + 1) { direction, column in
      guard deviations[direction] > 0 else { return 0 }
      let scale = 1 / deviations[direction]
      return column < frame
        ? scale * along(direction, column)
        : -scale * mean.indices.reduce(0) { $0 + along(direction, $1) * mean[$1] }
    }
    return (
      projection,
      Matrix(frame, size + 1) { pixel, column in
        column == size ? mean[pixel] : deviations[column] * along(column, pixel)
      }
    )
  }

  func makeState(slots: Int, showing names: [String]) -> any WorldModelState {
    LinearGaussianState(self, slots: slots)
  }

  func starts(at frames: UnsafeBufferPointer<UInt8>, count: Int) -> [any Sendable] {
    (0..<count).map { number in
      let latent = OwnedBuffer<Float>(size, zero: 0)
      let frame = frames[number * inputs.frame..<(number + 1) * inputs.frame]
      project(UnsafeBufferPointer(rebasing: frame), into: latent.elements)
      return LinearLatent(numbers: Array(latent.elements))
    }
  }

  /// The latent of a frame.
  func project(
    _ frame: UnsafeBufferPointer<UInt8>, into latent: UnsafeMutableBufferPointer<Float>
  ) {
    for row in 0..<size {
      var sum = projection[row, inputs.frame]
      for (column, byte) in frame.enumerated() {
        sum += projection[row, column] * Double(byte) / 255
      }
      latent[row] = Float(sum)
    }
  }
}

/// A latent by itself: a start of dreams, and a copy of a slot.
struct LinearLatent: Sendable {
  let numbers: [Float]
}

/// The latents of some slots.
final class LinearGaussianState: WorldModelState {
  private let model: LinearGaussianModel
  private let size: Int
  /// `[slot, size]`.
  private let latents: OwnedBuffer<Float>
  private let gates: OwnedBuffer<Double>
  private let next: OwnedBuffer<Double>
  private let draws: OwnedBuffer<Double>

  init(_ model: LinearGaussianModel, slots: Int) {
    (self.model, size) = (model, model.size)
    latents = OwnedBuffer(slots * size, zero: 0)
    gates = OwnedBuffer(model.inputs.gates, zero: 0)
    next = OwnedBuffer(size + 2, zero: 0)
    draws = OwnedBuffer(size, zero: 0)
  }

  /// Frames say all: there is nothing to forget, and nothing is drawn.
  func begin(_ slot: Int, seed: UInt64?) {}

  func begin(_ slot: Int, at start: any Sendable, drawing stream: inout RandomStream) {
    guard let start = start as? LinearLatent, start.numbers.count == size else {
      preconditionFailure("begin: \(type(of: start)) is no start of this model")
    }
    _ = latents.row(slot, size).update(fromContentsOf: start.numbers)
  }

  func observe(
    _ frames: UnsafeBufferPointer<UInt8>, after actions: ActionBuffer?, slots: [Int]
  ) {
    let width = model.inputs.frame
    for slot in slots {
      model.project(
        UnsafeBufferPointer(rebasing: frames[slot * width..<(slot + 1) * width]),
        into: latents.row(slot, size))
    }
  }

  func imagine(
    after actions: ActionBuffer, active: UnsafeBufferPointer<Bool>, _ dream: DreamHeads
  ) {
    let spread = Double(dream.temperature).squareRoot()
    for slot in active.indices where active[slot] {
      model.inputs.write(slot, of: actions, into: gates.elements)
      foretell(latents.row(slot, size))
      for place in 0..<size { draws.elements[place] = dream.streams[slot].standardNormal() }
      move(latents.row(slot, size), spread)
      dream.rewards[slot] = Float(next.elements[size])
      let end = min(1 - 1e-6, max(1e-6, next.elements[size + 1]))
      dream.ends[slot] = Float(log(end / (1 - end)))
    }
  }

  /// Writes what is expected: the next latent, reward and end.
  private func foretell(_ latent: UnsafeMutableBufferPointer<Float>) {
    next.elements.update(repeating: 0)
    for gate in gates.elements.indices where gates.elements[gate] != 0 {
      for input in 0...size {
        let value = gates.elements[gate] * (input < size ? Double(latent[input]) : 1)
        let row = gate * (size + 1) + input
        for place in 0..<size + 2 { next.elements[place] += value * model.dynamics[row, place] }
      }
    }
  }

  private func move(_ latent: UnsafeMutableBufferPointer<Float>, _ spread: Double) {
    for place in 0..<size {
      var value = next.elements[place]
      for draw in 0..<size { value += spread * model.noise[place, draw] * draws.elements[draw] }
      let furthest = LinearGaussianModel.furthest
      latent[place] = Float(min(furthest, max(-furthest, value)))
    }
  }

  func feature(_ place: Int, of slot: Int) -> UnsafeBufferPointer<Float> {
    UnsafeBufferPointer(latents.row(slot, size))
  }

  func decode(_ slot: Int, into frame: UnsafeMutableBufferPointer<UInt8>) {
    let latent = latents.row(slot, size)
    for pixel in frame.indices {
      var value = model.picture[pixel, size]
      for place in 0..<size { value += model.picture[pixel, place] * Double(latent[place]) }
      frame[pixel] = UInt8(max(0, min(255, (value * 255).rounded())))
    }
  }

  func snapshot(of slot: Int) -> any Sendable {
    LinearLatent(numbers: Array(latents.row(slot, size)))
  }

  func restore(_ snapshot: any Sendable, to slot: Int) throws {
    guard let found = snapshot as? LinearLatent, found.numbers.count == size else {
      throw EnvironmentError.otherSnapshot(
        snapshot, place: "linear model", slot: slot, wanted: "a state of the same model")
    }
    _ = latents.row(slot, size).update(fromContentsOf: found.numbers)
  }
}

// MARK: - Matrices

/// A small dense matrix of doubles, row-major.
struct Matrix: Sendable {
  let rows: Int
  let columns: Int
  private(set) var values: [Double]

  init(_ rows: Int, _ columns: Int, _ values: [Double]? = nil) {
    (self.rows, self.columns) = (rows, columns)
    self.values = values ?? [Double](repeating: 0, count: rows * columns)
  }

  init(_ rows: Int, _ columns: Int, _ value: (Int, Int) -> Double) {
    self.init(rows, columns)
    for row in 0..<rows {
      for column in 0..<columns { values[row * columns + column] = value(row, column) }
    }
  }

  subscript(row: Int, column: Int) -> Double { values[row * columns + column] }

  var transposed: Matrix { Matrix(columns, rows) { self[$1, $0] } }

  /// Adds the product of a column and a row of which few numbers are not 0.
  mutating func add(_ column: [(place: Int, value: Double)], _ row: [(place: Int, value: Double)]) {
    for (i, a) in column {
      for (j, b) in row { values[i * columns + j] += a * b }
    }
  }

  static func * (a: Matrix, b: Matrix) -> Matrix {
    var product = Matrix(a.rows, b.columns)
    for i in 0..<a.rows {
      for k in 0..<a.columns where a[i, k] != 0 {
        let value = a[i, k]
        for j in 0..<b.columns { product.values[i * b.columns + j] += value * b[k, j] }
      }
    }
    return product
  }

  /// Eigenvalues, rising, and eigenvectors, one per row, of a symmetric matrix.
  func eigen() throws -> (values: [Double], vectors: Matrix) {
    guard let found = SymmetricMatrix.decompose(values, n: rows) else {
      throw EnvironmentError(
        operation: "freeze", place: "linear model", cause: "a sum over frames is not finite",
        remedy: "check the rewards of the world")
    }
    return (found.values, Matrix(rows, rows, found.vectors))
  }

  /// A function of a symmetric matrix: of its eigenvalues.
  func function(_ change: (Double) -> Double) throws -> Matrix {
    let (values, vectors) = try eigen()
    let scaled = Matrix(rows, rows) { change(values[$0]) * vectors[$0, $1] }
    return vectors.transposed * scaled
  }
}
