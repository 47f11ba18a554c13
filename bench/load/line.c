#define _GNU_SOURCE
#include "line.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <openssl/x509v3.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

static int epoll_fd = -1;
static SSL_CTX *tls_context;

bool lines_begin(const char *authority_file) {
  epoll_fd = epoll_create1(EPOLL_CLOEXEC);
  if (epoll_fd < 0) return false;
  if (!authority_file) return true;
  tls_context = SSL_CTX_new(TLS_client_method());
  if (!tls_context || SSL_CTX_load_verify_locations(tls_context, authority_file, NULL) != 1) return false;
  SSL_CTX_set_verify(tls_context, SSL_VERIFY_PEER, NULL);
  SSL_CTX_set_min_proto_version(tls_context, TLS1_2_VERSION);
  SSL_CTX_set_mode(tls_context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
  return true;
}

int lines_epoll(void) { return epoll_fd; }

static void watch(struct line *line, int operation, bool is_writing) {
  struct epoll_event event = {.events = EPOLLIN | (is_writing ? EPOLLOUT : 0u), .data.ptr = line->owner};
  epoll_ctl(epoll_fd, operation, line->fd, &event);
  line->waits_to_write = is_writing;
}

static void wait_to_write(struct line *line, bool is_writing) {
  if (line->waits_to_write != is_writing) watch(line, EPOLL_CTL_MOD, is_writing);
}

bool line_open(struct line *line, const struct sockaddr_in *to, const char *host) {
  line->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (line->fd < 0) return false;
  int yes = 1;
  setsockopt(line->fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  if (tls_context) {
    line->tls = SSL_new(tls_context);
    if (!line->tls || X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(line->tls), host) != 1) return false;
    SSL_set_fd(line->tls, line->fd);
  }
  line->state = LINE_OPENING;
  if (connect(line->fd, (const struct sockaddr *)to, sizeof *to) < 0 && errno != EINPROGRESS) return false;
  watch(line, EPOLL_CTL_ADD, true);
  return true;
}

/* After a TLS call that did not finish: whether it only waits. */
static bool is_waiting(struct line *line, int returned) {
  switch (SSL_get_error(line->tls, returned)) {
    case SSL_ERROR_WANT_READ: wait_to_write(line, line->unsent.length > 0); return true;
    case SSL_ERROR_WANT_WRITE: wait_to_write(line, true); return true;
    default: return false;
  }
}

bool line_advance(struct line *line) {
  if (line->state == LINE_OPENING) {
    int error = 0;
    socklen_t length = sizeof error;
    getsockopt(line->fd, SOL_SOCKET, SO_ERROR, &error, &length);
    if (error) return false;
    line->state = line->tls ? LINE_SECURING : LINE_OPEN;
  }
  if (line->state == LINE_SECURING) {
    int returned = SSL_connect(line->tls);
    if (returned != 1) return is_waiting(line, returned);
    line->state = LINE_OPEN;
  }
  wait_to_write(line, false);
  return true;
}

/* Bytes written; 0 when none can be written for now, -1 when the line broke. */
static ssize_t write_some(struct line *line, const void *from, size_t count) {
  if (line->tls) {
    int written = SSL_write(line->tls, from, (int)count);
    if (written > 0) return written;
    return is_waiting(line, written) ? 0 : -1;
  }
  ssize_t written = send(line->fd, from, count, MSG_NOSIGNAL);
  return written >= 0 ? written : errno == EAGAIN || errno == EINTR ? 0 : -1;
}

bool line_send(struct line *line, const void *from, size_t count) {
  if (!line->unsent.length) {
    ssize_t written = write_some(line, from, count);
    if (written < 0) return false;
    if ((size_t)written == count) return true;
    from = (const char *)from + written;
    count -= (size_t)written;
  }
  bytes_append(&line->unsent, from, count);
  wait_to_write(line, true);
  return true;
}

bool line_flush(struct line *line) {
  if (line->unsent.length) {
    ssize_t written = write_some(line, line->unsent.at, line->unsent.length);
    if (written < 0) return false;
    if (written) bytes_drop(&line->unsent, (size_t)written);
  }
  wait_to_write(line, line->unsent.length > 0);
  return true;
}

ssize_t line_receive(struct line *line, void *to, size_t count) {
  if (line->tls) {
    int received = SSL_read(line->tls, to, (int)count);
    if (received > 0) return received;
    return is_waiting(line, received) ? 0 : -1;
  }
  ssize_t received = recv(line->fd, to, count, 0);
  if (received > 0) return received;
  return received < 0 && (errno == EAGAIN || errno == EINTR) ? 0 : -1;
}

void line_close(struct line *line) {
  if (line->tls) {
    if (line->state == LINE_OPEN) SSL_shutdown(line->tls);
    SSL_free(line->tls);
  }
  if (line->fd >= 0) close(line->fd);
  bytes_free(&line->unsent);
  line->tls = NULL;
  line->fd = -1;
  line->state = LINE_DOWN;
}
