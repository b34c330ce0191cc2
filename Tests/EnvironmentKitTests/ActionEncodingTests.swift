import EnvironmentKit
import Testing

@Suite struct ActionEncodingTests {
  private let three = ActionSpace.discrete(["left", "stay", "right"])
  private let pedals = ActionSpace.continuous([-1...1, 0...1])

  /// What an action becomes, with numbers before that must go.
  private func numbers(_ encoding: ActionEncoding, _ index: Int32, _ space: ActionSpace) -> [Float]
  {
    var numbers = [Float](repeating: 9, count: encoding.size(for: space))
    numbers.withUnsafeMutableBufferPointer { encoding.encode(index, of: space, into: $0) }
    return numbers
  }

  @Test func `One-hot gives every action a number of its own`() {
    #expect((0..<3).map { numbers(.oneHot, $0, three) } == [[1, 0, 0], [0, 1, 0], [0, 0, 1]])
  }

  @Test func `Parts give the middle of the action's equal part of -1 to 1`() {
    #expect((0..<3).map { numbers(.parts, $0, three) } == [[-2 / 3], [0], [2 / 3]])
    let four = ActionSpace.discrete(["a", "b", "c", "d"])
    #expect((0..<4).map { numbers(.parts, $0, four) } == [[-0.75], [-0.25], [0.25], [0.75]])
    #expect(numbers(.parts, 0, .discrete(["only"])) == [0])
  }

  @Test(arguments: ActionEncoding.allCases)
  func `Continuous actions enter as they are`(_ encoding: ActionEncoding) {
    #expect(encoding.size(for: pedals) == 2)
    var numbers: [Float] = [9, 9]
    let rows: [Float] = [0.1, 0.2, -0.5, 0.75]
    rows.withUnsafeBufferPointer { rows in
      numbers.withUnsafeMutableBufferPointer {
        encoding.encode(slot: 1, of: .rows(rows), in: pedals, into: $0)
      }
    }
    #expect(numbers == [-0.5, 0.75])
  }

  @Test func `A slot's action is read from its own place`() {
    var numbers: [Float] = [9, 9, 9]
    [Int32(0), 2, 1].withUnsafeBufferPointer { indices in
      numbers.withUnsafeMutableBufferPointer {
        ActionEncoding.oneHot.encode(slot: 1, of: .indices(indices), in: three, into: $0)
      }
    }
    #expect(numbers == [0, 0, 1])
  }

  @Test func `Names in files stay as they are`() {
    #expect(ActionEncoding.allCases.map(\.rawValue) == ["oneHot", "parts"])
  }
}
