#pragma once
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/display.h>
#include <libavutil/error.h>
#include <libavutil/log.h>
#include <libavutil/opt.h>
#include <libavutil/pixdesc.h>
#include <libavutil/sha.h>
#include <libswscale/swscale.h>

// Only what Swift cannot import: function-like macros, each with the macro it stands for.
static const int64_t shuffled_no_timestamp = AV_NOPTS_VALUE;
static const int shuffled_error_eof = AVERROR_EOF;
static const int shuffled_error_again = AVERROR(EAGAIN);
static const int shuffled_error_invalid_data = AVERROR_INVALIDDATA;
static inline int shuffled_averror(int code) { return AVERROR(code); }
static const int shuffled_error_exit = AVERROR_EXIT;
static const int shuffled_error_bad_request = AVERROR_HTTP_BAD_REQUEST;
static const int shuffled_error_unauthorized = AVERROR_HTTP_UNAUTHORIZED;
static const int shuffled_error_forbidden = AVERROR_HTTP_FORBIDDEN;
static const int shuffled_error_not_found = AVERROR_HTTP_NOT_FOUND;
static const int shuffled_error_client = AVERROR_HTTP_OTHER_4XX;
static const int shuffled_error_server = AVERROR_HTTP_SERVER_ERROR;
static const int shuffled_error_protocol_not_found = AVERROR_PROTOCOL_NOT_FOUND;
