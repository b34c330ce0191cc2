#if MPI
  import CMPI
  import Foundation
  import Ranks

  /// The processes that `mpirun` started.
  public final class MPICommunicator: Communicator {
    /// Its number in the job.
    public let rank: Int
    /// Processes of the job.
    public let count: Int
    /// Those on this machine.
    public let countHere: Int

    /// Joins the others; before anything is opened or printed.
    ///
    /// - Returns: nil where the MPI library cannot be called from more than one thread in turn.
    public init?() {
      guard umwelt_mpi_begin() != 0 else { return nil }
      (rank, count) = (Int(umwelt_mpi_rank()), Int(umwelt_mpi_count()))
      countHere = Int(umwelt_mpi_count_here())
    }

    /// By MPI_Allgatherv.
    public func gather(_ bytes: [UInt8]) -> [[UInt8]] {
      var sizes = [Int64](repeating: 0, count: count)
      umwelt_mpi_gather_number(Int64(bytes.count), &sizes)
      let starts = sizes.reduce(into: [Int64(0)]) { $0.append(($0.last ?? 0) + $1) }
      let total = starts[count]
      precondition(
        total <= Int64(Int32.max), "gather: \(total) bytes at once; at most 2 GB can be gathered")
      let all = [UInt8](unsafeUninitializedCapacity: Int(total)) { buffer, written in
        umwelt_mpi_gather(
          bytes, Int32(bytes.count), buffer.baseAddress, sizes.map { Int32($0) },
          starts.map { Int32($0) })
        written = Int(total)
      }
      return (0..<count).map { Array(all[Int(starts[$0])..<Int(starts[$0 + 1])]) }
    }

    /// By MPI_Ibcast.
    public func share(_ bytes: [UInt8]) -> [UInt8] {
      var size = Int64(bytes.count)
      umwelt_mpi_share(&size, Int32(MemoryLayout<Int64>.size))
      var shared = rank == 0 ? bytes : [UInt8](repeating: 0, count: Int(size))
      if size > 0 { umwelt_mpi_share(&shared, Int32(size)) }
      return shared
    }

    /// By MPI_Isend.
    public func send(_ bytes: [UInt8], to rank: Int) {
      umwelt_mpi_send(bytes, Int32(bytes.count), Int32(rank))
    }

    /// By MPI_Iprobe.
    public func arrived() -> (sender: Int, bytes: [UInt8])? {
      var size: Int32 = 0
      let sender = umwelt_mpi_arrived(&size)
      guard sender >= 0 else { return nil }
      var bytes = [UInt8](repeating: 0, count: Int(size))
      umwelt_mpi_receive(&bytes, size, sender)
      return (Int(sender), bytes)
    }

    /// By MPI_Abort.
    public func abort(_ code: Int32) -> Never {
      umwelt_mpi_abort(code)
      exit(code)
    }

    /// By MPI_Finalize.
    public func end() { umwelt_mpi_end() }
  }
#endif
