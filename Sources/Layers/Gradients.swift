import Ranks
import Tensors

/// Gradients of a model's parameters, in the order of its visit.
public struct Gradients {
  /// One tensor a parameter.
  public private(set) var tensors: [Tensor]

  /// Creates gradients from a model that holds them in place of its parameters.
  public init<Model: Parameterized>(_ model: Model) { tensors = model.parameters.map(\.value) }

  /// Adds up the gradients of the parts of a batch, in part order.
  ///
  /// - Parameter parts: at least one; the first is the start of the sum.
  public init(sumOf parts: [Gradients]) {
    precondition(!parts.isEmpty, "Gradients(sumOf:): no parts; give one or more")
    var (sums, squares): ([Tensor], Double) = ([], 0)
    for index in parts[0].tensors.indices {
      let sum = Tensor.sum(of: parts.map { $0.tensors[index] })
      sums.append(sum.sum)
      squares += sum.squares
    }
    (tensors, self.squares) = (sums, squares)
  }

  /// Σ g², where it is known already.
  private var squares: Double?

  /// √ Σ g² over all parameters, or a number that is not finite where a gradient is not.
  public var norm: Double {
    (squares ?? tensors.reduce(0) { $0 + $1.sumOfSquares }).squareRoot()
  }

  /// What the gradients must be multiplied by so that their norm is at most `limit`; 1 for no limit.
  public static func clippingScale(norm: Double, limit: Double?) -> Float {
    guard let limit, norm > limit else { return 1 }
    return Float(limit / norm)
  }

  /// Brings every element into ±limit.
  public mutating func clip(byValue limit: Float) {
    squares = nil
    tensors = tensors.map { $0.clamped(to: -limit...limit) }
  }
}

extension Gradients: Transmissible {
  /// Writes all tensors.
  public func write(to writer: inout ByteWriter) {
    writer.write(tensors.count)
    for tensor in tensors { tensor.write(to: &writer) }
  }

  /// Reads what `write` wrote.
  public init(from reader: inout ByteReader) {
    tensors = (0..<reader.read(Int.self)).map { _ in Tensor(from: &reader) }
  }
}
