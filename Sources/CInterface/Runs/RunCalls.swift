import EnvironmentKit
import WorldModels

/// Reads a run.
///
/// - Parameters:
///   - path: its folder.
///   - threads: of its models; 0 for as many as there are processors.
///   - handle: written.
@c(umwelt_run_open)
public func openRun(
  _ path: UnsafePointer<CChar>?, _ threads: Int32, _ handle: UnsafeMutablePointer<Int64>?
) -> Int32 {
  call {
    let room = try RunRoom(
      path: text(path, "path"), threads: checked(threads, "threads", in: 0...64))
    try Handles.add(room, to: handle)
  }
}

/// Writes what a run is, as JSON; `umwelt_worlds` says how texts are written.
@c(umwelt_run_describe)
public func describeRun(
  _ run: Int64, _ target: UnsafeMutablePointer<CChar>?, _ capacity: Int64,
  _ length: UnsafeMutablePointer<Int64>?
) -> Int32 {
  call {
    try Handles.use(run) { (room: RunRoom) in
      write(try jsonText(of: try RunDescription(room)), to: target, capacity, length)
    }
  }
}

/// Encodes frames by a run's autoencoder.
///
/// - Parameters:
///   - frames: `[count, frame]`: bytes of pictures and cells, else float32.
///   - bytes: their length.
///   - count: frames, 0 or more.
///   - mean: `[count, latent]`, written: means of Gaussian latents, chances of categories, or vectors.
///   - logVariance: `[count, latent]`, written where latents are Gaussian; or null.
///   - numbers: the length of each.
@c(umwelt_run_encode)
public func encodeFrames(
  _ run: Int64, _ frames: UnsafePointer<UInt8>?, _ bytes: Int64, _ count: Int64,
  _ mean: UnsafeMutablePointer<Float>?, _ logVariance: UnsafeMutablePointer<Float>?,
  _ numbers: Int64
) -> Int32 {
  call {
    try Handles.use(run) { (room: RunRoom) in
      let (vision, count) = try room.autoencoder(of: count, bytes: bytes, numbers: numbers)
      guard count > 0 else { return }
      guard let frames, let mean else {
        throw CallError.invalid("frames or mean: there is no array; give one")
      }
      let given = UnsafeBufferPointer(start: frames, count: count * vision.frameBytes)
      try room.check(UnsafeRawBufferPointer(given))
      let length = count * vision.latentSize
      room.working {
        vision.encode(
          given, count: count, mean: UnsafeMutableBufferPointer(start: mean, count: length),
          logVariance: logVariance.map { UnsafeMutableBufferPointer(start: $0, count: length) })
      }
    }
  }
}

/// Decodes latents by a run's autoencoder.
///
/// - Parameters:
///   - latents: `[count, latent]`, finite.
///   - numbers: their length.
///   - count: latents, 0 or more.
///   - frames: `[count, frame]`, written.
///   - bytes: their length.
@c(umwelt_run_decode)
public func decodeLatents(
  _ run: Int64, _ latents: UnsafePointer<Float>?, _ numbers: Int64, _ count: Int64,
  _ frames: UnsafeMutablePointer<UInt8>?, _ bytes: Int64
) -> Int32 {
  call {
    try Handles.use(run) { (room: RunRoom) in
      let (vision, count) = try room.autoencoder(of: count, bytes: bytes, numbers: numbers)
      guard count > 0 else { return }
      guard let frames, let latents else {
        throw CallError.invalid("latents or frames: there is no array; give one")
      }
      let given = UnsafeBufferPointer(start: latents, count: count * vision.latentSize)
      if let place = given.firstIndex(where: { !$0.isFinite }) {
        throw CallError.invalid("latents: number \(place) is \(given[place]); give finite ones")
      }
      room.working {
        vision.decode(
          given, count: count,
          into: UnsafeMutableBufferPointer(start: frames, count: count * vision.frameBytes))
      }
    }
  }
}

extension RunRoom {
  /// The most frames of one call.
  private static let mostFrames = 1 << 24

  /// The autoencoder, and how many frames a call is of, whose arrays are as long as that.
  ///
  /// - Parameters:
  ///   - bytes: the length of the frames.
  ///   - numbers: the length of the latents.
  fileprivate func autoencoder(
    of count: Int64, bytes: Int64, numbers: Int64
  ) throws -> (vision: FrozenVision, count: Int) {
    let vision = try autoencoder()
    let count = try checked(count, "count", in: 0...Self.mostFrames)
    try checkLength(bytes, "bytes of frames", needs: count * vision.frameBytes)
    try checkLength(numbers, "numbers of latents", needs: count * vision.latentSize)
    return (vision, count)
  }
}

/// Makes the dream of a run as environments, to be bound, reset and stepped like others.
///
/// - Parameters:
///   - count: environments, 1 or more.
///   - autoreset: 0 same step, 1 next step, 2 disabled.
///   - temperature: τ, above 0; NaN for the run's.
///   - maximumSteps: steps after which an episode is truncated; 0 for as many as in the world, negative for
///     the run's.
///   - handle: written.
@c(umwelt_dream_make)
public func makeDream(
  _ run: Int64, _ count: Int32, _ autoreset: Int32, _ temperature: Float, _ maximumSteps: Int32,
  _ handle: UnsafeMutablePointer<Int64>?
) -> Int32 {
  call {
    let room = try Handles.use(run) { (room: RunRoom) in
      let found = try room.agentRun()
      var settings = found.configuration.dream
      if !temperature.isNaN { settings.temperature = temperature }
      if maximumSteps >= 0 { settings.maximumSteps = Int(maximumSteps) }
      let count = try checked(count, "count", in: 1...ModelStateRoom.most)
      let mode = try AutoresetMode(number: autoreset)
      let dream = try room.working {
        try found.dreamEnvironments(count: count, settings: settings, autoreset: mode)
      }
      return EnvironmentRoom(
        Stepper(dream, zero: 0), observation: "dream", threads: room.threads)
    }
    try Handles.add(room, to: handle)
  }
}
