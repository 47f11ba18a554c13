/* Appending text without format strings: what messages are made of. Each function returns where the next one writes. */
#ifndef TEXT_H
#define TEXT_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define PUT(at, literal) put_bytes((at), (literal), sizeof(literal) - 1)

static inline char *put_bytes(char *at, const void *from, size_t count) {
  memcpy(at, from, count);
  return at + count;
}

static inline char *put_string(char *at, const char *text) { return put_bytes(at, text, strlen(text)); }

static inline char *put_whole(char *at, uint64_t value) {
  char digits[20];
  int count = 0;
  do digits[count++] = (char)('0' + value % 10);
  while (value /= 10);
  while (count) *at++ = digits[--count];
  return at;
}

static inline char *put_tenths(char *at, uint64_t tenths) {
  at = put_whole(at, tenths / 10);
  *at++ = '.';
  *at++ = (char)('0' + tenths % 10);
  return at;
}

static inline char *put_padded(char *at, uint64_t value, int digits) {
  for (int i = digits - 1; i >= 0; i--, value /= 10) at[i] = (char)('0' + value % 10);
  return at + digits;
}

static inline char *put_hex(char *at, uint64_t value, int digits) {
  for (int i = digits - 1; i >= 0; i--, value >>= 4) at[i] = "0123456789abcdef"[value & 15];
  return at + digits;
}

/* A version 4 UUID of two random numbers: 36 characters. */
static inline char *put_uuid(char *at, uint64_t high, uint64_t low) {
  at = put_hex(at, high >> 32, 8);
  *at++ = '-';
  at = put_hex(at, high >> 16, 4);
  at = PUT(at, "-4");
  at = put_hex(at, high, 3);
  at = PUT(at, "-8");
  at = put_hex(at, low >> 48, 3);
  *at++ = '-';
  return put_hex(at, low, 12);
}

#endif
