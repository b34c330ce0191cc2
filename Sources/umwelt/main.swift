import CMemory
import Environments
import UmweltCommands

umwelt_end_when_memory_runs_out()
UmweltProgram.main(worlds: Catalog.entries)
