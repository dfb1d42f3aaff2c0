#pragma once
#include <microhttpd.h>

// Servers are started and connections asked by functions of variable arguments, which Swift cannot call.

typedef void *(*shuffled_target_callback)(void *context, const char *target, struct MHD_Connection *connection);

/// A server with one thread of its own that waits by epoll, on a socket that listens already and is the server's from
/// then on. Its connections can be suspended. Null where it cannot be started.
static inline struct MHD_Daemon *shuffled_start_server(
    int listener, unsigned int connections, unsigned int seconds, size_t memory, void *context,
    MHD_AccessHandlerCallback answer, shuffled_target_callback target, MHD_RequestCompletedCallback completed,
    MHD_NotifyConnectionCallback connection) {
  return MHD_start_daemon(
      MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ITC | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, answer, context,
      MHD_OPTION_LISTEN_SOCKET, (MHD_socket)listener,
      MHD_OPTION_CONNECTION_LIMIT, connections,
      MHD_OPTION_CONNECTION_TIMEOUT, seconds,
      MHD_OPTION_CONNECTION_MEMORY_LIMIT, memory,
      MHD_OPTION_URI_LOG_CALLBACK, target, context,
      MHD_OPTION_NOTIFY_COMPLETED, completed, context,
      MHD_OPTION_NOTIFY_CONNECTION, connection, context,
      MHD_OPTION_END);
}

/// The descriptor of a connection's socket; -1 where there is none.
static inline int shuffled_connection_descriptor(struct MHD_Connection *connection) {
  const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
  return info == NULL ? -1 : (int)info->connect_fd;
}

/// What was remembered of a connection when it began; null where nothing was.
static inline void *shuffled_connection_context(struct MHD_Connection *connection) {
  const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
  return info == NULL ? NULL : info->socket_context;
}

/// A body whose length nobody knows yet. `read` may suspend the connection and return 0.
static inline struct MHD_Response *shuffled_stream_response(
    MHD_ContentReaderCallback read, void *context, MHD_ContentReaderFreeCallback release) {
  return MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, 4096, read, context, release);
}

/// What `read` returns at a stream's end.
static inline ssize_t shuffled_end_of_stream(void) { return MHD_CONTENT_READER_END_OF_STREAM; }
