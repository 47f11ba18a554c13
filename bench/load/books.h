/* What stations keep about their transactions, as real ones do: afterwards the database is compared with it. */
#ifndef BOOKS_H
#define BOOKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define REF_SIZE 40

struct session {
  char ref[REF_SIZE]; /* the transaction's id: the station's own (2.0.1) or the server's (1.6) */
  uint32_t meter_wh, meter_start_wh, sequence;
  uint32_t samples_sent, samples_acknowledged;
  bool is_begun, is_ended; /* acknowledged */
};

struct entry {
  struct session session;
  int station, connector;
};

struct books {
  struct entry *entries;
  size_t count, capacity;
};

/* Note a transaction that is over, or that is open when the run ends. */
void books_note(struct books *books, int station, int connector, const struct session *session);

/* Write a line for each: identity, connector, ref, is_begun, is_ended, meters in Wh, samples; tabs between. */
bool books_write(const struct books *books, const char *file, const char *identity_format);

#endif
