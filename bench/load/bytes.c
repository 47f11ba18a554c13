#include "bytes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void bytes_append(struct bytes *bytes, const void *from, size_t count) {
  if (bytes->length + count > bytes->capacity) {
    bytes->capacity = (bytes->length + count) * 2;
    bytes->at = realloc(bytes->at, bytes->capacity);
    if (!bytes->at) {
      fputs("out of memory\n", stderr);
      exit(2);
    }
  }
  memcpy(bytes->at + bytes->length, from, count);
  bytes->length += count;
}

void bytes_drop(struct bytes *bytes, size_t count) {
  bytes->length -= count;
  if (bytes->length) memmove(bytes->at, bytes->at + count, bytes->length);
  else bytes_free(bytes);
}

void bytes_free(struct bytes *bytes) {
  free(bytes->at);
  *bytes = (struct bytes){0};
}
