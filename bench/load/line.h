/* A TCP connection, with TLS or without, that never blocks. */
#ifndef LINE_H
#define LINE_H

#include <netinet/in.h>
#include <openssl/ssl.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "bytes.h"

enum line_state { LINE_DOWN, LINE_OPENING, LINE_SECURING, LINE_OPEN };

struct line {
  int fd;
  enum line_state state;
  SSL *tls;
  struct bytes unsent;
  bool waits_to_write;
  void *owner; /* what epoll hands back */
};

/* Make the epoll instance, and the TLS context when `authority_file` names roots; false when that cannot be. */
bool lines_begin(const char *authority_file);
int lines_epoll(void);

/* Begin to connect. */
bool line_open(struct line *line, const struct sockaddr_in *to, const char *host);

/* After an event on a line that is not open yet; false when it failed. Look at `state` for LINE_OPEN. */
bool line_advance(struct line *line);
bool line_send(struct line *line, const void *from, size_t count);
bool line_flush(struct line *line);

/* Bytes received; 0 when there are none for now, -1 when the peer closed or the line broke. */
ssize_t line_receive(struct line *line, void *to, size_t count);
void line_close(struct line *line);

#endif
