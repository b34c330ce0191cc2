import CMemory
import UmweltCommands

umwelt_end_when_memory_runs_out()
UmweltProgram.main()
