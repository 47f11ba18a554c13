#include "calls.h"

#include <stdio.h>

#include "moment.h"
#include "text.h"

/* 35 calls each, 80 % of them with samples. */
static const enum action CYCLES[][CYCLE_CALLS] = {
    [OCPP_16] = {STATUS, AUTHORIZE, START, STATUS, [4 ... 31] = METER, STOP, STATUS, HEARTBEAT},
    [OCPP_201] = {STATUS, START, NOTIFY, [3 ... 30] = METER, STOP, STATUS, NOTIFY, HEARTBEAT},
};
static const char *const NAMES_16[] = {"BootNotification", "StatusNotification", "Authorize", "StartTransaction",
                                       "MeterValues", "StopTransaction", "NotifyEvent", "Heartbeat"};
static const char *const NAMES_201[] = {"BootNotification", "StatusNotification", "Authorize", "TransactionEvent",
                                        "TransactionEvent", "TransactionEvent", "NotifyEvent", "Heartbeat"};

enum action find_action(enum version version, int position) { return CYCLES[version][position]; }

bool is_charging(enum version version, int position) {
  for (int passed = position - 1; passed >= 0; passed--)
    if (CYCLES[version][passed] == STOP || CYCLES[version][passed] == START) return CYCLES[version][passed] == START;
  return false;
}

unsigned count_samples(enum version version, enum action action) {
  if (action == METER) return SAMPLES_PER_CALL;
  return version == OCPP_201 && (action == START || action == STOP) ? SAMPLES_PER_CALL : 0;
}

char *put_lane_stamp(char *at, const struct lane *lane) { return put_stamp(at, lane->stamp_ms); }

char *put_token(char *at, const struct lane *lane) {
  const struct options *options = &lane->station->load->options;
  return at + sprintf(at, options->token, lane->station->number % options->tokens);
}

char *put_status(char *at, const struct lane *lane, const char *busy, const char *charging) {
  if (lane->position == 0) return put_string(at, busy);
  return put_string(at, lane->position < CYCLE_CALLS / 2 ? charging : "Available");
}

static void begin_session(struct lane *lane) {
  struct session *session = &lane->session;
  *session = (struct session){.meter_wh = session->meter_wh, .meter_start_wh = session->meter_wh};
  if (lane->station->load->options.version == OCPP_201) *put_uuid(session->ref, chance(), chance()) = 0;
}

size_t write_call(struct lane *lane, enum action action, char to[PAYLOAD_MAX]) {
  enum version version = lane->station->load->options.version;
  uint64_t now_ms = wall_ms();
  lane->stamp_ms = now_ms > lane->stamp_ms ? now_ms : lane->stamp_ms + 1;
  if (action == START) begin_session(lane);
  if (action == METER) lane->session.meter_wh += 45;
  lane->session.samples_sent += count_samples(version, action);
  put_uuid(lane->call_id, chance(), chance());
  char *at = PUT(to, "[2,\"");
  at = put_bytes(at, lane->call_id, ID_LENGTH);
  at = PUT(at, "\",\"");
  at = put_string(at, (version == OCPP_16 ? NAMES_16 : NAMES_201)[action]);
  at = PUT(at, "\",");
  at = (version == OCPP_16 ? write_payload_16 : write_payload_201)(lane, action, at);
  *at++ = ']';
  return (size_t)(at - to);
}
