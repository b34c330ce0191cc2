// The kernels' one source, included once per instruction set (ISA).
#include "vector_math.h"

#define KERNEL(type, name, parameters, arguments) static type NAME(name) parameters;
#include "kernels_list.h"

#include "kernels_elementwise.h"
#include "kernels_reductions.h"
#include "kernels_training.h"
#include "kernels_packed.h"
#include "kernels_recurrence.h"
#include "kernels_mixture.h"
#include "kernels_dream.h"
#include "kernels_product.h"
#include "kernels_halving_forms.h"
#include "kernels_narrow.h"
#include "kernels_sparse.h"
#include "kernels_policy.h"

#undef load
#undef store
#undef total
#undef choose
#undef v_exp
#undef v_log
#undef v_tanh
#undef v_sigmoid
#undef v_softplus
#undef v_max
#undef v_min
#undef multiply
#undef transpose
#undef NAME
