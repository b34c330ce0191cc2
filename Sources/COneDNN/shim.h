#pragma once
#include <stdio.h>
#include <oneapi/dnnl/dnnl.h>
