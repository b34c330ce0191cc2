import COneDNN

/// What went wrong in a call of oneDNN.
public struct OneDNNError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What was attempted, such as `convolution forward`.
  public let operation: String
  /// Where: the shapes at hand.
  public let place: String
  /// oneDNN's status in words.
  public let cause: String
  /// What the caller can do.
  public let remedy: String

  /// The four parts in one sentence.
  public var description: String { "\(operation) of \(place): \(cause); \(remedy)" }

  static func check(
    _ status: dnnl_status_t, _ operation: String, _ place: @autoclosure () -> String
  ) throws(OneDNNError) {
    guard status != dnnl_success else { return }
    throw OneDNNError(
      operation: operation, place: place(), cause: cause(of: status), remedy: remedy(for: status))
  }

  private static func cause(of status: dnnl_status_t) -> String {
    switch status {
    case dnnl_out_of_memory: "out of memory"
    case dnnl_invalid_arguments: "invalid arguments"
    case dnnl_unimplemented: "it has no kernel for these shapes"
    default: "status \(status.rawValue)"
    }
  }

  private static func remedy(for status: dnnl_status_t) -> String {
    switch status {
    case dnnl_out_of_memory: "use a smaller batch"
    case dnnl_unimplemented: "use other sizes"
    default: "check the shapes"
    }
  }
}
