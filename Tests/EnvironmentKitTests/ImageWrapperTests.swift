import EnvironmentKit
import Testing

@Suite("Wrappers of what is shown")
struct ImageWrapperTests {
  private func bytes<Change: ImageChange>(
    _ change: Change, _ image: [UInt8], _ shape: [Int]
  ) -> [UInt8] {
    let count = change.shape(of: shape)?.reduce(1, *) ?? 0
    return [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      buffer.initialize(repeating: 77)
      image.withUnsafeBufferPointer {
        change.write($0, shape, into: UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
      }
      filled = count
    }
  }

  @Test("grey is Gymnasium's weighted sum, cut off")
  func grayscale() {
    let image: [UInt8] = [255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255, 10, 20, 30, 1, 1, 1]
    #expect(Grayscale().shape(of: [2, 3, 3]) == [2, 3, 1])
    #expect(Grayscale().shape(of: [2, 3, 4]) == nil)
    // Recorded from gymnasium 1.4.0's formula with numpy 2.4.6.
    #expect(bytes(Grayscale(), image, [2, 3, 3]) == [54, 182, 18, 255, 18, 1])
  }

  @Test(
    "a smaller picture has the means of areas, a larger one repeats pixels, a like one is the same")
  func resize() {
    let wide: [UInt8] = [0, 100, 20, 40, 50, 60, 70, 80]  // 2 rows of 4, one channel
    #expect(bytes(Resize(width: 2, height: 1), wide, [2, 4, 1]) == [53, 53])
    #expect(bytes(Resize(width: 4, height: 2), wide, [2, 4, 1]) == wide)
    #expect(bytes(Resize(width: 4, height: 1), wide, [2, 4, 1]) == [25, 80, 45, 60])
    #expect(bytes(Resize(width: 3, height: 1), [0, 90], [1, 2, 1]) == [0, 45, 90])
    #expect(
      bytes(Resize(width: 4, height: 2), [1, 2, 3, 4, 5, 6], [1, 2, 3])
        == [1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5, 6, 1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5, 6])
  }

  @Test("symbols become bytes of 0 and 1, those without a value zeros")
  func oneHot() {
    let change = OneHot([3, 2])
    #expect(change.shape(of: [1, 2, 2]) == [1, 2, 5] && change.shape(of: [2, 3]) == nil)
    #expect(bytes(change, [2, 0, 1, 5], [1, 2, 2]) == [0, 0, 1, 1, 0, 0, 1, 0, 0, 0])
  }

  @Test("a changed image leaves the fields around it, before and after")
  func fields() {
    var world = ScriptedWorld().resize(width: 1, height: 1)
    #expect(world.specification.observation.fields.map(\.shape) == [[1], [1, 1, 3], [2]])
    _ = world.step(.first)
    // The image is 10...33; its channels' means are 20.5, 21.5 and 22.5, rounded up.
    #expect(world.shown() == [1, 21, 22, 23, 200, 1])
    world.reset(seed: nil)
    #expect(world.shown() == [0, 11, 12, 13, 200, 0])
  }

  @Test("the image alone is the image, without the other fields")
  func imageOnly() {
    var world = ScriptedWorld().imageOnly()
    #expect(
      world.specification.observation.fields == [ObservationField("image", shape: [2, 4, 3])])
    _ = world.step(.first)
    #expect(world.shown() == (10..<34).map { UInt8($0) })
  }

  @Test("stacked observations run from the oldest to the newest, field by field")
  func frameStack() {
    var world = ScriptedWorld().imageOnly().frameStack(3)
    #expect(world.specification.observation.fields[0].shape == [3, 2, 4, 3])
    func firsts() -> [UInt8] { [0, 24, 48].map { world.shown()[$0] } }
    world.reset(seed: 1)
    #expect(firsts() == [0, 0, 0])
    var seen: [[UInt8]] = []
    for _ in 0..<4 {
      _ = world.step(.first)
      seen.append(firsts())
    }
    #expect(seen == [[0, 0, 10], [0, 10, 20], [10, 20, 30], [20, 30, 40]])
    world.reset(seed: nil)
    #expect(firsts() == [0, 0, 0])
  }

  @Test("a stack is padded with zeros where that is asked for, and has every field")
  func padding() {
    var world = ScriptedWorld().frameStack(2, padding: .zero)
    _ = world.step(.first)
    _ = world.step(.first)
    #expect(Array(world.shown()[..<2]) == [1, 2])
    #expect(Array(world.shown()[50...]) == [200, 1, 200, 2])
    world.reset(seed: nil)
    #expect(Array(world.shown()[50...]) == [0, 0, 200, 0])
  }

  @Test("a copy goes its own way, its history included")
  func snapshot() {
    var world = ScriptedWorld().frameStack(2)
    _ = world.step(.first)
    var copy = world
    _ = copy.step(.first)
    #expect(world.shown()[1] == 1 && copy.shown()[1] == 2)
    _ = world.step(.first)
    #expect(world.shown() == copy.shown())
  }
}
