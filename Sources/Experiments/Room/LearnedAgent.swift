import Controllers
import Datasets
import WorldModels

/// What a pass of the loop ends with: a model, a policy, and what they learned from.
struct LearnedAgent {
  let environments: AgentEnvironments
  let policy: any Policy<Float>
  let model: ModelTraining
  let learner: LearnerTraining
  let dataset: EpisodeDataset
}
