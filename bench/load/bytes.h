/* A growing run of bytes. */
#ifndef BYTES_H
#define BYTES_H

#include <stddef.h>
#include <stdint.h>

struct bytes {
  uint8_t *at;
  size_t length, capacity;
};

void bytes_append(struct bytes *bytes, const void *from, size_t count);

/* Drop `count` bytes from the front; free the memory when nothing is left, so that an idle station holds none. */
void bytes_drop(struct bytes *bytes, size_t count);
void bytes_free(struct bytes *bytes);

#endif
