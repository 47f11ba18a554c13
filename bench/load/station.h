/* Virtual stations: each is one connection and one or more lanes, a lane being a connector that charges again and again. */
#ifndef STATION_H
#define STATION_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

#include "books.h"
#include "latency.h"
#include "line.h"
#include "options.h"
#include "websocket.h"

#define ID_LENGTH 36
#define IDENTITY_SIZE 48

enum action { BOOT, STATUS, AUTHORIZE, START, METER, STOP, NOTIFY, HEARTBEAT };

/* A station's way: each stage is entered when the answer of the one before has come. */
enum stage { IDLE, UPGRADING, BOOTING, PREPARING, READY, GONE };

struct lane {
  struct station *station;
  struct session session;  /* the transaction in hand */
  uint64_t scheduled_us;   /* of the open call: latency counts from here */
  uint64_t stamp_ms;       /* its newest time stamp: no two of a lane are the same */
  int connector, position; /* in the cycle */
  enum action action;      /* of the open call */
  bool is_open;
  char call_id[ID_LENGTH];
};

struct station {
  struct line line;
  struct load *load;
  struct lane *lanes;
  struct bytes unread, fragments;
  enum stage stage;
  int number, prepared; /* lanes that are where their cycle begins */
  bool is_deflated, is_fragment_deflated, has_booted;
  char key[25];
  uint64_t began_us;
};

enum fault { CALL_ERROR, CLOSED, WRONG_ID, PROTOCOL, HANDSHAKE, REFUSED, UNANSWERED, FAULTS };

struct load {
  struct options options;
  struct sockaddr_in to;
  struct station *stations;
  struct latency latency, boots;
  struct books books;
  bool is_running;                     /* all are ready: the cycle runs */
  uint64_t measure_from_us, measure_until_us, stop_us;
  uint64_t messages, all_messages, meter_messages, bytes_sent, bytes_received, server_calls;
  uint64_t faults[FAULTS];
  int opening, ready, gone, open_calls;
  char first_fault[400];
  void (*answered)(struct lane *lane); /* called when a lane of a running load may send its next call */
};

void station_open(struct station *station);

/* After an event; `is_writable` as epoll says. */
void station_advance(struct station *station, bool is_writable);

/* Send the lane's next call; its latency counts from `scheduled_us`. */
void lane_call(struct lane *lane, uint64_t scheduled_us);

/* Say farewell and close. */
void station_close(struct station *station);

void write_identity(char to[IDENTITY_SIZE], const struct station *station);

#endif
