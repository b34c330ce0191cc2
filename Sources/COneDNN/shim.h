#pragma once
#include <stdio.h>
#include <oneapi/dnnl/dnnl.h>

/// libgomp's thread count of the calling thread, which oneDNN reads when it makes a primitive.
extern void omp_set_num_threads(int threads);
