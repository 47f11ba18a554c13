/* When each lane's next call is due: a heap by time. */
#ifndef PACE_H
#define PACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct lane;

struct due {
  uint64_t at_us;
  struct lane *lane;
};

struct pace {
  struct due *heap;
  size_t count;
};

void pace_begin(struct pace *pace, size_t lanes);
void pace_add(struct pace *pace, uint64_t at_us, struct lane *lane);

/* Take the earliest that is due by now; false when none is. */
bool pace_take(struct pace *pace, uint64_t now_us, struct due *due);

#endif
