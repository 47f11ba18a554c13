/* The client's side of RFC 6455 and of permessage-deflate without context takeover; no input or output. */
#ifndef WEBSOCKET_H
#define WEBSOCKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define REQUEST_MAX 2048
#define PAYLOAD_MAX 65535 /* of what is sent */
#define FRAME_MAX (PAYLOAD_MAX + 8)
#define MESSAGE_MAX (1 << 18) /* of what is received, inflated */

enum opcode { CONTINUATION = 0, TEXT = 1, BINARY = 2, CLOSE = 8, PING = 9, PONG = 10 };

struct upgrade {
  const char *host, *path, *identity, *password, *protocol;
  int port;
  bool is_deflated; /* offered */
  char key[25];     /* made when the request is written */
};

struct frame {
  enum opcode opcode;
  bool is_final, is_deflated;
  uint8_t *payload;
  size_t length;
};

/* Write the opening request; returns its size. */
size_t write_request(char to[REQUEST_MAX], struct upgrade *upgrade);

/* Check a complete answer (`head` ends with a zero): returns what is wrong with it, or nothing. */
const char *find_refusal(const char *head, const struct upgrade *upgrade, bool *is_deflated);

/* Write a frame with a mask; returns its size. */
size_t write_frame(uint8_t to[FRAME_MAX], enum opcode opcode, const void *payload, size_t length, bool is_deflated);

/* Read a frame of a server: its size, 0 when more bytes are needed, -1 when it is against the protocol. */
ssize_t read_frame(uint8_t *from, size_t count, bool may_be_deflated, struct frame *frame);

/* Inflate a message into a buffer that lasts until the next one; returns its size or -1. */
ssize_t inflate_message(const uint8_t *from, size_t count, uint8_t **message);

#endif
