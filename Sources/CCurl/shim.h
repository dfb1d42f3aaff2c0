#pragma once
// Handles of different kinds are different types.
#define CURL_STRICTER
#include <curl/curl.h>

// Options are set and results asked for by functions of variable arguments, which Swift cannot call: one for each type
// of argument.
static inline CURLcode shuffled_set_number(CURL *handle, CURLoption option, long value) {
  return curl_easy_setopt(handle, option, value);
}
static inline CURLcode shuffled_set_text(CURL *handle, CURLoption option, const char *value) {
  return curl_easy_setopt(handle, option, value);
}
static inline CURLcode shuffled_set_memory(CURL *handle, CURLoption option, void *value) {
  return curl_easy_setopt(handle, option, value);
}
static inline CURLcode shuffled_set_receiver(CURL *handle, CURLoption option, curl_write_callback receiver) {
  return curl_easy_setopt(handle, option, receiver);
}
/// The `errno` of the last connection that failed; 0 if there is none.
static inline int shuffled_system_error(CURL *handle) {
  long code = 0;
  return curl_easy_getinfo(handle, CURLINFO_OS_ERRNO, &code) == CURLE_OK ? (int)code : 0;
}
/// The status of the last answer; 0 if there is none.
static inline int shuffled_response_code(CURL *handle) {
  long code = 0;
  return curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &code) == CURLE_OK ? (int)code : 0;
}
