#ifndef FEDOW_TAP_CCURL_H
#define FEDOW_TAP_CCURL_H
#include <curl/curl.h>

// curl_easy_setopt and curl_easy_getinfo are variadic, which Swift does not import: one typed door each.
static inline CURLcode fedow_curl_set_long(CURL *curl, CURLoption option, long value) {
  return curl_easy_setopt(curl, option, value);
}
static inline CURLcode fedow_curl_set_string(CURL *curl, CURLoption option, const char *value) {
  return curl_easy_setopt(curl, option, value);
}
static inline CURLcode fedow_curl_set_pointer(CURL *curl, CURLoption option, void *value) {
  return curl_easy_setopt(curl, option, value);
}
typedef size_t (*fedow_curl_data_function)(char *bytes, size_t size, size_t count, void *context);
static inline CURLcode fedow_curl_set_function(CURL *curl, CURLoption option, fedow_curl_data_function function) {
  return curl_easy_setopt(curl, option, function);
}
typedef int (*fedow_curl_progress_function)(
    void *context, curl_off_t to_receive, curl_off_t received, curl_off_t to_send, curl_off_t sent);
static inline CURLcode fedow_curl_set_progress(CURL *curl, CURLoption option, fedow_curl_progress_function function) {
  return curl_easy_setopt(curl, option, function);
}
static inline CURLcode fedow_curl_get_long(CURL *curl, CURLINFO info, long *value) {
  return curl_easy_getinfo(curl, info, value);
}

static inline CURLcode fedow_curl_get_offset(CURL *curl, CURLINFO info, curl_off_t *value) {
  return curl_easy_getinfo(curl, info, value);
}
#endif
