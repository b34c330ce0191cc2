// The halving convolutions of both kernel sizes.
#include "winograd_2_2.h"
#include "kernels_halving.h"
#include "winograd_3_3.h"
#include "kernels_halving.h"

#define HALVING(name, parameters, arguments)                                   \
  static void NAME(name) parameters {                                          \
    if (shape->kernel <= 4)                                                    \
      JOIN(JOIN(name, 2_2), ISA) arguments;                                    \
    else                                                                       \
      JOIN(JOIN(name, 3_3), ISA) arguments;                                    \
  }
#define KERNEL(type, name, parameters, arguments) HALVING(name, parameters, arguments)
#include "kernels_list_halving.h"
#undef KERNEL
#undef HALVING
