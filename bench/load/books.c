#include "books.h"

#include <stdio.h>
#include <stdlib.h>

void books_note(struct books *books, int station, int connector, const struct session *session) {
  if (books->count == books->capacity) {
    books->capacity = books->capacity ? books->capacity * 2 : 1024;
    books->entries = realloc(books->entries, books->capacity * sizeof *books->entries);
    if (!books->entries) {
      fputs("out of memory\n", stderr);
      exit(2);
    }
  }
  books->entries[books->count++] = (struct entry){*session, station, connector};
}

bool books_write(const struct books *books, const char *name, const char *identity_format) {
  FILE *file = fopen(name, "w");
  if (!file) return false;
  fputs("station_id\tconnector\ttransaction_ref\tis_begun\tis_ended\tmeter_start_wh\tmeter_wh\tsamples_sent\tsamples_acknowledged\n", file);
  for (size_t i = 0; i < books->count; i++) {
    const struct entry *entry = &books->entries[i];
    const struct session *session = &entry->session;
    fprintf(file, identity_format, entry->station);
    fprintf(file, "\t%d\t%s\t%d\t%d\t%u\t%u\t%u\t%u\n", entry->connector, session->ref, session->is_begun,
            session->is_ended, session->meter_start_wh, session->meter_wh, session->samples_sent,
            session->samples_acknowledged);
  }
  return fclose(file) == 0;
}
