#include "calls.h"

#include <stdio.h>

#include "moment.h"
#include "text.h"

/* 1.6: Status Authorize Start Status, 28 Meter, Stop Status Heartbeat.
 * 2.0.1: Status Started NotifyEvent, 28 Updated, Ended Status NotifyEvent Heartbeat. Both 35 calls, 80 % of them with samples. */
static const enum action BEFORE_16[] = {STATUS, AUTHORIZE, START, STATUS}, AFTER_16[] = {STOP, STATUS, HEARTBEAT};
static const enum action BEFORE_201[] = {STATUS, START, NOTIFY}, AFTER_201[] = {STOP, STATUS, NOTIFY, HEARTBEAT};
static const char *const NAMES_16[] = {"BootNotification", "StatusNotification", "Authorize", "StartTransaction",
                                       "MeterValues", "StopTransaction", "NotifyEvent", "Heartbeat"};
static const char *const NAMES_201[] = {"BootNotification", "StatusNotification", "Authorize", "TransactionEvent",
                                        "TransactionEvent", "TransactionEvent", "NotifyEvent", "Heartbeat"};

static int count_before(enum version version) { return version == OCPP_16 ? 4 : 3; }

enum action find_action(enum version version, int position) {
  int before = count_before(version);
  if (position < before) return (version == OCPP_16 ? BEFORE_16 : BEFORE_201)[position];
  position -= before;
  if (position < METER_CALLS) return METER;
  return (version == OCPP_16 ? AFTER_16 : AFTER_201)[position - METER_CALLS];
}

bool is_charging(enum version version, int position) {
  int before = count_before(version);
  return position > (version == OCPP_16 ? 2 : 1) && position <= before + METER_CALLS;
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
  return put_string(at, lane->position < METER_CALLS ? charging : "Available");
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
