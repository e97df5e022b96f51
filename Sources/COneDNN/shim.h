#ifndef HEADSCOPE_CONEDNN_SHIM_H
#define HEADSCOPE_CONEDNN_SHIM_H

#include <oneapi/dnnl/dnnl.h>

#endif
