import Environments
import UmweltCommands

// All commands, with a world, a kind of world model and a kind of learner more: try
//   OwnProgram run Corridor --preset tiny --set agent.observation=symbols \
//     --set model.kind=linearGaussian --set learner.kind=randomSearch --set 'agent.input=[latent]'
UmweltProgram.main(
  worlds: Catalog.entries + [Corridor.entry], models: [LinearGaussianSettings.self],
  learners: [RandomSearchSettings.self])
