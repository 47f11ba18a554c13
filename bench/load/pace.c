#include "pace.h"

#include <stdlib.h>

void pace_begin(struct pace *pace, size_t lanes) { *pace = (struct pace){calloc(lanes, sizeof *pace->heap), 0}; }

void pace_add(struct pace *pace, uint64_t at_us, struct lane *lane) {
  size_t place = pace->count++;
  for (; place && pace->heap[(place - 1) / 2].at_us > at_us; place = (place - 1) / 2)
    pace->heap[place] = pace->heap[(place - 1) / 2];
  pace->heap[place] = (struct due){at_us, lane};
}

bool pace_take(struct pace *pace, uint64_t now_us, struct due *due) {
  if (!pace->count || pace->heap[0].at_us > now_us) return false;
  *due = pace->heap[0];
  struct due last = pace->heap[--pace->count];
  size_t place = 0, child;
  while ((child = 2 * place + 1) < pace->count) {
    if (child + 1 < pace->count && pace->heap[child + 1].at_us < pace->heap[child].at_us) child++;
    if (pace->heap[child].at_us >= last.at_us) break;
    pace->heap[place] = pace->heap[child];
    place = child;
  }
  pace->heap[place] = last;
  return true;
}
