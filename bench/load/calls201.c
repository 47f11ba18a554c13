/* OCPP 2.0.1 */
#include <stdio.h>

#include "calls.h"
#include "moment.h"
#include "text.h"

#define OUTLET(unit) "\"location\":\"Outlet\",\"unitOfMeasure\":{\"unit\":\"" unit "\",\"multiplier\":0}}"

static char *put_sample(char *at, enum action action, const char *measurand) {
  at = PUT(at, ",\"context\":\"");
  at = put_string(at, action == START ? "Transaction.Begin" : action == STOP ? "Transaction.End" : "Sample.Periodic");
  at = put_string(PUT(at, "\",\"measurand\":\""), measurand);
  return PUT(at, "\",");
}

static char *put_phases(char *at, enum action action, uint64_t random) {
  for (int phase = 0; phase < 3; phase++) {
    at = put_tenths(PUT(at, ",{\"value\":"), 150 + (random >> 4 * phase) % 20);
    at = PUT(put_sample(at, action, "Current.Import"), "\"phase\":\"L");
    *at++ = (char)('1' + phase);
    at = PUT(at, "\"," OUTLET("A"));
  }
  for (int phase = 0; phase < 3; phase++) {
    at = put_tenths(PUT(at, ",{\"value\":"), 2280 + (random >> (12 + 4 * phase)) % 40);
    at = PUT(put_sample(at, action, "Voltage"), "\"phase\":\"L");
    *at++ = (char)('1' + phase);
    at = PUT(at, "-N\"," OUTLET("V"));
  }
  return at;
}

static char *put_samples(char *at, const struct lane *lane, enum action action) {
  uint64_t random = chance();
  at = put_whole(PUT(at, "[{\"value\":"), lane->session.meter_wh);
  at = PUT(put_sample(at, action, "Energy.Active.Import.Register"), OUTLET("Wh"));
  at = put_tenths(PUT(at, ",{\"value\":"), 108000 + random % 2560);
  at = PUT(put_sample(at, action, "Power.Active.Import"), OUTLET("W"));
  at = put_phases(at, action, random >> 16);
  at = put_whole(PUT(at, ",{\"value\":"), 20 + (uint64_t)lane->position);
  at = PUT(put_sample(at, action, "SoC"), OUTLET("Percent"));
  at = put_tenths(PUT(at, ",{\"value\":"), 110000 + (random >> 48) % 100);
  return PUT(put_sample(at, action, "Power.Offered"), OUTLET("W") "]");
}

static char *put_boot(char *at, const struct lane *lane) {
  at = PUT(at, "{\"reason\":\"PowerUp\",\"chargingStation\":{\"model\":\"L22\",\"vendorName\":\"Load\",\"serialNumber\":\"SN");
  at = put_padded(at, (uint64_t)lane->station->number, 6);
  return PUT(at, "\",\"firmwareVersion\":\"1.4.2\"}}");
}

static char *put_event(char *at, const struct lane *lane) {
  at = put_lane_stamp(PUT(at, "{\"generatedAt\":\""), lane);
  at = put_whole(PUT(at, "\",\"tbc\":false,\"seqNo\":0,\"eventData\":[{\"eventId\":"), lane->stamp_ms & 0x7fffffff);
  at = put_lane_stamp(PUT(at, ",\"timestamp\":\""), lane);
  at = PUT(at, "\",\"trigger\":\"Delta\",\"actualValue\":\"Occupied\",\"eventNotificationType\":\"HardWiredNotification\","
               "\"component\":{\"name\":\"Connector\",\"evse\":{\"id\":");
  at = put_whole(at, (uint64_t)lane->connector);
  return PUT(at, ",\"connectorId\":1}},\"variable\":{\"name\":\"AvailabilityState\"}}]}");
}

static char *put_transaction(char *at, struct lane *lane, enum action action) {
  at = put_string(PUT(at, "{\"eventType\":\""), action == START ? "Started" : action == STOP ? "Ended" : "Updated");
  at = PUT(put_lane_stamp(PUT(at, "\",\"timestamp\":\""), lane), "\",\"triggerReason\":\"");
  at = put_string(at, action == START ? "CablePluggedIn" : action == STOP ? "StopAuthorized" : "MeterValuePeriodic");
  at = put_whole(PUT(at, "\",\"seqNo\":"), lane->session.sequence++);
  at = put_string(PUT(at, ",\"transactionInfo\":{\"transactionId\":\""), lane->session.ref);
  at = PUT(at, "\",\"chargingState\":\"");
  at = action == STOP ? PUT(at, "EVConnected\",\"stoppedReason\":\"Local\"},") : PUT(at, "Charging\"},");
  at = put_whole(PUT(at, "\"evse\":{\"id\":"), (uint64_t)lane->connector);
  at = PUT(at, ",\"connectorId\":1},");
  if (action != METER) at = PUT(put_token(PUT(at, "\"idToken\":{\"idToken\":\""), lane), "\",\"type\":\"ISO14443\"},");
  at = put_lane_stamp(PUT(at, "\"meterValue\":[{\"timestamp\":\""), lane);
  return PUT(put_samples(PUT(at, "\",\"sampledValue\":"), lane, action), "}]}");
}

char *write_payload_201(struct lane *lane, enum action action, char *at) {
  switch (action) {
    case BOOT: return put_boot(at, lane);
    case STATUS:
      at = put_lane_stamp(PUT(at, "{\"timestamp\":\""), lane);
      at = put_status(PUT(at, "\",\"connectorStatus\":\""), lane, "Occupied", "Occupied");
      at = put_whole(PUT(at, "\",\"evseId\":"), (uint64_t)lane->connector);
      return PUT(at, ",\"connectorId\":1}");
    case NOTIFY: return put_event(at, lane);
    case START:
    case METER:
    case STOP: return put_transaction(at, lane, action);
    default: return PUT(at, "{}");
  }
}
