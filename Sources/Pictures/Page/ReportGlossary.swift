/// The words of a report, explained where they stand.
package enum ReportGlossary {
  /// Words about returns.
  package static let returns: [(term: String, meaning: String)] = [
    (
      "return",
      "The sum of the rewards of an episode. All policies play the same seeds, which no "
        + "stage has learned from."
    ),
    (
      "95 % interval",
      "Where the mean would lie in 95 of 100 repetitions with other episodes "
        + "(bootstrap). Intervals that overlap widely are no difference."
    ),
    (
      "× random, − random",
      "How many times the return of random actions; a difference where random "
        + "actions do not earn something for sure."
    ),
    (
      "best blind periodic policy",
      "The best policy of the world's list that never looks, such as "
        + "swing 3: left three steps, right three steps. An agent that is no better need not see."
    ),
    (
      "rule on the true facts",
      "A rule written by hand that is told where everything is: about what "
        + "can be reached."
    ),
    (
      "latents of another episode",
      "The trained agent, shown the frames of another episode: what is "
        + "left of its return owes nothing to seeing."
    ),
    ("success", "The share of episodes with a return above 0."),
  ]

  /// Words about V.
  package static let vision: [(term: String, meaning: String)] = [
    ("V", "The autoencoder: turns each frame into a few numbers, its latents z, and back."),
    (
      "active latents",
      "Those whose mean moves with the frame (a variance of 0.01 or more, Burda et al. "
        + "2015); the others carry nothing."
    ),
    (
      "implied σ",
      "The noise, in pixels of 0 to 1, that the loss assumes: what varies by less along a "
        + "direction of the pictures is not worth a latent."
    ),
    ("KL, nats", "What a latent tells of the frame; 1 nat is 1.44 bits."),
    (
      "R²",
      "The share of a fact's variance that a linear reader foretells on frames it has not seen: 1 "
        + "is all, 0 no more than its mean, below 0 worse."
    ),
    (
      "PCA, untrained",
      "The same reader on as many principal components of the pixels, and on V before "
        + "its training: what comes for nothing."
    ),
  ]

  /// Words about M and its dream.
  package static let memory: [(term: String, meaning: String)] = [
    ("M", "The memory: foretells the next latents from the latents and actions so far."),
    (
      "nats a latent number",
      "How surprising the next latent was, −log p: less is better. A Gaussian "
        + "about the last latent and one about the mean say what needs no memory."
    ),
    (
      "dream",
      "M alone, with its own draws in the place of the world: the controller C may learn in it "
        + "without taking a step in the world."
    ),
    (
      "temperature τ",
      "How wild the dream is: 1 is as M foretells, less is tamer and easier to exploit, "
        + "more is harder."
    ),
  ]

  /// Words about C.
  package static let controller: [(term: String, meaning: String)] = [
    ("C", "The controller: chooses actions from latents (z) and, where it is told, M's state (h)."),
    (
      "generation",
      "A step of CMA-ES: a population of controllers plays, and the next is drawn about "
        + "the best of them."
    ),
    (
      "mean ± sd, best",
      "The returns of the population on the seeds of its generation; best is the "
        + "luckiest and no promise."
    ),
    (
      "fresh seeds",
      "The mean controller on seeds that no generation trained on, where C trains: in the world, "
        + "or in the dream."
    ),
  ]
}
