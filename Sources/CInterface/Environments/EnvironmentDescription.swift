import EnvironmentKit

/// What the environments of a handle are, for those who build spaces from it.
struct EnvironmentDescription: Encodable {
  let world, observation, elements, autoreset: String
  let count: Int
  let fields: [ObservationField]
  let actions: ActionSpace
  let facts: [Fact]
  let maximumSteps: Int
  let rewardRange: [Float]
  let stepsPerSecond, aspectRatio: Double

  init(_ room: EnvironmentRoom) {
    let batch = room.batch
    let specification = batch.specification
    world = specification.id
    observation = room.observation
    elements = batch.elementBytes == 1 ? "uint8" : "float32"
    autoreset = batch.autoreset.rawValue
    count = batch.count
    fields = batch.space.fields
    actions = batch.actionSpace
    facts = specification.facts
    maximumSteps = specification.maximumSteps
    let (low, high) = (specification.rewardRange.lowerBound, specification.rewardRange.upperBound)
    let most = Float.greatestFiniteMagnitude
    rewardRange = [max(low, -most), min(high, most)]
    stepsPerSecond = specification.stepsPerSecond
    aspectRatio = specification.aspectRatio
  }
}
