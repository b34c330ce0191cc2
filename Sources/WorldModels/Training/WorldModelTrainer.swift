import Files

/// A world model in training: networks that learn one after the other, and what comes of them.
///
/// Whoever runs it asks each part in turn to make ready and to take steps, keeps the numbers that it
/// reports, and saves it; nothing here waits, draws or writes by itself.
public protocol WorldModelTrainer: AnyObject {
  /// What learns, in the order in which it does.
  var parts: [any TrainingPart] { get }

  /// The model as it is now, on other threads from now on.
  func freeze() throws -> any WorldModel

  /// The model as it was before any training, of the same sizes: a yardstick.
  func untrained() throws -> any WorldModel
}

/// One network of a world model in training.
public protocol TrainingPart: AnyObject {
  /// What files, series and settings call it, such as `vision`.
  var name: String { get }
  /// What the progress line calls its training, such as `train V`.
  var title: String { get }
  /// Where its settings stand, such as `model.memory`.
  var settingsPlace: String { get }
  /// How its training is laid out.
  var schedule: TrainingSchedule { get }
  /// Steps taken, skipped ones among them.
  var step: Int { get }
  /// Steps that left the parameters alone.
  var skipped: Int { get }
  /// Its parameters by name, with their shapes.
  var layers: [(name: String, shape: [Int])] { get }

  /// Makes ready for the steps of a pass, or for those that are left of it.
  ///
  /// - Parameters:
  ///   - steps: the pass's first step and the one after its last.
  ///   - pass: 1 or more.
  func prepare(_ data: TrainingData, steps: Range<Int>, pass: Int) throws

  /// Takes one step and says what came of it.
  func train() throws -> [Metric]

  /// How often its training broke down and went on from before with shorter steps: each time with a quarter of
  /// the learning rate. Saved with the rest.
  var slowdowns: Int { get set }

  /// Makes what is only looked at, not learned from, after the last step of a pass that is saved.
  func conclude() throws

  /// Whether `conclude` has nothing to make: it was done after the last step, or there is nothing.
  var isConcluded: Bool { get }

  /// Everything that is needed to go on as if it had never stopped.
  func save() -> TensorFile

  /// Takes up what `save` gave for the same settings.
  ///
  /// - Parameter place: the file, for messages.
  /// - Throws: where an entry is missing or misshapen; the part is then as it was.
  func restore(_ file: TensorFile, place: String) throws
}

extension TrainingPart {
  /// Those of the model itself.
  public var settingsPlace: String { "model" }
  /// It never goes on with shorter steps.
  public var slowdowns: Int {
    get { 0 }
    set { _ = newValue }
  }
  /// Nothing.
  public func conclude() throws {}
  /// There is nothing.
  public var isConcluded: Bool { true }
}
