#define _GNU_SOURCE
#include "websocket.h"

#include <openssl/evp.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <zlib.h>

#include "moment.h"

static const char GUID[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
static const char OFFER[] =
    "Sec-WebSocket-Extensions: permessage-deflate; client_no_context_takeover; server_no_context_takeover\r\n";
static const uint8_t TAIL[4] = {0, 0, 0xff, 0xff}; /* RFC 7692: left out on the wire */

size_t write_request(char to[REQUEST_MAX], struct upgrade *upgrade) {
  uint64_t random[2] = {chance(), chance()};
  EVP_EncodeBlock((unsigned char *)upgrade->key, (const unsigned char *)random, sizeof random);
  char authorization[512] = "";
  if (upgrade->password) {
    char plain[200], encoded[300];
    int length = snprintf(plain, sizeof plain, "%s:%s", upgrade->identity, upgrade->password);
    if (length >= (int)sizeof plain) length = sizeof plain - 1;
    EVP_EncodeBlock((unsigned char *)encoded, (const unsigned char *)plain, length);
    snprintf(authorization, sizeof authorization, "Authorization: Basic %s\r\n", encoded);
  }
  return (size_t)snprintf(to, REQUEST_MAX,
                          "GET %s%s HTTP/1.1\r\nHost: %s:%d\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                          "Sec-WebSocket-Key: %s\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: %s\r\n%s%s\r\n",
                          upgrade->path, upgrade->identity, upgrade->host, upgrade->port, upgrade->key,
                          upgrade->protocol, authorization, upgrade->is_deflated ? OFFER : "");
}

/* A header's value, without the space around it; an empty text when it is not there. */
static void read_header(const char *head, const char *name, char *value, size_t size) {
  size_t length = strlen(name);
  value[0] = 0;
  for (const char *line = strstr(head, "\r\n"); line; line = strstr(line + 2, "\r\n")) {
    if (strncasecmp(line + 2, name, length) || line[2 + length] != ':') continue;
    const char *start = line + 3 + length;
    start += strspn(start, " \t");
    size_t count = strcspn(start, "\r");
    while (count && (start[count - 1] == ' ' || start[count - 1] == '\t')) count--;
    snprintf(value, size, "%.*s", (int)count, start);
    return;
  }
}

static bool is_accepted(const char *head, const struct upgrade *upgrade) {
  char joined[80], expected[32], value[64];
  unsigned char digest[SHA_DIGEST_LENGTH];
  int length = snprintf(joined, sizeof joined, "%s%s", upgrade->key, GUID);
  SHA1((const unsigned char *)joined, (size_t)length, digest);
  EVP_EncodeBlock((unsigned char *)expected, digest, sizeof digest);
  read_header(head, "Sec-WebSocket-Accept", value, sizeof value);
  return !strcmp(value, expected);
}

const char *find_refusal(const char *head, const struct upgrade *upgrade, bool *is_deflated) {
  char value[256];
  if (strncmp(head, "HTTP/1.1 101 ", 13)) return "the upgrade was not answered with 101";
  read_header(head, "Upgrade", value, sizeof value);
  if (strcasecmp(value, "websocket")) return "the answer does not upgrade to websocket";
  read_header(head, "Connection", value, sizeof value);
  if (!strcasestr(value, "upgrade")) return "the answer's Connection is not Upgrade";
  if (!is_accepted(head, upgrade)) return "the accept key is wrong";
  read_header(head, "Sec-WebSocket-Protocol", value, sizeof value);
  if (strcmp(value, upgrade->protocol)) return "the subprotocol was not agreed";
  read_header(head, "Sec-WebSocket-Extensions", value, sizeof value);
  *is_deflated = value[0] != 0;
  if (!upgrade->is_deflated) return *is_deflated ? "an extension was agreed that nobody offered" : NULL;
  if (!*is_deflated) return "permessage-deflate was not agreed";
  if (strncasecmp(value, "permessage-deflate", 18) || !strcasestr(value, "server_no_context_takeover"))
    return "permessage-deflate was agreed with other parameters than were offered";
  return NULL;
}

static size_t deflate_message(const void *from, size_t count, uint8_t *to, size_t size) {
  static z_stream stream;
  if (!stream.state) deflateInit2(&stream, 1, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY);
  else deflateReset(&stream);
  stream.next_in = (z_const Bytef *)from;
  stream.avail_in = (uInt)count;
  stream.next_out = to;
  stream.avail_out = (uInt)size;
  deflate(&stream, Z_SYNC_FLUSH);
  return size - stream.avail_out - sizeof TAIL;
}

ssize_t inflate_message(const uint8_t *from, size_t count, uint8_t **message) {
  static z_stream stream;
  static uint8_t inflated[MESSAGE_MAX];
  if (!stream.state) inflateInit2(&stream, -15);
  else inflateReset(&stream);
  stream.next_out = inflated;
  stream.avail_out = sizeof inflated;
  const uint8_t *parts[] = {from, TAIL};
  const size_t sizes[] = {count, sizeof TAIL};
  for (int part = 0; part < 2; part++) {
    stream.next_in = (z_const Bytef *)parts[part];
    stream.avail_in = (uInt)sizes[part];
    int result = inflate(&stream, Z_SYNC_FLUSH);
    if ((result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR) || stream.avail_in) return -1;
  }
  *message = inflated;
  return (ssize_t)(sizeof inflated - stream.avail_out);
}

size_t write_frame(uint8_t to[FRAME_MAX], enum opcode opcode, const void *payload, size_t length, bool is_deflated) {
  static uint8_t deflated[PAYLOAD_MAX + 64];
  if (is_deflated) {
    length = deflate_message(payload, length, deflated, sizeof deflated);
    payload = deflated;
  }
  size_t head = 2;
  to[0] = (uint8_t)(0x80 | (is_deflated ? 0x40 : 0) | opcode);
  to[1] = (uint8_t)(0x80 | (length < 126 ? length : 126));
  if (length >= 126) {
    to[2] = (uint8_t)(length >> 8);
    to[3] = (uint8_t)length;
    head = 4;
  }
  uint32_t mask = (uint32_t)chance();
  memcpy(to + head, &mask, sizeof mask);
  head += sizeof mask;
  const uint8_t *from = payload, *key = (const uint8_t *)&mask;
  uint64_t mask_twice = mask | (uint64_t)mask << 32, eight;
  size_t i = 0;
  for (; i + 8 <= length; i += 8) {
    memcpy(&eight, from + i, 8);
    eight ^= mask_twice;
    memcpy(to + head + i, &eight, 8);
  }
  for (; i < length; i++) to[head + i] = from[i] ^ key[i & 3];
  return head + length;
}

ssize_t read_frame(uint8_t *from, size_t count, bool may_be_deflated, struct frame *frame) {
  if (count < 2) return 0;
  size_t head = 2, length = from[1] & 0x7f;
  if (from[1] & 0x80 || from[0] & 0x30) return -1; /* masked, or a reserved bit */
  if (length == 126) {
    head = 4;
    if (count < head) return 0;
    length = (size_t)from[2] << 8 | from[3];
  } else if (length == 127) {
    head = 10;
    if (count < head) return 0;
    length = 0;
    for (int i = 2; i < 10; i++) length = length << 8 | from[i];
  }
  if (length > MESSAGE_MAX) return -1;
  *frame = (struct frame){.opcode = from[0] & 15, .is_final = from[0] >> 7, .is_deflated = from[0] & 0x40,
                          .payload = from + head, .length = length};
  bool is_control = frame->opcode >= CLOSE;
  if (frame->opcode > PONG || (frame->opcode > BINARY && !is_control)) return -1;
  if (is_control && (length > 125 || !frame->is_final || frame->is_deflated)) return -1;
  if (frame->is_deflated && (!may_be_deflated || frame->opcode == CONTINUATION)) return -1;
  return count < head + length ? 0 : (ssize_t)(head + length);
}
