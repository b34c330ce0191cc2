#pragma once
#include <cblas.h>
#include <lapacke.h>

/// OpenBLAS's switch of its thread count; null where another implementation is linked.
extern void openblas_set_num_threads(int count) __attribute__((weak));

extern char *openblas_get_config(void) __attribute__((weak));

/// The library's name, version and processor kernel; null where another implementation is linked.
static inline const char *umwelt_lapack_name(void) {
  return openblas_get_config ? openblas_get_config() : 0;
}

/// Keeps BLAS and LAPACK on the calling thread, so that no second thread pool competes with ours.
static inline void umwelt_lapack_use_one_thread(void) {
  if (openblas_set_num_threads) openblas_set_num_threads(1);
}
