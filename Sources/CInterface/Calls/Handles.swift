import Foundation
import Synchronization

/// What C code holds by a number: it belongs to the process that made it, and to one thread at a time.
///
/// `@unchecked`: all access goes through `alone`.
class Held: @unchecked Sendable {
  private let process = getpid()
  private let isBusy = Atomic<Bool>(false)

  /// Does work while no other thread can.
  ///
  /// - Throws: where another thread is at it, or this process is a fork of the one that made it.
  final func alone<Result>(_ work: () throws -> Result) throws -> Result {
    guard process == getpid() else {
      throw CallError(
        .forked,
        "it was made before this process was forked off (by process \(process)); make it again here"
      )
    }
    let taken = isBusy.compareExchange(
      expected: false, desired: true, ordering: .acquiringAndReleasing)
    guard taken.exchanged else {
      throw CallError(
        .busy, "another thread is using it; use it from one thread at a time, or make one for each")
    }
    defer { isBusy.store(false, ordering: .releasing) }
    return try work()
  }
}

/// The numbers by which C code holds objects: never an address, and none is given out twice.
enum Handles {
  private struct Table {
    var last: Int64 = 0
    var objects: [Int64: Held] = [:]
  }

  private static let table = Mutex(Table())

  /// Gives out a number for an object.
  ///
  /// - Parameter handle: written.
  static func add(_ object: Held, to handle: UnsafeMutablePointer<Int64>?) throws {
    guard let handle else { throw CallError.invalid("handle: there is no place to write it to") }
    handle.pointee = table.withLock {
      $0.last += 1
      $0.objects[$0.last] = object
      return $0.last
    }
  }

  /// Uses the object of a number.
  ///
  /// - Throws: where there is none of that kind, or it is another thread's or process's at the moment.
  static func use<Object: Held, Result>(
    _ handle: Int64, _ work: (Object) throws -> Result
  ) throws -> Result {
    guard let object = try find(handle) as? Object else {
      throw CallError.invalid("handle \(handle): it is of another kind")
    }
    return try object.alone { try work(object) }
  }

  /// Ends the life of a number.
  static func close(_ handle: Int64) throws {
    try find(handle).alone { _ = table.withLock { $0.objects.removeValue(forKey: handle) } }
  }

  private static func find(_ handle: Int64) throws -> Held {
    guard let object = table.withLock({ $0.objects[handle] }) else {
      throw CallError(.closed, "handle \(handle): it is closed; make it again")
    }
    return object
  }
}

/// Closes a handle, of whatever kind; those made through it live on.
@c(umwelt_close)
public func close(_ handle: Int64) -> Int32 { call { try Handles.close(handle) } }
