import Datasets
import Tensors

/// What rewards are divided by before M learns them.
///
/// The reward's squared error stands beside the latents' nats in one loss: rewards of thousands would leave
/// the latents no gradient. It is 1 where no reward exceeds `usual`, so that M learns them as they are;
/// else the root of their mean square, at least 1.
package enum RewardScale {
  /// The greatest size of rewards that are learned as they are.
  package static let usual: Float = 20

  /// The scale of the rewards of some episodes.
  package static func fitted(to episodes: [EpisodeSpan], of dataset: EpisodeDataset) -> Float {
    var (greatest, squares, count) = (Float(0), 0.0, 0)
    for span in episodes {
      for step in span.steps {
        let reward = dataset.reward(step)
        greatest = max(greatest, abs(reward))
        squares += Double(reward) * Double(reward)
      }
      count += span.steps.count
    }
    guard greatest > usual, count > 0 else { return 1 }
    return max(1, Float((squares / Double(count)).squareRoot()))
  }
}

extension Memory {
  /// Multiplies what the model says of the reward.
  ///
  /// - Precondition: it predicts the reward.
  mutating func multiplyReward(by factor: Float) {
    precondition(configuration.predictsReward, "multiplyReward: the model predicts no reward")
    let (column, columns) = (configuration.layout.columns, configuration.outputSize)
    var (weight, bias) = (output.weight.scalars, output.bias.scalars)
    for row in 0..<configuration.hiddenSize { weight[row * columns + column] *= factor }
    bias[column] *= factor
    output.weight = Tensor(weight, shape: output.weight.shape)
    output.bias = Tensor(bias, shape: output.bias.shape)
  }
}
