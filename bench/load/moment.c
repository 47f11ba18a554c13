#include "moment.h"

#include <time.h>

#include "text.h"

static uint64_t chance_state = 0x9e3779b97f4a7c15u;

uint64_t monotonic_us(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000u + (uint64_t)now.tv_nsec / 1000u;
}

uint64_t wall_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return (uint64_t)now.tv_sec * 1000u + (uint64_t)now.tv_nsec / 1000000u;
}

/* The date changes once a second at most: it is kept, so that a stamp costs a copy. */
char *put_stamp(char *at, uint64_t unix_ms) {
  static uint64_t kept_s;
  static char kept[20];
  uint64_t unix_s = unix_ms / 1000;
  if (unix_s != kept_s) {
    time_t seconds = (time_t)unix_s;
    struct tm parts;
    gmtime_r(&seconds, &parts);
    char *next = put_padded(kept, (uint64_t)parts.tm_year + 1900, 4);
    *next++ = '-';
    next = put_padded(next, (uint64_t)parts.tm_mon + 1, 2);
    *next++ = '-';
    next = put_padded(next, (uint64_t)parts.tm_mday, 2);
    *next++ = 'T';
    next = put_padded(next, (uint64_t)parts.tm_hour, 2);
    *next++ = ':';
    next = put_padded(next, (uint64_t)parts.tm_min, 2);
    *next++ = ':';
    next = put_padded(next, (uint64_t)parts.tm_sec, 2);
    *next = '.';
    kept_s = unix_s;
  }
  at = put_bytes(at, kept, sizeof kept);
  at = put_padded(at, unix_ms % 1000, 3);
  *at++ = 'Z';
  return at;
}

void seed_chance(uint64_t seed) { chance_state = seed * 0x9e3779b97f4a7c15u | 1u; }

uint64_t chance(void) { /* xorshift64* */
  chance_state ^= chance_state >> 12;
  chance_state ^= chance_state << 25;
  chance_state ^= chance_state >> 27;
  return chance_state * 0x2545f4914f6cdd1du;
}
