#include "latency.h"

static unsigned find_slot(uint64_t us) {
  if (us < LATENCY_PARTS) return (unsigned)us;
  int shift = 63 - __builtin_clzll(us) - 6;
  unsigned slot = (unsigned)(shift + 1) * LATENCY_PARTS + (unsigned)((us >> shift) - LATENCY_PARTS);
  return slot < LATENCY_SLOTS ? slot : LATENCY_SLOTS - 1;
}

static uint64_t read_slot(unsigned slot) {
  if (slot < LATENCY_PARTS) return slot;
  return (uint64_t)(slot % LATENCY_PARTS + LATENCY_PARTS) << (slot / LATENCY_PARTS - 1);
}

void latency_add(struct latency *latency, uint64_t us) {
  latency->slots[find_slot(us)]++;
  latency->count++;
  if (us > latency->largest_us) latency->largest_us = us;
}

double latency_ms(const struct latency *latency, double share) {
  uint64_t wanted = (uint64_t)(share * (double)latency->count), passed = 0;
  for (unsigned slot = 0; slot < LATENCY_SLOTS; slot++) {
    passed += latency->slots[slot];
    if (passed > wanted) return (double)read_slot(slot) / 1000.0;
  }
  return (double)latency->largest_us / 1000.0;
}
