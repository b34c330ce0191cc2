#pragma once
#include <stdint.h>

/// Runs `body(context, index)` for every index below `count` on at most `threads` threads of the
/// program's one pool.
///
/// Each thread takes the indices of its own share in order, then what is left of the others'; results
/// must not depend on which thread runs an index. Inside the region denormals are flushed to zero and oneDNN sees one thread. Nested
/// calls, and those made while another thread uses the pool, run on the calling thread.
void umwelt_parallel_for(
    int64_t count, int32_t threads,
    void (*body)(void *context, int64_t index) __attribute__((swift_attr("@Sendable"))),
    void *context);

/// Makes oneDNN and this thread single-threaded and flushes denormals; called once by the program.
void umwelt_prepare_thread(void);

/// Nanoseconds since some moment before the program began: a clock that nobody sets.
int64_t umwelt_nanoseconds(void);

/// Nanoseconds that the calling thread has waited for others at the ends of its parallel regions, all together.
int64_t umwelt_waited(void);

/// The number of processors this process may use.
int32_t umwelt_processor_count(void);
