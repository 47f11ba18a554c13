/* What went wrong: counted by kind, the first one kept in words. */
#ifndef FAULTS_H
#define FAULTS_H

#include "station.h"

void note_fault(struct load *load, enum fault fault, const char *format, ...) __attribute__((format(printf, 3, 4)));

#endif
