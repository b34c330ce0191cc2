import CMemory
import Environments
import Files
import Foundation
import Ranks
import UmweltCommands

#if MPI
  import MPIRanks
#endif

umwelt_end_when_memory_runs_out()
UmweltProgram.main(worlds: Catalog.entries, ranks: launchedRanks())

/// The processes that this one was started with, by `mpirun` or a cluster's launcher that speaks PMI.
func launchedRanks() -> any Communicator {
  #if MPI
    let names = ["OMPI_COMM_WORLD_SIZE", "PMI_SIZE"]
    guard names.contains(where: { ProcessInfo.processInfo.environment[$0] != nil }) else {
      return SoleProcess()
    }
    guard let ranks = MPICommunicator() else {
      StandardStream.error.tell(
        "error: mpirun: this MPI library cannot be called from more than one thread in turn: use "
          + "Open MPI 4.1 or later\n")
      exit(1)
    }
    return ranks
  #else
    return SoleProcess()
  #endif
}
