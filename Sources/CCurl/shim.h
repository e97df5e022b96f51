#ifndef HEADSCOPE_CCURL_SHIM_H
#define HEADSCOPE_CCURL_SHIM_H

// libcurl, loaded when it is first needed. Linked in the ordinary way it would bring some thirty shared libraries along,
// and every command would wait for them at its start, though only `models pull` talks to a network.

#include <curl/curl.h>
#include <dlfcn.h>
#include <stddef.h>

struct headscope_curl {
  CURLcode (*global_init)(long);
  CURL *(*easy_init)(void);
  void (*easy_reset)(CURL *);
  void (*easy_cleanup)(CURL *);
  CURLcode (*set_option)(CURL *, CURLoption, ...);
  CURLcode (*perform)(CURL *);
  const char *(*error_text)(CURLcode);
  struct curl_slist *(*list_append)(struct curl_slist *, const char *);
  void (*list_free)(struct curl_slist *);
};

// What is missing, or NULL if everything is there. The library stays loaded.
static inline const char *headscope_curl_load(struct headscope_curl *curl) {
  void *library = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
  if (!library) return dlerror();
#define HEADSCOPE_FIND(field, name) \
  *(void **)&curl->field = dlsym(library, name); \
  if (!curl->field) return name
  HEADSCOPE_FIND(global_init, "curl_global_init");
  HEADSCOPE_FIND(easy_init, "curl_easy_init");
  HEADSCOPE_FIND(easy_reset, "curl_easy_reset");
  HEADSCOPE_FIND(easy_cleanup, "curl_easy_cleanup");
  HEADSCOPE_FIND(set_option, "curl_easy_setopt");
  HEADSCOPE_FIND(perform, "curl_easy_perform");
  HEADSCOPE_FIND(error_text, "curl_easy_strerror");
  HEADSCOPE_FIND(list_append, "curl_slist_append");
  HEADSCOPE_FIND(list_free, "curl_slist_free_all");
#undef HEADSCOPE_FIND
  return curl->global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK ? NULL : "it does not start";
}

// Swift cannot call variadic functions.

static inline CURLcode headscope_curl_set_number(const struct headscope_curl *curl, CURL *handle, CURLoption option, long value) {
  return curl->set_option(handle, option, value);
}

static inline CURLcode headscope_curl_set_text(const struct headscope_curl *curl, CURL *handle, CURLoption option, const char *value) {
  return curl->set_option(handle, option, value);
}

static inline CURLcode headscope_curl_set_pointer(const struct headscope_curl *curl, CURL *handle, CURLoption option, void *value) {
  return curl->set_option(handle, option, value);
}

static inline CURLcode headscope_curl_set_list(const struct headscope_curl *curl, CURL *handle, CURLoption option, struct curl_slist *value) {
  return curl->set_option(handle, option, value);
}

static inline CURLcode headscope_curl_set_receiver(
    const struct headscope_curl *curl, CURL *handle, CURLoption option, size_t (*value)(char *, size_t, size_t, void *)) {
  return curl->set_option(handle, option, value);
}

static inline CURLcode headscope_curl_set_watcher(
    const struct headscope_curl *curl, CURL *handle, int (*value)(void *, curl_off_t, curl_off_t, curl_off_t, curl_off_t)) {
  return curl->set_option(handle, CURLOPT_XFERINFOFUNCTION, value);
}

#endif
