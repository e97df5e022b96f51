#ifndef HEADSCOPE_CONIGURUMA_SHIM_H
#define HEADSCOPE_CONIGURUMA_SHIM_H

#include <oniguruma.h>

// Swift does not import the address of a global variable, nor variadic functions.

static inline OnigEncoding headscope_onig_utf8(void) { return ONIG_ENCODING_UTF8; }

static inline OnigSyntaxType *headscope_onig_syntax(void) { return ONIG_SYNTAX_ONIGURUMA; }

static inline int headscope_onig_error_message(OnigUChar *buffer, int code, OnigErrorInfo *info) {
  return onig_error_code_to_str(buffer, code, info);
}

/// The code points of a property: the number of ranges, then the first and the last of each; NULL if it is not known.
static inline const OnigCodePoint *headscope_onig_property(const char *name, int length) {
  OnigEncoding encoding = ONIG_ENCODING_UTF8;
  const OnigCodePoint *ranges = 0;
  OnigCodePoint out = 0;
  int type = encoding->property_name_to_ctype(encoding, (OnigUChar *)name, (OnigUChar *)name + length);
  if (type < 0 || encoding->get_ctype_code_range((OnigCtype)type, &out, &ranges) != 0) return 0;
  return ranges;
}

#endif
