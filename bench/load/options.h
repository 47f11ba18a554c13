/* What the command line asks for. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>

enum version { OCPP_16, OCPP_201 };

struct options {
  enum version version;
  int connections, window, port, opening_max, first_number, tokens, least_messages, settle_calls;
  double measure_s, warmup_s, idle_s, setup_limit_s, drain_limit_s, rate_per_s;
  bool is_deflated, is_idle;
  const char *host, *path, *identity, *password, *token, *authority_file, *processes, *books_file;
};

/* Ends the program with a usage text when an option is wrong. */
struct options read_options(int count, char **words);

const char *name_protocol(enum version version);

#endif
