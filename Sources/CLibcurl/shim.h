#pragma once
#include <curl/curl.h>

// Swift cannot call variadic C functions; one wrapper a type of argument.

static inline CURLcode presage_curl_set_long(CURL *easy, CURLoption option, long value) {
    return curl_easy_setopt(easy, option, value);
}
static inline CURLcode presage_curl_set_offset(CURL *easy, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(easy, option, value);
}
static inline CURLcode presage_curl_set_string(CURL *easy, CURLoption option, const char *value) {
    return curl_easy_setopt(easy, option, value);
}
static inline CURLcode presage_curl_set_pointer(CURL *easy, CURLoption option, void *value) {
    return curl_easy_setopt(easy, option, value);
}
static inline CURLcode presage_curl_set_list(CURL *easy, CURLoption option, struct curl_slist *value) {
    return curl_easy_setopt(easy, option, value);
}
// libcurl copies the bytes.
static inline CURLcode presage_curl_set_blob(CURL *easy, CURLoption option, const void *bytes, size_t count) {
    struct curl_blob blob;
    blob.data = (void *)bytes;
    blob.len = count;
    blob.flags = CURL_BLOB_COPY;
    return curl_easy_setopt(easy, option, &blob);
}

typedef size_t (*presage_curl_data_callback)(char *data, size_t size, size_t count, void *context);
static inline CURLcode presage_curl_set_data_callback(CURL *easy, CURLoption option, presage_curl_data_callback callback) {
    return curl_easy_setopt(easy, option, callback);
}

typedef int (*presage_curl_debug_callback)(
    CURL *easy, curl_infotype kind, char *data, size_t count, void *context);
static inline CURLcode presage_curl_set_debug_callback(CURL *easy, presage_curl_debug_callback callback) {
    return curl_easy_setopt(easy, CURLOPT_DEBUGFUNCTION, callback);
}

static inline CURLcode presage_curl_get_long(CURL *easy, CURLINFO info, long *value) {
    return curl_easy_getinfo(easy, info, value);
}
static inline CURLcode presage_curl_get_offset(CURL *easy, CURLINFO info, curl_off_t *value) {
    return curl_easy_getinfo(easy, info, value);
}
static inline CURLcode presage_curl_get_pointer(CURL *easy, CURLINFO info, void **value) {
    return curl_easy_getinfo(easy, info, value);
}

typedef int (*presage_curl_socket_callback)(
    CURL *easy, curl_socket_t socket, int what, void *context, void *socket_context);
typedef int (*presage_curl_timer_callback)(CURLM *multi, long milliseconds, void *context);
static inline void presage_curl_multi_set_callbacks(
    CURLM *multi, presage_curl_socket_callback socket, presage_curl_timer_callback timer, void *context) {
    curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, socket);
    curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, context);
    curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, timer);
    curl_multi_setopt(multi, CURLMOPT_TIMERDATA, context);
}
static inline void presage_curl_multi_set_long(CURLM *multi, CURLMoption option, long value) {
    curl_multi_setopt(multi, option, value);
}
// The result of a finished transfer lies in a union.
static inline CURLcode presage_curl_message_result(const CURLMsg *message) { return message->data.result; }
