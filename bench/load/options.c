#include "options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char USAGE[] =
    "usage: load [options]: stations that charge, against a server under test; one JSON object on standard output\n"
    "  --connections N   stations, one connection each (100)\n"
    "  --window N        calls in flight per connection, each of a connector of its own (1)\n"
    "  --version V       1.6 or 2.0.1 (1.6)\n"
    "  --host ADDRESS --port N --path TEXT   where to connect (127.0.0.1, 9000, /ocpp/)\n"
    "  --identity FORMAT --first N   the stations' identities (CP%06d, from 1)\n"
    "  --password TEXT   Basic authentication, the same password for all\n"
    "  --token FORMAT --tokens N   the drivers' tokens (TAG%06d) and how many there are (as many as stations)\n"
    "  --measure S --warmup S   seconds measured and before (10, 2)\n"
    "  --settle N        warm up on, up to ten times as long, until there were so many calls of each lane (0)\n"
    "  --least N         measure on, up to ten times as long, until there were so many messages (0)\n"
    "  --rate N          paced: calls a second of all stations together, latency from the scheduled time\n"
    "  --idle S          connect and boot, say `ready`, hold for S seconds, then end\n"
    "  --opening N --setup S   connections being set up at once, seconds until all must be ready (64, 120)\n"
    "  --drain S         wait so long for the last answers; 0: end without them (60)\n"
    "  --deflate         offer permessage-deflate and compress what is sent\n"
    "  --authority FILE  TLS, with the server's certificate checked against these PEM roots\n"
    "  --processes ID,ID   the server's processes, whose CPU is reported\n"
    "  --books FILE      write what was acknowledged, a line for each transaction\n";

enum {
  CONNECTIONS = 256, WINDOW, VERSION, HOST, PORT, PATH, IDENTITY, FIRST, PASSWORD, TOKEN, TOKENS, MEASURE, WARMUP, SETTLE, LEAST, RATE,
  IDLE, OPENING, SETUP, DRAIN, DEFLATE, AUTHORITY, PROCESSES, BOOKS
};

static const struct option WORDS[] = {
    {"connections", 1, 0, CONNECTIONS}, {"window", 1, 0, WINDOW},       {"version", 1, 0, VERSION},
    {"host", 1, 0, HOST},               {"port", 1, 0, PORT},           {"path", 1, 0, PATH},
    {"identity", 1, 0, IDENTITY},       {"first", 1, 0, FIRST},         {"password", 1, 0, PASSWORD},
    {"token", 1, 0, TOKEN},             {"tokens", 1, 0, TOKENS},       {"measure", 1, 0, MEASURE},
    {"warmup", 1, 0, WARMUP},           {"rate", 1, 0, RATE},           {"idle", 1, 0, IDLE},
    {"opening", 1, 0, OPENING},         {"setup", 1, 0, SETUP},         {"drain", 1, 0, DRAIN},
    {"deflate", 0, 0, DEFLATE},         {"authority", 1, 0, AUTHORITY}, {"processes", 1, 0, PROCESSES},
    {"books", 1, 0, BOOKS},             {"least", 1, 0, LEAST},         {"settle", 1, 0, SETTLE},
    {0}};

static void refuse(const char *why) {
  fprintf(stderr, "load: %s\n%s", why, USAGE);
  exit(2);
}

static double read_number(const char *text, double least, double most) {
  char *end;
  double value = strtod(text, &end);
  if (*end || end == text || !(value >= least && value <= most)) refuse(text);
  return value;
}

static int read_count(const char *text, int least, int most) { return (int)read_number(text, least, most); }

/* A format of ours holds exactly one %d, so that it can be handed to snprintf. */
static const char *read_format(const char *text) {
  const char *sign = strchr(text, '%');
  if (!sign || strchr(sign + 1, '%') || sign[1 + strspn(sign + 1, "0123456789")] != 'd' || strlen(text) > 40)
    refuse("a format holds one %d");
  return text;
}

static enum version read_version(const char *text) {
  if (!strcmp(text, "2.0.1")) return OCPP_201;
  if (strcmp(text, "1.6")) refuse("the version is 1.6 or 2.0.1");
  return OCPP_16;
}

static void set(struct options *options, int name, const char *value) {
  switch (name) {
    case CONNECTIONS: options->connections = read_count(value, 1, 100000); break;
    case WINDOW: options->window = read_count(value, 1, 64); break;
    case VERSION: options->version = read_version(value); break;
    case HOST: options->host = value; break;
    case PORT: options->port = read_count(value, 1, 65535); break;
    case PATH: options->path = value; break;
    case IDENTITY: options->identity = read_format(value); break;
    case FIRST: options->first_number = read_count(value, 0, 900000); break;
    case PASSWORD: options->password = value; break;
    case TOKEN: options->token = read_format(value); break;
    case TOKENS: options->tokens = read_count(value, 1, 1000000); break;
    case MEASURE: options->measure_s = read_number(value, 0.1, 7200); break;
    case WARMUP: options->warmup_s = read_number(value, 0, 600); break;
    case SETTLE: options->settle_calls = read_count(value, 0, 1000); break;
    case LEAST: options->least_messages = read_count(value, 0, 1000000); break;
    case RATE: options->rate_per_s = read_number(value, 0.1, 1e6); break;
    case IDLE: options->idle_s = read_number(value, 0, 7200); options->is_idle = true; break;
    case OPENING: options->opening_max = read_count(value, 1, 100000); break;
    case SETUP: options->setup_limit_s = read_number(value, 1, 3600); break;
    case DRAIN: options->drain_limit_s = read_number(value, 0, 600); break;
    case DEFLATE: options->is_deflated = true; break;
    case AUTHORITY: options->authority_file = value; break;
    case PROCESSES: options->processes = value; break;
    case BOOKS: options->books_file = value; break;
    default: refuse("unknown option");
  }
}

struct options read_options(int count, char **words) {
  struct options options = {
      .version = OCPP_16, .connections = 100, .window = 1, .port = 9000, .opening_max = 64, .first_number = 1,
      .measure_s = 10, .warmup_s = 2, .setup_limit_s = 120, .drain_limit_s = 60, .host = "127.0.0.1", .path = "/ocpp/",
      .identity = "CP%06d", .token = "TAG%06d"};
  int name;
  while ((name = getopt_long(count, words, "", WORDS, NULL)) != -1) set(&options, name, optarg);
  if (optind != count) refuse(words[optind]);
  if (!options.tokens) options.tokens = options.connections;
  return options;
}

const char *name_protocol(enum version version) { return version == OCPP_16 ? "ocpp1.6" : "ocpp2.0.1"; }
