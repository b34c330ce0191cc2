import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Float buffers that are kept for reuse: a steady step takes none from the system.
///
/// Buffers are 64-byte aligned and lie in large blocks for which huge pages are asked. Sizes are
/// rounded up to four steps a doubling. Any thread may take and return buffers.
enum BufferPool {
  /// A buffer and the size it was rounded up to.
  struct Buffer: @unchecked Sendable {
    let pointer: UnsafeMutablePointer<Float>
    let sizeClass: Int
  }

  private struct State {
    var free: [[UInt]] = []
    var block: UInt = 0
    var blockBytes = 0
    var systemAllocations = 0
    var systemBytes = 0
  }

  private static let state = Mutex(State())
  private static let blockSize = 8 << 20
  private static let hugePage = 2 << 20

  /// How often the pool has asked the system for memory, and for how many bytes.
  static var usage: (allocations: Int, bytes: Int) {
    state.withLock { ($0.systemAllocations, $0.systemBytes) }
  }

  /// A buffer of at least `count` floats, of arbitrary content.
  static func take(_ count: Int) -> Buffer {
    let (sizeClass, bytes) = sizeClass(bytes: max(1, count) * MemoryLayout<Float>.stride)
    let address = state.withLock { state in
      while state.free.count <= sizeClass { state.free.append([]) }
      return state.free[sizeClass].popLast() ?? carve(bytes, from: &state)
    }
    guard let pointer = UnsafeMutablePointer<Float>(bitPattern: address) else {
      preconditionFailure("Tensor: no memory for \(count) floats; use a smaller batch")
    }
    return Buffer(pointer: pointer, sizeClass: sizeClass)
  }

  /// Keeps a buffer for the next that needs one of its size.
  static func giveBack(_ buffer: Buffer) {
    let address = UInt(bitPattern: buffer.pointer)
    state.withLock { $0.free[buffer.sizeClass].append(address) }
  }

  private static func carve(_ bytes: Int, from state: inout State) -> UInt {
    if bytes > blockSize / 4 { return fromSystem(bytes, &state) }
    if state.blockBytes < bytes {
      state.block = fromSystem(blockSize, &state)
      state.blockBytes = state.block == 0 ? 0 : blockSize
    }
    guard state.blockBytes >= bytes else { return 0 }
    defer {
      state.block += UInt(bytes)
      state.blockBytes -= bytes
    }
    return state.block
  }

  private static func fromSystem(_ bytes: Int, _ state: inout State) -> UInt {
    var pointer: UnsafeMutableRawPointer?
    guard posix_memalign(&pointer, hugePage, bytes) == 0 else { return 0 }
    #if os(Linux)
      madvise(pointer, bytes, 14)  // MADV_HUGEPAGE; advice only
    #endif
    state.systemAllocations += 1
    state.systemBytes += bytes
    return UInt(bitPattern: pointer)
  }

  /// The class of a size and the bytes it is rounded up to: 64 · {4…7} · 2^n, or fewer than 4 · 64.
  private static func sizeClass(bytes: Int) -> (index: Int, bytes: Int) {
    let lines = (bytes + 63) / 64
    if lines <= 4 { return (lines, lines * 64) }
    let exponent = Int.bitWidth - (lines - 1).leadingZeroBitCount - 3
    let mantissa = ((lines - 1) >> exponent) + 1
    return (exponent * 4 + mantissa, (mantissa << exponent) * 64)
  }
}

/// How much memory the tensors of this process have taken from the system.
public enum TensorMemory {
  /// How often the system was asked for memory; a steady training step asks never.
  public static var systemAllocations: Int { BufferPool.usage.allocations }
  /// Bytes taken from the system and kept.
  public static var systemBytes: Int { BufferPool.usage.bytes }
}
