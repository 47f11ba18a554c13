/* Clocks, chance and the time stamps of messages. */
#ifndef MOMENT_H
#define MOMENT_H

#include <stdint.h>

#define STAMP_SIZE 24 /* 2025-01-31T12:00:00.000Z */

uint64_t monotonic_us(void);
uint64_t wall_ms(void);

/* Write a time stamp; not terminated. */
char *put_stamp(char *at, uint64_t unix_ms);

void seed_chance(uint64_t seed);
uint64_t chance(void);

#endif
