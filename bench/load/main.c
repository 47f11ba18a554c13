/* Stations that charge, against a server under test: see options.c for the command line and README.md for what it prints. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <unistd.h>

#include "calls.h"
#include "faults.h"
#include "moment.h"
#include "pace.h"
#include "processes.h"
#include "station.h"

#define EVENTS_MAX 1024

struct reading { /* of the counters, at one moment */
  uint64_t at_us, bytes_sent, bytes_received;
  struct processes server;
  double own_s;
};

static struct load load;
static struct pace pace;
static uint64_t interval_us;
static volatile sig_atomic_t is_interrupted;

static void interrupt(int signal_number) {
  (void)signal_number;
  is_interrupted = 1;
}

static struct reading read_counters(void) {
  return (struct reading){monotonic_us(), load.bytes_sent, load.bytes_received,
                          read_processes(load.options.processes), own_cpu_s()};
}

/* A lane may send its next call: at once, or when it is due. */
static void answered(struct lane *lane) {
  if (monotonic_us() >= load.stop_us) return;
  if (!interval_us) lane_call(lane, monotonic_us());
  else pace_add(&pace, lane->scheduled_us + interval_us, lane);
}

static void make_stations(void) {
  int count = load.options.connections, window = load.options.window;
  load.stations = calloc((size_t)count, sizeof *load.stations);
  struct lane *lanes = calloc((size_t)count * (size_t)window, sizeof *lanes);
  for (int i = 0; i < count; i++) {
    load.stations[i] = (struct station){.load = &load, .lanes = lanes + (size_t)i * (size_t)window,
                                        .number = load.options.first_number + i,
                                        .line = {.fd = -1, .owner = &load.stations[i]}};
    for (int j = 0; j < window; j++)
      load.stations[i].lanes[j] = (struct lane){.station = &load.stations[i], .connector = j + 1,
                                                .position = (int)(chance() % CYCLE_CALLS),
                                                .session = {.meter_wh = 1000 + (uint32_t)i % 5000}};
  }
}

/* Handle what happened within `wait_ms`. */
static void turn(int wait_ms) {
  static struct epoll_event events[EVENTS_MAX];
  int count = epoll_wait(lines_epoll(), events, EVENTS_MAX, wait_ms);
  for (int i = 0; i < count; i++) station_advance(events[i].data.ptr, events[i].events & EPOLLOUT);
}

/* Open all connections, so many at once; false when the time is over. */
static bool set_up(uint64_t began_us) {
  int opened = 0;
  uint64_t limit_us = began_us + (uint64_t)(load.options.setup_limit_s * 1e6);
  while (load.ready + load.gone < load.options.connections) {
    while (opened < load.options.connections && load.opening < load.options.opening_max)
      station_open(&load.stations[opened++]);
    turn(5);
    if (is_interrupted) return false;
    if (monotonic_us() > limit_us) {
      note_fault(&load, HANDSHAKE, "after the time limit %d of %d are ready", load.ready, load.options.connections);
      return false;
    }
  }
  return load.ready > 0;
}

static void hold(void) {
  fprintf(stderr, "ready\n");
  uint64_t end_us = monotonic_us() + (uint64_t)(load.options.idle_s * 1e6);
  while (!is_interrupted && monotonic_us() < end_us) turn(20);
}

static void start_lanes(void) {
  size_t count = (size_t)load.options.connections * (size_t)load.options.window;
  uint64_t now_us = monotonic_us();
  pace_begin(&pace, count);
  if (load.options.rate_per_s > 0) interval_us = (uint64_t)(1e6 * (double)count / load.options.rate_per_s);
  load.is_running = true;
  load.measure_from_us = now_us + (uint64_t)(load.options.warmup_s * 1e6);
  load.measure_until_us = load.measure_from_us + (uint64_t)(load.options.measure_s * 1e6);
  load.stop_us = UINT64_MAX;
  for (size_t i = 0; i < count; i++) {
    struct lane *lane = &load.stations[0].lanes[i];
    if (lane->station->stage != READY) continue;
    if (interval_us) pace_add(&pace, now_us + chance() % interval_us, lane);
    else lane_call(lane, monotonic_us());
  }
}

/* Run the cycle until this moment. */
static void run_until(uint64_t end_us) {
  struct due due;
  for (uint64_t now_us; !is_interrupted && (now_us = monotonic_us()) < end_us && load.ready;) {
    while (pace_take(&pace, now_us, &due))
      if (due.lane->station->stage == READY) lane_call(due.lane, due.at_us);
    turn(interval_us ? 1 : 5);
  }
}

/* Warm up for the time wanted; on, when a slow server has not met every lane often enough. */
static void warm_up(void) {
  uint64_t span_us = (uint64_t)(load.options.warmup_s * 1e6), begun = load.all_messages;
  uint64_t wanted = (uint64_t)load.options.settle_calls * (uint64_t)load.options.connections * (uint64_t)load.options.window;
  for (int spans = 1;; spans++) {
    run_until(load.measure_from_us);
    if (load.all_messages - begun >= wanted || spans == 10 || is_interrupted || !load.ready) return;
    load.measure_from_us += span_us;
    load.measure_until_us += span_us;
  }
}

/* Measure for the time wanted; on, when a slow server answered too little to say anything. */
static void measure(void) {
  uint64_t wanted_us = load.measure_until_us - load.measure_from_us;
  for (int spans = 1;; spans++) {
    run_until(load.measure_until_us);
    if (load.messages >= (uint64_t)load.options.least_messages || spans == 10 || is_interrupted || !load.ready) return;
    load.measure_until_us += wanted_us;
  }
}

/* Nothing more is sent: wait for the answers that are still due, unless they do not matter. */
static void drain(void) {
  uint64_t end_us = monotonic_us() + (uint64_t)(load.options.drain_limit_s * 1e6);
  load.stop_us = 0;
  if (load.options.drain_limit_s == 0) return;
  while (load.open_calls && monotonic_us() < end_us) turn(5);
  for (int i = 0; i < load.open_calls; i++) note_fault(&load, UNANSWERED, "calls were not answered");
}

static void close_books(void) {
  size_t count = (size_t)load.options.connections * (size_t)load.options.window;
  for (size_t i = 0; i < count; i++) {
    const struct lane *lane = &load.stations[0].lanes[i];
    if (lane->session.ref[0]) books_note(&load.books, lane->station->number, lane->connector, &lane->session);
  }
  for (int i = 0; i < load.options.connections; i++) station_close(&load.stations[i]);
  if (load.options.books_file && !books_write(&load.books, load.options.books_file, load.options.identity))
    note_fault(&load, UNANSWERED, "the books cannot be written");
}

static void print_faults(void) {
  static const char *const NAMES[FAULTS] = {"call_error", "closed", "wrong_id", "protocol", "handshake", "refused", "unanswered"};
  uint64_t sum = 0;
  printf("\"faults\":{");
  for (int i = 0; i < FAULTS; i++) {
    printf("%s\"%s\":%llu", i ? "," : "", NAMES[i], (unsigned long long)load.faults[i]);
    sum += load.faults[i];
  }
  printf("},\"faults_sum\":%llu,\"first_fault\":\"%s\"}\n", (unsigned long long)sum, load.first_fault);
}

static void print_result(const struct reading *began, const struct reading *ready, const struct reading *from,
                         const struct reading *until) {
  double seconds = (double)(until->at_us - from->at_us) / 1e6, messages = load.messages ? (double)load.messages : 1;
  printf("{\"version\":\"%s\",\"connections\":%d,\"window\":%d,\"rate_per_s\":%g,\"ready\":%d,",
         load.options.version == OCPP_16 ? "1.6" : "2.0.1", load.options.connections, load.options.window,
         load.options.rate_per_s, load.ready);
  printf("\"setup_s\":%.3f,\"setup_server_cpu_s\":%.3f,\"boot_p50_ms\":%.2f,\"boot_p99_ms\":%.2f,",
         (double)(ready->at_us - began->at_us) / 1e6, ready->server.sum_s - began->server.sum_s,
         latency_ms(&load.boots, 0.5), latency_ms(&load.boots, 0.99));
  printf("\"measured_s\":%.3f,\"messages\":%llu,\"messages_per_s\":%.1f,\"meter_share\":%.3f,", seconds,
         (unsigned long long)load.messages, seconds > 0 ? (double)load.messages / seconds : 0,
         (double)load.meter_messages / messages);
  printf("\"p50_ms\":%.2f,\"p95_ms\":%.2f,\"p99_ms\":%.2f,\"max_ms\":%.2f,", latency_ms(&load.latency, 0.5),
         latency_ms(&load.latency, 0.95), latency_ms(&load.latency, 0.99), (double)load.latency.largest_us / 1000);
  printf("\"bytes_sent_per_message\":%.0f,\"bytes_received_per_message\":%.0f,",
         (double)(until->bytes_sent - from->bytes_sent) / messages,
         (double)(until->bytes_received - from->bytes_received) / messages);
  printf("\"server_cpu_s\":%.3f,\"server_us_per_message\":%.2f,\"load_us_per_message\":%.2f,",
         until->server.sum_s - from->server.sum_s, (until->server.sum_s - from->server.sum_s) * 1e6 / messages,
         (until->own_s - from->own_s) * 1e6 / messages);
  printf("\"process_cpu_s\":[");
  for (int i = 0; i < until->server.count; i++)
    printf("%s%.3f", i ? "," : "", until->server.cpu_s[i] - from->server.cpu_s[i]);
  printf("],");
  printf("\"all_messages\":%llu,\"transactions\":%zu,\"server_calls\":%llu,", (unsigned long long)load.all_messages,
         load.books.count, (unsigned long long)load.server_calls);
  print_faults();
}

static bool has_faults(void) {
  for (int i = 0; i < FAULTS; i++)
    if (load.faults[i]) return true;
  return false;
}

static bool begin(int count, char **words) {
  load.options = read_options(count, words);
  load.answered = answered;
  load.to = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons((uint16_t)load.options.port)};
  struct rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  signal(SIGPIPE, SIG_IGN);
  signal(SIGINT, interrupt);
  signal(SIGTERM, interrupt);
  seed_chance(monotonic_us() ^ (uint64_t)getpid() << 32);
  return inet_pton(AF_INET, load.options.host, &load.to.sin_addr) == 1 && lines_begin(load.options.authority_file);
}

int main(int count, char **words) {
  if (!begin(count, words)) {
    fprintf(stderr, "load: the host is no IPv4 address, or the roots cannot be read\n");
    return 2;
  }
  make_stations();
  struct reading began = read_counters();
  bool is_ready = set_up(began.at_us);
  struct reading ready = read_counters(), from = ready, until = ready;
  if (is_ready && load.options.is_idle) {
    hold();
    until = read_counters();
  } else if (is_ready) {
    start_lanes();
    warm_up();
    from = read_counters();
    measure();
    until = read_counters();
    drain();
  }
  close_books();
  print_result(&began, &ready, &from, &until);
  return has_faults() ? 1 : 0;
}
