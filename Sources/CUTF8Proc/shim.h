#ifndef HEADSCOPE_CUTF8PROC_SHIM_H
#define HEADSCOPE_CUTF8PROC_SHIM_H

#include <utf8proc.h>

#endif
