#define _GNU_SOURCE
#include "umwelt_threads.h"
#include "pool.h"

#include <sched.h>
#include <unistd.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

// libgomp's setting; see pool.c.
extern void omp_set_num_threads(int);

void umwelt_parallel_for(
    int64_t count, int32_t threads, void (*body)(void *, int64_t), void *context) {
  if (count <= 0) return;
  if (threads > count) threads = (int32_t)count;
  umwelt_pool_run(count, threads - 1, body, context);
}

void umwelt_prepare_thread(void) {
  omp_set_num_threads(1);
#if defined(__x86_64__)
  _mm_setcsr(_mm_getcsr() | 0x8040u);  // flush to zero, denormals are zero
#endif
}

int32_t umwelt_processor_count(void) {
#if defined(__linux__)
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof set, &set) == 0) return (int32_t)CPU_COUNT(&set);
#endif
  long count = sysconf(_SC_NPROCESSORS_ONLN);
  return count < 1 ? 1 : (int32_t)count;
}
