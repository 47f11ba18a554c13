#include "station.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answers.h"
#include "calls.h"
#include "faults.h"
#include "moment.h"

#define HEAD_MAX 8192

static void hear_bytes(struct station *station, uint8_t *from, size_t count);

void write_identity(char to[IDENTITY_SIZE], const struct station *station) {
  snprintf(to, IDENTITY_SIZE, station->load->options.identity, station->number);
}

/* The connection is gone: its calls will not be answered. */
static void lose(struct station *station, enum fault fault, const char *why) {
  struct load *load = station->load;
  if (station->stage == GONE) return;
  note_fault(load, fault, "station %d: %s", station->number, why);
  if (station->stage == READY) load->ready--;
  else load->opening--;
  load->gone++;
  for (int i = 0; i < load->options.window; i++) load->open_calls -= station->lanes[i].is_open;
  station->stage = GONE;
  line_close(&station->line);
  bytes_free(&station->unread);
  bytes_free(&station->fragments);
}

static void send_bytes(struct station *station, const void *from, size_t count) {
  station->load->bytes_sent += count;
  if (!line_send(&station->line, from, count)) lose(station, CLOSED, "the connection broke while sending");
}

static void send_message(struct station *station, enum opcode opcode, const void *payload, size_t length) {
  static uint8_t frame[FRAME_MAX];
  bool is_deflated = station->is_deflated && opcode == TEXT;
  send_bytes(station, frame, write_frame(frame, opcode, payload, length, is_deflated));
}

static void send_call(struct lane *lane, enum action action, uint64_t scheduled_us) {
  static char text[PAYLOAD_MAX];
  size_t length = write_call(lane, action, text);
  lane->action = action;
  lane->scheduled_us = scheduled_us;
  lane->is_open = true;
  lane->station->load->open_calls++;
  send_message(lane->station, TEXT, text, length);
}

void lane_call(struct lane *lane, uint64_t scheduled_us) {
  send_call(lane, find_action(lane->station->load->options.version, lane->position), scheduled_us);
}

void station_open(struct station *station) {
  struct load *load = station->load;
  load->opening++;
  station->stage = UPGRADING;
  station->began_us = monotonic_us();
  if (!line_open(&station->line, &load->to, load->options.host)) lose(station, HANDSHAKE, "cannot connect");
}

static struct upgrade describe_upgrade(const struct station *station, const char *identity) {
  const struct options *options = &station->load->options;
  return (struct upgrade){.host = options->host, .path = options->path, .port = options->port, .identity = identity,
                          .password = options->password, .protocol = name_protocol(options->version),
                          .is_deflated = options->is_deflated};
}

static void ask_for_upgrade(struct station *station) {
  char identity[IDENTITY_SIZE], request[REQUEST_MAX];
  write_identity(identity, station);
  struct upgrade upgrade = describe_upgrade(station, identity);
  size_t length = write_request(request, &upgrade);
  memcpy(station->key, upgrade.key, sizeof upgrade.key);
  send_bytes(station, request, length);
}

/* Each lane that stands inside a transaction begins it; then the station is ready. */
static void prepare(struct station *station) {
  struct load *load = station->load;
  bool is_idle = load->options.is_idle;
  while (station->prepared < load->options.window) {
    struct lane *lane = &station->lanes[station->prepared];
    if (!is_idle && !lane->session.is_begun && is_charging(load->options.version, lane->position)) {
      send_call(lane, START, monotonic_us());
      return;
    }
    station->prepared++;
  }
  station->stage = READY;
  load->opening--;
  load->ready++;
}

/* The lane's call is over, answered well or not. */
static void go_on(struct lane *lane) {
  struct station *station = lane->station;
  if (station->stage == BOOTING) {
    latency_add(&station->load->boots, monotonic_us() - station->began_us);
    station->stage = PREPARING;
    prepare(station);
  } else if (station->stage == PREPARING) {
    station->prepared++;
    prepare(station);
  } else if (station->load->is_running) {
    lane->position = (lane->position + 1) % CYCLE_CALLS;
    station->load->answered(lane);
  }
}

static void hear_text(struct station *station, const char *text, size_t length) {
  struct lane *lane;
  char reply[256];
  switch (hear_message(station, text, length, &lane, reply)) {
    case CALL: send_message(station, TEXT, reply, strlen(reply)); break;
    case ANSWER: go_on(lane); break;
    case NOTHING: break;
  }
}

/* A message is complete: all of it in one frame, or its last part after `fragments`. */
static void hear_whole(struct station *station, uint8_t *payload, size_t length, bool is_deflated) {
  if (is_deflated) {
    ssize_t inflated = inflate_message(payload, length, &payload);
    if (inflated < 0) {
      lose(station, PROTOCOL, "a message cannot be inflated");
      return;
    }
    length = (size_t)inflated;
  }
  hear_text(station, (const char *)payload, length);
}

static void hear_data(struct station *station, const struct frame *frame) {
  bool is_first = frame->opcode != CONTINUATION, is_within = station->fragments.length > 0;
  if (frame->opcode == BINARY || is_first == is_within ||
      station->fragments.length + frame->length > MESSAGE_MAX) {
    lose(station, PROTOCOL, "a frame out of order, binary, or too long");
    return;
  }
  if (is_first && frame->is_final) {
    hear_whole(station, frame->payload, frame->length, frame->is_deflated);
    return;
  }
  if (is_first) station->is_fragment_deflated = frame->is_deflated;
  bytes_append(&station->fragments, frame->payload, frame->length);
  if (!frame->is_final) return;
  struct bytes message = station->fragments;
  station->fragments = (struct bytes){0};
  hear_whole(station, message.at, message.length, station->is_fragment_deflated);
  bytes_free(&message);
}

static void hear_frame(struct station *station, const struct frame *frame) {
  char why[160];
  switch (frame->opcode) {
    case PING: send_message(station, PONG, frame->payload, frame->length); break;
    case PONG: break;
    case CLOSE:
      snprintf(why, sizeof why, "the server closed: %d %.*s",
               frame->length >= 2 ? frame->payload[0] << 8 | frame->payload[1] : 0,
               frame->length > 2 ? (int)frame->length - 2 : 0, frame->length > 2 ? (char *)frame->payload + 2 : "");
      lose(station, CLOSED, why);
      break;
    default: hear_data(station, frame);
  }
}

/* Returns how many bytes of the upgrade's answer were read; 0 when it is not complete. */
static size_t hear_upgrade(struct station *station, const uint8_t *from, size_t count) {
  char head[HEAD_MAX + 1], identity[IDENTITY_SIZE];
  size_t shown = count < HEAD_MAX ? count : HEAD_MAX;
  memcpy(head, from, shown);
  head[shown] = 0;
  char *end = strstr(head, "\r\n\r\n");
  if (!end) {
    if (count >= HEAD_MAX) lose(station, HANDSHAKE, "the answer to the upgrade is too long");
    return 0;
  }
  end[4] = 0;
  write_identity(identity, station);
  struct upgrade upgrade = describe_upgrade(station, identity);
  memcpy(upgrade.key, station->key, sizeof upgrade.key);
  const char *refusal = find_refusal(head, &upgrade, &station->is_deflated);
  if (refusal) {
    char why[300];
    snprintf(why, sizeof why, "%s: %.*s", refusal, (int)strcspn(head, "\r"), head);
    lose(station, HANDSHAKE, why);
    return 0;
  }
  station->stage = BOOTING;
  send_call(&station->lanes[0], BOOT, monotonic_us());
  return (size_t)(end + 4 - head);
}

/* Read all whole frames; returns how many bytes they took. */
static size_t hear_frames(struct station *station, uint8_t *from, size_t count) {
  size_t done = 0;
  while (station->stage != GONE) {
    struct frame frame;
    ssize_t taken = read_frame(from + done, count - done, station->is_deflated, &frame);
    if (taken < 0) lose(station, PROTOCOL, "a frame that the protocol forbids");
    if (taken <= 0) break;
    done += (size_t)taken;
    hear_frame(station, &frame);
  }
  return done;
}

static size_t hear_some(struct station *station, uint8_t *from, size_t count) {
  size_t done = 0;
  if (station->stage == UPGRADING) done = hear_upgrade(station, from, count);
  if (station->stage != UPGRADING && station->stage != GONE) done += hear_frames(station, from + done, count - done);
  return done;
}

static void hear_bytes(struct station *station, uint8_t *from, size_t count) {
  if (!station->unread.length) {
    size_t done = hear_some(station, from, count);
    if (station->stage != GONE && done < count) bytes_append(&station->unread, from + done, count - done);
    return;
  }
  bytes_append(&station->unread, from, count);
  size_t done = hear_some(station, station->unread.at, station->unread.length);
  if (station->stage != GONE && done) bytes_drop(&station->unread, done);
}

static void receive(struct station *station) {
  static uint8_t received[1 << 17];
  do {
    ssize_t count = line_receive(&station->line, received, sizeof received);
    if (count < 0) lose(station, station->stage == UPGRADING ? HANDSHAKE : CLOSED, "the server hung up");
    if (count <= 0) return;
    station->load->bytes_received += (uint64_t)count;
    hear_bytes(station, received, (size_t)count);
  } while (station->stage != GONE && station->line.tls); /* TLS may hold bytes that epoll does not know of */
}

void station_advance(struct station *station, bool is_writable) {
  if (station->stage == GONE || station->stage == IDLE) return;
  if (station->line.state != LINE_OPEN) {
    if (!line_advance(&station->line)) lose(station, HANDSHAKE, "cannot connect");
    else if (station->line.state == LINE_OPEN) ask_for_upgrade(station);
    return;
  }
  if (is_writable && !line_flush(&station->line)) {
    lose(station, CLOSED, "the connection broke while sending");
    return;
  }
  receive(station);
}

void station_close(struct station *station) {
  static const uint8_t NORMAL[2] = {1000 >> 8, 1000 & 255};
  if (station->stage == GONE || station->stage == IDLE) return;
  if (station->line.state == LINE_OPEN) {
    uint8_t frame[FRAME_MAX];
    line_send(&station->line, frame, write_frame(frame, CLOSE, NORMAL, sizeof NORMAL, false));
  }
  line_close(&station->line);
  station->stage = GONE;
}
