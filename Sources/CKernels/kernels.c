#include "umwelt_halving.h"
#include "umwelt_product.h"
#include "umwelt_kernels.h"
#include "umwelt_dream.h"
#include "umwelt_packed.h"
#include "umwelt_mixture.h"
#include "umwelt_recurrence.h"
#include "umwelt_sparse.h"
#include "umwelt_policy.h"

#include "halving_plan.h"
#include "narrow_columns.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

// Vectors are passed between inlined functions only: their calling convention does not matter.
#pragma clang diagnostic ignored "-Wpsabi"

#define JOIN_(a, b) a##_##b
#define JOIN(a, b) JOIN_(a, b)

#define ISA portable
#include "kernels_source.h"
#undef ISA

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define ISA avx2
#define UMWELT_REGISTERS_16
#include "kernels_source.h"
#undef ISA
#undef UMWELT_REGISTERS_16
#pragma clang attribute pop

#pragma clang attribute push( \
    __attribute__((target("avx2,fma,avx512f,avx512bw,avx512dq,avx512vl"))), apply_to = function)
#define ISA avx512
#define UMWELT_REGISTERS_32
#include "kernels_source.h"
#undef ISA
#undef UMWELT_REGISTERS_32
#pragma clang attribute pop
#endif

static bool machine_has(UmweltISA isa) {
#if defined(__x86_64__)
  if (isa == UmweltISAAVX512)
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
  if (isa == UmweltISAAVX2) return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#endif
  return isa == UmweltISAPortable;
}

static UmweltISA preferred_isa(void) {
  const char *name = getenv("UMWELT_ISA");
  UmweltISA limit = UmweltISAAVX512;
  if (name && !strcmp(name, "portable")) limit = UmweltISAPortable;
  if (name && !strcmp(name, "avx2")) limit = UmweltISAAVX2;
  while (!machine_has(limit)) limit--;
  return limit;
}

static _Atomic int preferred = -1;
static _Thread_local int chosen = -1;

UmweltISA umwelt_selected_isa(void) {
  if (chosen >= 0) return (UmweltISA)chosen;
  int isa = atomic_load_explicit(&preferred, memory_order_relaxed);
  if (isa < 0) {
    isa = preferred_isa();
    atomic_store_explicit(&preferred, isa, memory_order_relaxed);
  }
  return (UmweltISA)isa;
}

bool umwelt_select_isa(UmweltISA isa) {
  if (!machine_has(isa)) return false;
  chosen = (int)isa;
  return true;
}

#if defined(__x86_64__)
#define CHOOSE(name, arguments)                                       \
  switch (umwelt_selected_isa()) {                                    \
    case UmweltISAAVX512: return JOIN(name, avx512) arguments;        \
    case UmweltISAAVX2: return JOIN(name, avx2) arguments;            \
    case UmweltISAPortable: return JOIN(name, portable) arguments;    \
  }                                                                   \
  __builtin_unreachable()
#else
#define CHOOSE(name, arguments) return JOIN(name, portable) arguments
#endif

#define KERNEL(type, name, parameters, arguments) \
  type umwelt_##name parameters { CHOOSE(name, arguments); }
#include "kernels_list.h"

int64_t umwelt_halving_weight_count(const UmweltHalving *shape) {
  int64_t points = (shape->kernel + 1) / 2 * 2 - 1;
  return points * points * halving_step(4 * shape->big_channels * shape->small_channels);
}

int64_t umwelt_halving_scratch_count(const UmweltHalving *shape) {
  float origin;
  return halving_plan(shape, &origin).scratch_count;
}
