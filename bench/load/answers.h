/* What a server says, checked to the letter. */
#ifndef ANSWERS_H
#define ANSWERS_H

#include "station.h"

enum heard { NOTHING, ANSWER, CALL }; /* CALL: the server asked; `text` was made its answer */

/* Read one message. An answer to an open call closes it and is entered in the books; `lane` is the one that asked.
 * Faults are counted; `lane` is set for a refused or broken answer too, as the call is over. */
enum heard hear_message(struct station *station, const char *text, size_t length, struct lane **lane, char reply[256]);

#endif
