#include "faults.h"

#include <stdarg.h>
#include <stdio.h>

void note_fault(struct load *load, enum fault fault, const char *format, ...) {
  load->faults[fault]++;
  if (load->first_fault[0]) return;
  va_list values;
  va_start(values, format);
  vsnprintf(load->first_fault, sizeof load->first_fault, format, values);
  va_end(values);
  for (char *at = load->first_fault; *at; at++) /* it becomes a JSON string */
    if (*at == '"' || *at == '\\' || (unsigned char)*at < ' ' || (unsigned char)*at > '~') *at = '\'';
}
