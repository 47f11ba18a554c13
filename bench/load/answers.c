#include "answers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calls.h"
#include "faults.h"
#include "json.h"
#include "moment.h"

#define SHOWN_MAX 200

static int cut(size_t length) { return (int)(length < SHOWN_MAX ? length : SHOWN_MAX); }

static bool is_text(struct json_part part, const char *text) {
  return part.length == strlen(text) && !memcmp(part.at, text, part.length);
}

/* The status of a driver's token is Accepted; `key` names where it stands. */
static bool is_token_accepted(struct json_part payload, const char *key) {
  struct json_part info, status;
  return json_find(payload, key, &info) && json_find(info, "status", &status) && is_text(status, "\"Accepted\"");
}

static bool take_transaction_id(struct lane *lane, struct json_part payload) {
  struct json_part id;
  if (!json_find(payload, "transactionId", &id) || !id.length || id.length >= REF_SIZE) return false;
  if (strspn(id.at, "-0123456789") < id.length) return false;
  memcpy(lane->session.ref, id.at, id.length);
  lane->session.ref[id.length] = 0;
  return true;
}

/* Whether the payload is what this action's answer must be. */
static bool is_expected(struct lane *lane, struct json_part payload) {
  enum version version = lane->station->load->options.version;
  struct json_part status;
  if (lane->action == BOOT) return json_find(payload, "status", &status) && is_text(status, "\"Accepted\"");
  if (version == OCPP_16 && lane->action == AUTHORIZE) return is_token_accepted(payload, "idTagInfo");
  if (version == OCPP_16 && lane->action == START)
    return is_token_accepted(payload, "idTagInfo") && take_transaction_id(lane, payload);
  if (version == OCPP_201 && lane->action == START) return is_token_accepted(payload, "idTokenInfo");
  return true;
}

/* Enter an acknowledged call in the books. */
static void acknowledge(struct lane *lane) {
  struct load *load = lane->station->load;
  struct session *session = &lane->session;
  session->samples_acknowledged += count_samples(load->options.version, lane->action);
  if (lane->action == START) session->is_begun = true;
  if (lane->action != STOP) return;
  session->is_ended = true;
  books_note(&load->books, lane->station->number, lane->connector, session);
  *session = (struct session){.meter_wh = session->meter_wh};
}

static void count_answer(struct lane *lane) {
  struct load *load = lane->station->load;
  uint64_t now_us = monotonic_us();
  load->all_messages++;
  if (!load->is_running || now_us < load->measure_from_us || now_us >= load->measure_until_us) return;
  load->messages++;
  load->meter_messages += lane->action == METER;
  latency_add(&load->latency, now_us - lane->scheduled_us);
}

static struct lane *find_lane(struct station *station, struct json_part id) {
  if (id.length != ID_LENGTH) return NULL;
  for (int i = 0; i < station->load->options.window; i++) {
    struct lane *lane = &station->lanes[i];
    if (lane->is_open && !memcmp(lane->call_id, id.at, ID_LENGTH)) return lane;
  }
  return NULL;
}

static struct lane *close_call(struct station *station, struct json_part id) {
  struct lane *lane = find_lane(station, id);
  if (lane) {
    lane->is_open = false;
    station->load->open_calls--;
  }
  return lane;
}

enum heard hear_message(struct station *station, const char *text, size_t length, struct lane **lane, char reply[256]) {
  struct load *load = station->load;
  struct json json = {text, text + length};
  struct json_part kind, id, payload;
  *lane = NULL;
  if (!json_take(&json, '[') || !json_take_value(&json, &kind) || !json_take(&json, ',') ||
      !json_take_string(&json, &id) || !json_take(&json, ',')) {
    note_fault(load, PROTOCOL, "not a message: %.*s", cut(length), text);
    return NOTHING;
  }
  if (is_text(kind, "2")) {
    load->server_calls++;
    snprintf(reply, 256, "[4,\"%.*s\",\"NotSupported\",\"\",{}]", (int)(id.length < 100 ? id.length : 100), id.at);
    return CALL;
  }
  *lane = close_call(station, id);
  if (!*lane) {
    note_fault(load, WRONG_ID, "no such call is open: %.*s", cut(length), text);
    return NOTHING;
  }
  if (is_text(kind, "4")) {
    note_fault(load, CALL_ERROR, "%.*s", cut(length), text);
    return ANSWER;
  }
  bool is_result = is_text(kind, "3") && json_take_value(&json, &payload) && payload.at[0] == '{' &&
                   json_take(&json, ']') && json_is_over(&json);
  if (!is_result) note_fault(load, PROTOCOL, "not a result: %.*s", cut(length), text);
  else if (!is_expected(*lane, payload)) note_fault(load, REFUSED, "%.*s", cut(length), text);
  else {
    acknowledge(*lane);
    count_answer(*lane);
  }
  return ANSWER;
}
