/* A histogram of times with an error below 1.6 %, whatever their size. */
#ifndef LATENCY_H
#define LATENCY_H

#include <stdint.h>

#define LATENCY_PARTS 64 /* per doubling */
#define LATENCY_SLOTS (LATENCY_PARTS * 40)

struct latency {
  uint64_t slots[LATENCY_SLOTS], count, largest_us;
};

void latency_add(struct latency *latency, uint64_t us);

/* The time in ms that this share (0 to 1) of all stays below. */
double latency_ms(const struct latency *latency, double share);

#endif
