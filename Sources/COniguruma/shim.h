#ifndef HEADSCOPE_CONIGURUMA_SHIM_H
#define HEADSCOPE_CONIGURUMA_SHIM_H

#include <oniguruma.h>

#endif
