import Tensors

/// The stages of stride 2 by which V follows the size of its frames.
///
/// Convolutions k4 without padding halve a map while both sides have 4 pixels or more. The way back has
/// kernels of 5 where a side is odd and of 6 where it is even, so that each stage ends at exactly the size
/// that the next one begins with. At 64×64 these are World Models' layers: maps of 31, 14, 6, 2 pixels, and
/// 1, 5, 13, 30, 64 back.
struct VisionLayout {
  /// A transposed convolution.
  struct Doubling: Hashable {
    var kernel: (height: Int, width: Int) { (kernelHeight, kernelWidth) }
    let kernelHeight: Int
    let kernelWidth: Int
    let outputs: Int
    let activation: Activation
  }

  /// Sides of a frame, in pixels.
  static let sides = 8...256
  /// Channels of a frame.
  static let channels = 1...4

  /// Output channels of the convolutions, from the frame on.
  private(set) var halvings: [Int] = []
  /// Numbers of the map that the encoder ends with.
  private(set) var flatCount = 0
  /// Height, width and channels of the map that the decoder begins with.
  private(set) var start: [Int] = []
  /// The transposed convolutions, to the frame.
  private(set) var doublings: [Doubling] = []
  /// Numbers that all convolutions learn.
  private(set) var parameters = 0.0
  /// Numbers that all convolutions make of a frame.
  private(set) var numbers = 0.0

  /// Lays out a network.
  ///
  /// - Parameters:
  ///   - frame: height, width and channels.
  ///   - width: channels of the first layer.
  ///   - last: behind the last layer.
  ///   - outputsPerNumber: of the last layer, for each number of a frame.
  init(frame: [Int], width: Int, last: Activation, outputsPerNumber: Int = 1) {
    precondition(
      Self.fits(frame),
      "VisionLayout: frames of \(frame); give [\(Self.sides), …, \(Self.channels)]")
    layEncoder(frame, width)
    layDecoder(frame, width, last, outputsPerNumber)
  }

  /// Whether there is a network for frames of a shape.
  static func fits(_ frame: [Int]) -> Bool {
    frame.count == 3 && sides.contains(frame[0]) && sides.contains(frame[1])
      && channels.contains(frame[2])
  }

  private mutating func layEncoder(_ frame: [Int], _ width: Int) {
    var (height, breadth, factor, inputs) = (frame[0], frame[1], 1, frame[2])
    while min(height, breadth) >= 4 {
      let outputs = factor * width
      halvings.append(outputs)
      (height, breadth) = ((height - 4) / 2 + 1, (breadth - 4) / 2 + 1)
      count(kernel: 16, inputs, outputs, places: height * breadth)
      (factor, inputs) = (min(8, 2 * factor), outputs)
    }
    flatCount = height * breadth * (halvings.last ?? width)
  }

  private mutating func layDecoder(
    _ frame: [Int], _ width: Int, _ last: Activation, _ outputsPerNumber: Int
  ) {
    var (height, breadth, factor) = (frame[0], frame[1], 1)
    var (outputs, activation) = (frame[2] * outputsPerNumber, last)
    while min(height, breadth) >= 5 {
      let (tall, wide) = (height.isMultiple(of: 2) ? 6 : 5, breadth.isMultiple(of: 2) ? 6 : 5)
      doublings.insert(
        Doubling(kernelHeight: tall, kernelWidth: wide, outputs: outputs, activation: activation),
        at: 0)
      let places = height * breadth
      (height, breadth) = ((height - tall) / 2 + 1, (breadth - wide) / 2 + 1)
      let inputs =
        min(height, breadth) >= 5
        ? factor * width : max(8, 32 / (height * breadth)) * width
      count(kernel: tall * wide, inputs, outputs, places: places)
      (outputs, activation) = (inputs, .relu)
      factor = min(8, 2 * factor)
    }
    start = [height, breadth, outputs]
  }

  private mutating func count(kernel: Int, _ inputs: Int, _ outputs: Int, places: Int) {
    parameters += Double(kernel) * Double(inputs) * Double(outputs) + Double(outputs)
    numbers += Double(places) * Double(outputs)
  }
}
