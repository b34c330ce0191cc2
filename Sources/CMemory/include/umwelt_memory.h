#pragma once

/// From now on, memory that the system refuses ends the process: one line on standard error, exit code 1.
///
/// Neither Swift's runtime nor OpenBLAS, which asks again for ever, can go on without; files that are
/// written whole or not at all stay as they are. Does nothing where the C library is not glibc.
void umwelt_end_when_memory_runs_out(void);
